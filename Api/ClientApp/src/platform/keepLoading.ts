import { ApiError, backoff, passesLater } from './http';

/**
 * As long as the door asks for, and ever longer, up to half a minute. Each page waits a little more of its own: those that lost the door together do not all come back
 * to it together.
 */
function pauseAfter(failures: number, error: ApiError): number {
  // Who loads has tried twice in a row already.
  const least = Math.max((error.retryAfter ?? 0) * 1000, backoff(1 + failures, 20_000));
  return Math.min(30_000, least * (1 + Math.random() / 2));
}

/**
 * Loads, and after a trouble that passes tries again by itself: ever less often, and at once when the browser has a connection again. Calls back until the function
 * that it returns is called.
 */
export function keepLoading<T>(load: (signal: AbortSignal) => Promise<T>, found: (data: T) => void, failed: (error: ApiError) => void): () => void {
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let failures = 0;
  const attempt = async () => {
    if (running) return;
    running = true;
    clearTimeout(timer);
    try {
      const data = await load(stopped.signal);
      if (stopped.signal.aborted) return;
      removeEventListener('online', now);
      found(data);
    } catch (cause) {
      if (stopped.signal.aborted) return;
      const error = cause instanceof ApiError ? cause : new ApiError(0, []);
      failed(error);
      if (passesLater(error)) timer = setTimeout(now, pauseAfter(++failures, error));
      else removeEventListener('online', now);
    } finally {
      running = false;
    }
  };
  const now = () => void attempt();
  addEventListener('online', now);
  now();
  return () => {
    stopped.abort();
    clearTimeout(timer);
    removeEventListener('online', now);
  };
}
