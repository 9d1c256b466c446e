import { useEffect, useState } from 'react';

/** One live region for the whole page. Sentences that come close together are read one after the other, the same one not twice. */
type Listener = (text: string) => void;
let listener: Listener | null = null;
const queue: string[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;
let last = '';

function next() {
  timer = null;
  const text = queue.shift();
  if (text === undefined) {
    last = '';
    return;
  }
  last = text;
  listener?.(text);
  timer = setTimeout(next, 1500);
}

export function announce(text: string): void {
  if (!text || text === last || queue.includes(text)) return;
  if (queue.length > 3) queue.shift();
  queue.push(text);
  timer ??= setTimeout(next, 50);
}

export function LiveRegion() {
  const [text, setText] = useState('');
  useEffect(() => {
    listener = setText;
    return () => {
      listener = null;
    };
  }, []);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
      {text}
    </div>
  );
}
