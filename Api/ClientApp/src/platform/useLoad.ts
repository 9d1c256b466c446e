import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from './http';

export interface Loaded<T> { data: T | null; error: ApiError | null; reload: () => void; set: (data: T | null) => void }

/** Loads when <paramref name="key" /> changes; keeps what it had while it loads again. What is <paramref name="given" /> for the first key need not be loaded. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, key: string, given: T | null = null): Loaded<T> {
  const [data, setData] = useState<T | null>(given);
  const had = useRef(given ? key : null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (had.current === key && round === 0) return;
    had.current = null;
    const stop = new AbortController();
    setError(null);
    load(stop.signal).then(
      (found) => !stop.signal.aborted && setData(found),
      (cause: unknown) => {
        if (!stop.signal.aborted) setError(cause instanceof ApiError ? cause : new ApiError(0, []));
      },
    );
    return () => stop.abort();
    // The caller's key says when to load again; the function itself is new at every render.
  }, [key, round]);
  return { data, error, reload: useCallback(() => setRound((r) => r + 1), []), set: setData };
}
