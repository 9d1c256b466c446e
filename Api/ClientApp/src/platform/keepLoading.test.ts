import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, get } from './http';
import { keepLoading } from './keepLoading';

describe('what is loaded', () => {
  let browser: EventTarget;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0);
    browser = new EventTarget();
    vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
    vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** Answers in turn, and says what was told in which order. */
  const loading = (...answers: (string | ApiError)[]) => {
    const told: string[] = [];
    const at: number[] = [];
    const load = vi.fn(async () => {
      at.push(Date.now());
      const answer = answers.shift()!;
      if (answer instanceof ApiError) throw answer;
      return answer;
    });
    const stop = keepLoading(load, (data) => told.push(data), (error) => told.push(error.code));
    return { told, load, stop, pauses: () => at.slice(1).map((time, i) => time - at[i]!) };
  };
  const busy = () => new ApiError(503, [{ code: 'balie.busy', message: '', field: null }]);

  it('is asked for again by itself while the trouble may pass', async () => {
    const { told, load } = loading(busy(), new ApiError(0, []), 'there');
    await vi.runAllTimersAsync();
    expect(told).toEqual(['balie.busy', 'network', 'there']);
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('is asked for at once when the connection is back', async () => {
    const { told } = loading(new ApiError(0, []), 'there');
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['network']);
    browser.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['network', 'there']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for when the door says so, also by who asked too often', async () => {
    for (const status of [503, 429]) {
      const { told, pauses } = loading(new ApiError(status, [], null, 7), 'there');
      await vi.runAllTimersAsync();
      expect(told).toEqual([`http.${status}`, 'there']);
      expect(pauses()).toEqual([7000]);
    }
  });

  it('is asked for ever less often, however soon the door says', async () => {
    for (const status of [503, 429]) {
      const { pauses } = loading(...Array.from({ length: 7 }, () => new ApiError(status, [], null, 1)), 'there');
      await vi.runAllTimersAsync();
      expect(pauses()).toEqual([1200, 2400, 4800, 9600, 19_200, 20_000, 20_000]);
    }
  });

  it('is asked for by each page at a moment of its own, within half a minute', async () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    const { pauses } = loading(...[1, 1, 20, 3600].map((seconds) => new ApiError(503, [], null, seconds)), 'there');
    await vi.runAllTimersAsync();
    expect(pauses()).toEqual([1500, 3000, 25_000, 30_000]);
  });

  it('leaves ten pages behind one address room under the limit of the door', async () => {
    const door = vi.fn(async () => new Response('', { status: 503, headers: { 'Retry-After': '1' } }));
    vi.stubGlobal('fetch', door);
    const stop = keepLoading((signal) => get('/api/x', { signal }), () => undefined, () => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    stop();
    // Of the 600 a minute that the door takes from one address.
    expect(door.mock.calls.length * 10).toBeLessThan(200);
  });

  it('is not asked for again once it came or was refused', async () => {
    for (const answer of ['there', new ApiError(404, [])]) {
      const { load } = loading(answer);
      await vi.runAllTimersAsync();
      browser.dispatchEvent(new Event('online'));
      await vi.runAllTimersAsync();
      expect(load).toHaveBeenCalledTimes(1);
    }
  });

  it('is let go of with the page', async () => {
    const { told, load, stop } = loading(busy(), 'there');
    await vi.advanceTimersByTimeAsync(0);
    stop();
    browser.dispatchEvent(new Event('online'));
    await vi.runAllTimersAsync();
    expect(told).toEqual(['balie.busy']);
    expect(load).toHaveBeenCalledTimes(1);
  });
});
