import { useEffect, useState } from 'react';

/** The time now, refreshed every <paramref name="every" /> ms; what runs down on a screen reads it. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
