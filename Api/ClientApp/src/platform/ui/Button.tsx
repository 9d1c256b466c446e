import type { ButtonHTMLAttributes } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'secondary' | 'subtle'; danger?: boolean; busy?: boolean };

export function Button({ kind = 'primary', danger, busy, className = '', children, disabled, ...rest }: Props) {
  const look = `utrecht-button utrecht-button--html-button utrecht-button--${kind === 'subtle' ? 'subtle' : `${kind}-action`}${danger ? ' utrecht-button--danger' : ''}`;
  return (
    <button type="button" {...rest} className={`${look} ${className}`} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy && <span className="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
