import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { VisitSnapshot } from '../platform/shapes';
import { get } from '../platform/http';
import type { HubLink, VisitParts } from './VisitStore';

/** A SignalR connection that notices silence soon; coming back is the store's work. */
export function connectHub(path: string, query: Record<string, string>): HubLink {
  const hub = new HubConnectionBuilder()
    .withUrl(`${path}?${new URLSearchParams(query)}`, {
      transport: HttpTransportType.WebSockets | HttpTransportType.LongPolling,
      headers: { 'Balie-Request': '1' },
    })
    .withServerTimeout(20_000)
    .withKeepAliveInterval(5_000)
    .configureLogging(LogLevel.None)
    .build();
  return hub as HubLink;
}

export const visitParts: VisitParts = {
  hub: ({ tenant, visit, participant }) => connectHub('/hubs/visit', { tenant, visit, ...(participant ? { as: participant } : {}) }),
  read: (path, participant, signal) => get<VisitSnapshot>(path, { participant, signal, tries: 1 }),
  now: Date.now,
};
