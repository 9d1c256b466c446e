import { useEffect, useRef } from 'react';

const key = 'balie.shortcuts';
export const shortcutsOn = (): boolean => localStorage.getItem(key) !== 'off';
export const setShortcuts = (on: boolean): void => localStorage.setItem(key, on ? 'on' : 'off');

/** Single keys, only outside fields and dialogs, and only while somebody wants them (WCAG 2.2, 2.1.4). */
export function useShortcuts(actions: Record<string, () => void>): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || !shortcutsOn()) return;
      const target = e.target as HTMLElement;
      if (target.closest('input, textarea, select, dialog, [contenteditable]')) return;
      const action = current.current[e.key];
      if (!action) return;
      e.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
