import type { RefObject } from 'react';
import { useEffect, useRef } from 'react';

/** For what is asked of somebody while they look elsewhere on the page: once it is there, it is in the window. */
export function useIntoView<E extends HTMLElement>(): RefObject<E | null> {
  const asked = useRef<E>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no way to clean up.
    void asked.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return asked;
}
