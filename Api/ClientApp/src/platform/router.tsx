import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';

/** The address of the page, and moving to another one without loading it again. */

const listeners = new Set<() => void>();
const notify = () => listeners.forEach((l) => l());

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  scrollTo(0, 0);
  notify();
}

const address = () => location.pathname;

export function usePath(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      addEventListener('popstate', listener);
      return () => {
        listeners.delete(listener);
        removeEventListener('popstate', listener);
      };
    },
    address,
    address,
  );
}

/** Matches "/{tenant}/p/{product}"; undefined when the path is another page. */
export function match<const Pattern extends string>(pattern: Pattern, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith('{')) found[part.slice(1, -1)] = decodeURIComponent(given[i]!);
    else if (part !== given[i]) return undefined;
  }
  return found;
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { to: string };

export function Link({ to, onClick, className = 'utrecht-link utrecht-link--html-a', ...rest }: LinkProps) {
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e);
    if (e.defaultPrevented || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    navigate(to);
  };
  return <a {...rest} className={className} href={to} onClick={follow} />;
}

/** For pages that share an address: each begins at its top, before anything on it is brought into the window. */
export function useTop(page: string): void {
  useLayoutEffect(() => void scrollTo(0, 0), [page]);
}

// The first page stood before this ran: somebody may be on their way in it already.
let arriving = true;

/** Sets the document's title and brings the focus to the page's heading when the page changes. */
export function usePage(title: string, key: string = title): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1');
    const busy = arriving && document.activeElement !== document.body;
    arriving = false;
    if (!heading || busy) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [key]);
}
