import type { ButtonHTMLAttributes } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'secondary' | 'subtle'; danger?: boolean; busy?: boolean };

// Whole names, because only classes that stand in the sources are kept in the sheet.
const looks = { primary: 'utrecht-button--primary-action', secondary: 'utrecht-button--secondary-action', subtle: 'utrecht-button--subtle' };

export function Button({ kind = 'primary', danger, busy, className = '', children, disabled, ...rest }: Props) {
  const look = `utrecht-button utrecht-button--html-button ${looks[kind]}${danger ? ' utrecht-button--danger' : ''}`;
  return (
    <button type="button" {...rest} className={`${look} ${className}`} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy && <span className="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
