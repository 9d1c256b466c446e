import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiError } from './http';
import { keepLoading } from './keepLoading';

/** <see code="again" /> while what <see code="reload" /> asked for is on its way. */
export interface Loaded<T> { data: T | null; error: ApiError | null; again: boolean; reload: () => void; set: (data: T | null) => void }

/**
 * Loads when <paramref name="key" /> changes; keeps what it had while it loads again, and an error until there is an answer to put in its place. What is
 * <paramref name="given" /> for the first key need not be loaded.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, key: string, given: T | null = null): Loaded<T> {
  const [data, setData] = useState<T | null>(given);
  const had = useRef(given ? key : null);
  const shown = useRef(key);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const [again, setAgain] = useState(false);
  useEffect(() => {
    if (had.current === key && round === 0) return;
    had.current = null;
    if (shown.current !== key) setError(null);
    shown.current = key;
    return keepLoading(
      load,
      (found) => {
        setData(found);
        setError(null);
        setAgain(false);
      },
      (failed) => {
        // The same trouble once more is not said once more.
        setError((before) => (before?.code === failed.code ? before : failed));
        setAgain(false);
      },
    );
    // The caller's key says when to load again; the function itself is new at every render.
  }, [key, round]);
  const reload = useCallback(() => {
    setAgain(true);
    setRound((r) => r + 1);
  }, []);
  return { data, error, again, reload, set: setData };
}
