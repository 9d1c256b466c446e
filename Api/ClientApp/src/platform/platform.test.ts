import { afterEach, describe, expect, it, vi } from 'vitest';
import { missing } from '../booking/draft';
import { toStrokes } from '../signing/SignaturePad';
import { clockOn, day, duration, isoDate, moment, shortDay, size, time } from './dates';
import { ApiError, get, send } from './http';
import { navigate } from './router';

describe('dates', () => {
  it('writes a moment as people here do', () => expect(moment('2026-11-24T18:20:00Z', 'nl')).toBe('dinsdag 24 november, 19.20 uur'));
  it('follows the changeover to summer time', () => {
    expect(time('2026-03-29T00:30:00Z', 'nl')).toBe('01.30 uur');
    expect(time('2026-03-29T01:30:00Z', 'nl')).toBe('03.30 uur');
  });
  it('speaks English', () => expect(moment('2026-11-24T18:20:00Z', 'en')).toMatch(/^Tuesday,? 24 November, 19:20$/));
  it('takes an ISO date as that day', () => expect(day('2026-10-25', 'nl')).toBe('zondag 25 oktober'));
  it('knows which day it is here, not in Greenwich', () => expect(isoDate(new Date('2026-11-23T23:30:00Z'))).toBe('2026-11-24'));
  it('names the day of a moment on another day', () => expect([clockOn('2026-11-24T18:20:00Z', '2026-11-24'), clockOn('2026-11-26T18:20:00Z', '2026-11-24')]).toEqual(['19:20', 'do 26/11 19:20']));
  it('writes the leaf of a calendar', () => {
    expect(shortDay('2026-12-01', 'nl')).toEqual({ weekday: 'di', day: '1', month: 'dec' });
    expect(shortDay('2026-12-01', 'en')).toEqual({ weekday: 'Tue', day: '1', month: 'Dec' });
  });
  it('counts minutes and hours', () => expect([duration(7), duration(600), duration(3847), duration(-1)]).toEqual(['0:07', '10:00', '1:04:07', '0:00']));
  it('says sizes', () => expect([size(1_400_000, 'nl'), size(20, 'nl')]).toEqual(['1,4 MB', '1 kB']));
});

describe('another page', () => {
  afterEach(() => vi.unstubAllGlobals());
  it('begins at its top, also when it takes the place of the one before', () => {
    for (const how of ['push', 'replace'] as const) {
      const scrolled = vi.fn();
      vi.stubGlobal('history', { pushState: () => undefined, replaceState: () => undefined });
      vi.stubGlobal('scrollTo', scrolled);
      navigate('/zonnedaal', how);
      expect(scrolled, how).toHaveBeenCalledExactlyOnceWith(0, 0);
    }
  });
});

describe('details', () => {
  const whole = { name: 'Lut', email: 'lut@voorbeeld.be', language: 'nl', postalCode: '9000', companion: 'no', companionRole: 'helper', companionName: '', companionEmail: '', question: '' } as const;
  it('accepts what is whole', () => expect(missing(whole)).toEqual([]));
  it('names every wrong field in order', () => expect(missing({ ...whole, name: ' ', email: 'lut', postalCode: '0123' })).toEqual(['name', 'email', 'postalCode']));
  it('wants the name of a companion, not their address', () => expect(missing({ ...whole, companion: 'yes' })).toEqual(['companion.name']));
});

describe('strokes', () => {
  const points = (n: number) => Array.from({ length: n }, (_, i) => ({ x: i, y: 50, time: 0, pressure: 0 }));
  it('are parts of the box', () => expect(toStrokes([{ points: points(3) }], 100, 200)).toEqual([[0, 0.25, 0.01, 0.25, 0.02, 0.25]]));
  it('stay within what the room takes', () => expect(toStrokes([{ points: points(9000) }], 9000, 100).flat().length).toBeLessThanOrEqual(5000));
  it('leave a dot out', () => expect(toStrokes([{ points: points(1) }], 100, 100)).toEqual([]));
});

describe('http', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const answers = (...given: (Response | Error)[]) => {
    const calls: RequestInit[] = [];
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      calls.push(init);
      const next = given.shift()!;
      if (next instanceof Error) throw next;
      return next;
    });
    return calls;
  };
  const idOf = (init: RequestInit) => (init.headers as Record<string, string>)['Balie-Command-Id'];

  it('repeats a command with the same id until it is answered', async () => {
    vi.useFakeTimers();
    const calls = answers(new TypeError('network'), new Response('', { status: 503 }), new Response('{"ok":true}', { status: 200 }));
    const sent = send<{ ok: boolean }>('POST', '/api/x', {});
    await vi.runAllTimersAsync();
    expect(await sent).toEqual({ ok: true });
    expect(new Set(calls.map(idOf)).size).toBe(1);
    expect(calls).toHaveLength(3);
  });

  it('waits no longer for who left, and keeps nothing of a wait that is over', async () => {
    vi.useFakeTimers();
    const busy = () => new Response('', { status: 503 });
    const calls = answers(busy(), new Response('{}'), busy());
    const page = new AbortController();
    const [added, removed] = [vi.spyOn(page.signal, 'addEventListener'), vi.spyOn(page.signal, 'removeEventListener')];
    const first = get('/api/x', { signal: page.signal });
    await vi.runAllTimersAsync();
    await first;
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed).toHaveBeenCalledExactlyOnceWith('abort', added.mock.calls[0]![1]);
    const second = expect(get('/api/x', { signal: page.signal })).rejects.toBe('left');
    await vi.advanceTimersByTimeAsync(0);
    page.abort('left');
    await second;
    expect(vi.getTimerCount()).toBe(0);
    expect(calls).toHaveLength(3);
  });

  it('does not repeat what was refused', async () => {
    const problem = { title: 'x', status: 409, traceId: 't1', errors: [{ code: 'slot.taken', message: 'Bezet', field: null }] };
    const calls = answers(new Response(JSON.stringify(problem), { status: 409 }));
    await expect(send('POST', '/api/x', {})).rejects.toMatchObject({ status: 409, code: 'slot.taken', traceId: 't1' });
    expect(calls).toHaveLength(1);
  });

  it('tells who asks in a visit, and nothing in a staff call', async () => {
    const calls = answers(new Response('{}'), new Response('{}'));
    await get('/api/x', { participant: 'p1' });
    await get('/api/x');
    expect(calls.map((c) => (c.headers as Record<string, string>)['Balie-Participant'])).toEqual(['p1', undefined]);
  });

  it('reads an answer that is not JSON as a refusal all the same', async () => {
    answers(new Response('<html>', { status: 500 }));
    const error = await get('/api/x').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).code).toBe('http.500');
  });
});
