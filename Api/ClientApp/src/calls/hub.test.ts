import { HttpTransportType } from '@microsoft/signalr';
import { describe, expect, it } from 'vitest';
import { Transports } from './hub';

const fails = () => Promise.reject(new Error('no socket'));
const opens = () => Promise.resolve();

describe('Transports', () => {
  it('opens sockets without a negotiation, which another web node could not know of', () => {
    expect(new Transports().next).toMatchObject({ transport: HttpTransportType.WebSockets, skipNegotiation: true });
  });

  it('goes without a socket every third try while none opens', async () => {
    const transports = new Transports();
    const tried: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      tried.push(transports.next.transport);
      await transports.watch(fails).catch(() => undefined);
    }
    const { WebSockets, LongPolling } = HttpTransportType;
    expect(tried).toEqual([WebSockets, WebSockets, LongPolling, WebSockets, WebSockets, LongPolling]);
  });

  it('begins with sockets again after one line that opened', async () => {
    const transports = new Transports();
    await transports.watch(fails).catch(() => undefined);
    await transports.watch(opens);
    await transports.watch(fails).catch(() => undefined);
    expect(transports.next.transport).toBe(HttpTransportType.WebSockets);
  });
});
