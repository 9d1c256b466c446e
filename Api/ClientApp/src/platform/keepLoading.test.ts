import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './http';
import { keepLoading } from './keepLoading';

describe('what is loaded', () => {
  let browser: EventTarget;
  beforeEach(() => {
    vi.useFakeTimers();
    browser = new EventTarget();
    vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
    vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** Answers in turn, and says what was told in which order. */
  const loading = (...answers: (string | ApiError)[]) => {
    const told: string[] = [];
    const load = vi.fn(async () => {
      const answer = answers.shift()!;
      if (answer instanceof ApiError) throw answer;
      return answer;
    });
    const stop = keepLoading(load, (data) => told.push(data), (error) => told.push(error.code));
    return { told, load, stop };
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

  it('is asked for when the door says so', async () => {
    const { told } = loading(new ApiError(503, [], null, 7), 'there');
    await vi.advanceTimersByTimeAsync(6999);
    expect(told).toEqual(['http.503']);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['http.503', 'there']);
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
