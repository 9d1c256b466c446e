import { HttpTransportType, HubConnectionBuilder, LogLevel, type IHttpConnectionOptions } from '@microsoft/signalr';
import type { VisitSnapshot } from '../platform/shapes';
import { get } from '../platform/http';
import type { HubLink, VisitParts } from './VisitStore';

/** Without a negotiation before it: nothing but the socket itself has to stay with the web node it began at. */
const socket: IHttpConnectionOptions = { transport: HttpTransportType.WebSockets, skipNegotiation: true };

/** For a network that lets no sockets through. */
const polling: IHttpConnectionOptions = { transport: HttpTransportType.LongPolling, headers: { 'Balie-Request': '1' } };

/** After two sockets in a row that did not open the third try goes without; a Balie that is away for a moment puts nobody off sockets. */
const everyThird = 3;

/** Chooses how each try goes, by how the ones before it went. */
export class Transports {
  private failures = 0;

  get next(): IHttpConnectionOptions {
    return this.failures % everyThird === everyThird - 1 ? polling : socket;
  }

  async watch(start: () => Promise<void>): Promise<void> {
    try {
      await start();
      this.failures = 0;
    } catch (error) {
      this.failures++;
      throw error;
    }
  }
}

const transports = new Transports();

/** A SignalR connection that notices silence soon; coming back is the store's work. */
export function connectHub(path: string, query: Record<string, string>): HubLink {
  const hub = new HubConnectionBuilder()
    .withUrl(`${path}?${new URLSearchParams(query)}`, transports.next)
    .withServerTimeout(20_000)
    .withKeepAliveInterval(5_000)
    .configureLogging(LogLevel.None)
    .build();
  const start = hub.start.bind(hub);
  hub.start = () => transports.watch(start);
  return hub as HubLink;
}

export const visitParts: VisitParts = {
  hub: ({ tenant, visit, participant }) => connectHub('/hubs/visit', { tenant, visit, ...(participant ? { as: participant } : {}) }),
  read: (path, participant, signal) => get<VisitSnapshot>(path, { participant, signal, tries: 1 }),
  now: Date.now,
};
