import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../platform/http';
import type { SeatView, VisitSnapshot } from '../platform/shapes';
import { aVisit } from './testing';
import type { HubLink } from './VisitStore';
import { merge, VisitStore } from './VisitStore';

class Line implements HubLink {
  readonly handlers = new Map<string, (...args: never[]) => void>();
  closed: ((error?: Error) => void) | null = null;
  invoked: string[] = [];
  fails = false;
  constructor(private readonly snapshot: () => VisitSnapshot) {}
  start = async () => {
    if (this.fails) throw new Error('no network');
  };
  stop = async () => undefined;
  invoke = async <T>(method: string): Promise<T> => {
    this.invoked.push(method);
    await entering;
    return this.snapshot() as T;
  };
  on = (method: string, handler: (...args: never[]) => void) => void this.handlers.set(method, handler);
  onclose = (handler: (error?: Error) => void) => void (this.closed = handler);
  receive = (method: string, ...args: unknown[]) => (this.handlers.get(method) as (...args: unknown[]) => void)(...args);
}

let truth: VisitSnapshot;
let lines: Line[];
let networkDown: boolean;
let entering: Promise<void>;
let readFails: ApiError | null;
let reads: number;
let store: VisitStore;

beforeEach(() => {
  vi.useFakeTimers();
  truth = aVisit();
  lines = [];
  networkDown = false;
  entering = Promise.resolve();
  readFails = null;
  reads = 0;
  store = new VisitStore(
    { tenant: 't', visit: 'v1', participant: 'p1' },
    {
      hub: () => {
        const line = new Line(() => truth);
        line.fails = networkDown;
        lines.push(line);
        return line;
      },
      read: async () => {
        reads++;
        if (readFails) throw readFails;
        return truth;
      },
      now: () => Date.parse('2026-11-24T18:09:58Z'),
    },
  );
});
afterEach(() => {
  store.stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('VisitStore', () => {
  it('enters and knows the server\'s clock', async () => {
    store.start();
    await settle();
    expect(store.getState()).toMatchObject({ connection: 'connected', entries: 1, clockOffset: 2000 });
  });

  it('replaces a room by a newer or equal view, and never by an older one', async () => {
    store.start();
    await settle();
    const call = { ...truth.call, version: 5, recording: true };
    lines[0]!.receive('Changed', 'call', 5, call);
    lines[0]!.receive('Changed', 'call', 4, { ...truth.call, version: 4, recording: false });
    expect(store.getState().snapshot!.call).toBe(call);

    // The same version again carries what is not in the journal, such as the progress of a job.
    lines[0]!.receive('Changed', 'call', 5, { ...call, recording: false });
    expect(store.getState().snapshot!.call.recording).toBe(false);
  });

  it('asks again when a head is newer than what it has, and once at a time', async () => {
    store.start();
    await settle();
    truth = aVisit({ dossier: { version: 3 } });
    lines[0]!.receive('Heads', { dossier: 3 });
    lines[0]!.receive('Heads', { dossier: 3 });
    await settle();
    lines[0]!.receive('Heads', { dossier: 3 });
    await settle();
    expect(store.getState().snapshot!.dossier.version).toBe(3);
    expect(lines[0]!.invoked).toEqual(['Enter', 'Enter']);
  });

  it('reads again when its seat lets it in or out: the rooms show more or less at the same version', async () => {
    const seat = (status: SeatView['status']): Partial<SeatView> => ({ participant: truth.me.id, session: truth.me.session, status });
    const call = (version: number, status: SeatView['status']) => ({ ...truth.call, version, seats: [seat(status) as SeatView] });
    store.start();
    await settle();
    lines[0]!.receive('Changed', 'call', 2, call(2, 'waiting'));
    await settle();
    expect(reads).toBe(1);

    const came = call(3, 'admitted');
    truth = { ...truth, call: came, dossier: { ...truth.dossier, shared: { document: 'd1', page: 1, by: 'p1' } } };
    lines[0]!.receive('Changed', 'call', 3, came);
    await vi.advanceTimersByTimeAsync(200);
    expect(reads).toBe(2);
    expect(store.getState().snapshot!.dossier.shared).not.toBeNull();

    lines[0]!.receive('Changed', 'call', 4, call(4, 'waiting'));
    await vi.advanceTimersByTimeAsync(200);
    expect(reads).toBe(3);
  });

  it('says that the connection is lost at once, and comes back for as long as it takes', async () => {
    store.start();
    await settle();
    networkDown = true;
    lines[0]!.closed!();
    expect(store.getState().connection).toBe('lost');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.length).toBeGreaterThan(5);
    networkDown = false;
    await vi.advanceTimersByTimeAsync(6000);
    expect(store.getState()).toMatchObject({ connection: 'connected', entries: 2 });
  });

  it('does not wait for the next try when the network comes back', async () => {
    store.start();
    await settle();
    networkDown = true;
    lines[0]!.closed!();
    await vi.advanceTimersByTimeAsync(20_000);
    networkDown = false;
    store.wake();
    await settle();
    expect(store.getState().connection).toBe('connected');
  });

  it('stops trying when the door does not let it in', async () => {
    readFails = new ApiError(401, [{ code: 'link.needed', message: '', field: null }]);
    store.start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(store.getState().refused?.code).toBe('link.needed');
    expect(lines).toHaveLength(0);
  });

  it('says that a signal may have been lost, but not while it enters or is about to enter again', async () => {
    let missed = 0;
    let enter = () => undefined as void;
    entering = new Promise((resolve) => (enter = resolve));
    store.onMissed(() => missed++);
    store.start();
    await settle();
    lines[0]!.receive('Missed');
    expect(missed).toBe(0);
    enter();
    await settle();
    lines[0]!.receive('Missed');
    expect(missed).toBe(1);
    store.offline();
    lines[0]!.receive('Missed');
    expect(missed).toBe(1);
    expect(lines[0]!.invoked).toEqual(['Enter']);
  });

  it('passes signals on, and refuses media while the hub is away', async () => {
    store.start();
    await settle();
    const got: unknown[] = [];
    store.onSignal((signal) => got.push(signal));
    lines[0]!.receive('Signal', { offer: null, publishAgain: true });
    expect(got).toEqual([{ offer: null, publishAgain: true }]);
    lines[0]!.closed!();
    await expect(store.media.subscribe()).rejects.toMatchObject({ status: 0 });
  });
});

describe('merge', () => {
  it('keeps the rooms that are newer here than in a snapshot that was read before', () => {
    const here = aVisit({ call: { version: 7 }, dossier: { version: 1 } });
    const late = aVisit({ call: { version: 6 }, dossier: { version: 2 } });
    const merged = merge(here, late);
    expect([merged.call.version, merged.dossier.version]).toEqual([7, 2]);
  });
});
