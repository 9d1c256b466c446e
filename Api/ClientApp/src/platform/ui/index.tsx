import type { ReactNode, RefObject } from 'react';
import { useEffect, useId, useRef } from 'react';
import type { ApiError } from '../http';
import { sentence, useText } from '../i18n';
import { duration } from '../dates';
import { useNow } from '../useNow';
import { Button } from './Button';

export { Button } from './Button';
export { Checkbox, Field, Radios, Select, Textarea } from './Field';

const alerts = { info: 'utrecht-alert--info', ok: 'utrecht-alert--ok', warning: 'utrecht-alert--warning', error: 'utrecht-alert--error' };

export function Alert({ kind = 'info', title, children, live }: { kind?: 'info' | 'ok' | 'warning' | 'error'; title?: string; children?: ReactNode; live?: boolean }) {
  return (
    <div className={`utrecht-alert ${alerts[kind]}`} role={live ? (kind === 'error' ? 'alert' : 'status') : undefined}>
      <div className="utrecht-alert__content">
        {title && <p className="utrecht-alert__title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** A refusal with its next step. The number is the one in the log. */
export function Refused({ error, onRetry, busy }: { error: ApiError; onRetry?: () => void; busy?: boolean }) {
  const t = useText();
  return (
    <Alert kind="error" title={t.trouble.title} live>
      <p>{sentence(error, t)}</p>
      {error.status >= 500 && error.traceId && <p className="small">{t.common.errorId(error.traceId)}</p>}
      {onRetry && (
        <Button kind="secondary" onClick={onRetry} busy={busy}>
          {t.common.retry}
        </Button>
      )}
    </Alert>
  );
}

export function Spinner({ label }: { label?: string }) {
  const t = useText();
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" /> {label ?? t.common.loading}
    </p>
  );
}

export function Progress({ value, label }: { value: number; label: string }) {
  const id = useId();
  return (
    <div className="progress">
      <label htmlFor={id}>{label}</label>
      <progress id={id} max={1} value={value} />
    </div>
  );
}

/** A native dialog: it traps the focus, closes with Escape and gives the focus back. */
export function Dialog({ title, onClose, children, actions }: { title: string; onClose: () => void; children: ReactNode; actions?: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
    >
      <h2 id={id} className="utrecht-heading-2">
        {title}
      </h2>
      {children}
      {actions && <div className="actions">{actions}</div>}
    </dialog>
  );
}

/** Runs down to an instant; says it to a screen reader only at whole minutes. */
export function Countdown({ until, label, offset = 0, onEnd }: { until: string; label: string; offset?: number; onEnd?: () => void }) {
  const now = useNow() + offset;
  const left = Math.max(0, (new Date(until).getTime() - now) / 1000);
  const ended = left <= 0;
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (ended) end.current?.();
  }, [ended]);
  return (
    <p className={`countdown${left < 120 ? ' countdown--soon' : ''}`} role="timer" aria-live="off">
      {label} <strong className="countdown__time">{duration(Math.ceil(left))}</strong>
    </p>
  );
}

export interface TabItem<Id extends string> { id: Id; label: string; badge?: number | string | null }

/** Tabs by the ARIA pattern: arrows move, the panel is labelled by its tab. */
export function Tabs<Id extends string>({ items, active, onSelect, label, children }: { items: TabItem<Id>[]; active: Id; onSelect: (id: Id) => void; label: string; children: ReactNode }) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (by: number) => {
    const at = items.findIndex((i) => i.id === active);
    const next = items[(at + by + items.length) % items.length]!;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${next.id}`)}`)?.focus();
  };
  return (
    <div className="tabs">
      <div
        role="tablist"
        aria-label={label}
        className="tabs__list"
        ref={list}
        onKeyDown={(e) => {
          if (e.key === 'ArrowRight') move(1);
          if (e.key === 'ArrowLeft') move(-1);
        }}
      >
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="tab"
            id={`${id}-${item.id}`}
            aria-selected={item.id === active}
            aria-controls={`${id}-panel`}
            tabIndex={item.id === active ? 0 : -1}
            className="tabs__tab"
            onClick={() => onSelect(item.id)}
          >
            {item.label}
            {item.badge != null && item.badge !== 0 && <span className="badge">{item.badge}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${active}`} className="tabs__panel" tabIndex={0}>
        {children}
      </div>
    </div>
  );
}

export interface FormError { field: string; message: string }

/** The list above a form that says which fields are wrong; each leads to its field. */
export function ErrorSummary({ errors, form }: { errors: FormError[]; form: RefObject<HTMLFormElement | null> }) {
  const t = useText();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length) ref.current?.focus();
  }, [errors]);
  if (!errors.length) return null;
  return (
    <div ref={ref} tabIndex={-1} className="utrecht-alert utrecht-alert--error" role="alert">
      <div className="utrecht-alert__content">
        <h2 className="utrecht-heading-4">{t.summary(errors.length)}</h2>
        <ul>
          {errors.map((e) => (
            <li key={e.field}>
              <a
                className="utrecht-link utrecht-link--html-a"
                href={`#${e.field}`}
                onClick={(event) => {
                  event.preventDefault();
                  form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(e.field)}"]`)?.focus();
                }}
              >
                {e.message}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
