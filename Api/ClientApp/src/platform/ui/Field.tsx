import type { ReactNode } from 'react';
import { useId } from 'react';

interface Common { label: string; hint?: string; error?: string | null; name: string; optional?: string }

/** Label, hint and error around one control; the control gets the ids that tie them together. */
function Frame({ label, hint, error, id, optional, children }: Omit<Common, 'name'> & { id: string; children: ReactNode }) {
  return (
    <div className={`utrecht-form-field field${error ? ' utrecht-form-field--invalid' : ''}`}>
      <label className="utrecht-form-label" htmlFor={id}>
        {label}
        {optional && <span className="field__optional"> ({optional})</span>}
      </label>
      {hint && (
        <div id={`${id}-hint`} className="utrecht-form-field-description">
          {hint}
        </div>
      )}
      {error && (
        <div id={`${id}-error`} className="utrecht-form-field-error-message">
          {error}
        </div>
      )}
      {children}
    </div>
  );
}

const describedBy = (id: string, hint?: string, error?: string | null) => [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

type InputProps = Common & {
  value: string; onChange: (value: string) => void; type?: string; autoComplete?: string; inputMode?: 'numeric' | 'email' | 'text'; maxLength?: number; className?: string;
};

export function Field({ label, hint, error, name, optional, value, onChange, type = 'text', className = '', ...rest }: InputProps) {
  const id = useId();
  return (
    <Frame {...{ label, hint, error, id, optional }}>
      <input
        {...rest}
        id={id}
        name={name}
        type={type}
        value={value}
        onChange={(e) => onChange(e.target.value)}
        className={`utrecht-textbox utrecht-textbox--html-input${error ? ' utrecht-textbox--invalid' : ''} ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Frame>
  );
}

export function Textarea({ label, hint, error, name, optional, value, onChange, rows = 4, maxLength }: Common & { value: string; onChange: (value: string) => void; rows?: number; maxLength?: number }) {
  const id = useId();
  return (
    <Frame {...{ label, hint, error, id, optional }}>
      <textarea
        id={id}
        name={name}
        rows={rows}
        maxLength={maxLength}
        value={value}
        onChange={(e) => onChange(e.target.value)}
        className={`utrecht-textarea utrecht-textarea--html-textarea${error ? ' utrecht-textarea--invalid' : ''}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Frame>
  );
}

export function Select({ label, hint, error, name, value, onChange, options }: Common & { value: string; onChange: (value: string) => void; options: { value: string; label: string }[] }) {
  const id = useId();
  return (
    <Frame {...{ label, hint, error, id }}>
      <select
        id={id}
        name={name}
        value={value}
        onChange={(e) => onChange(e.target.value)}
        className="utrecht-select utrecht-select--html-select"
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      >
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface RadiosProps {
  legend: string; name: string; value: string; onChange: (value: string) => void; options: { value: string; label: ReactNode }[];
  error?: string | null; hint?: string; inline?: boolean; legendHidden?: boolean;
}

export function Radios({ legend, name, value, onChange, options, error, hint, inline, legendHidden }: RadiosProps) {
  const id = useId();
  return (
    <fieldset
      className={`utrecht-form-fieldset utrecht-form-fieldset--html-fieldset field${error ? ' utrecht-form-fieldset--invalid' : ''}`}
      aria-describedby={describedBy(id, hint, error)}
      aria-invalid={error ? true : undefined}
      role="radiogroup"
    >
      <legend className={`utrecht-form-label field__legend${legendHidden ? ' visually-hidden' : ''}`}>{legend}</legend>
      {hint && <div id={`${id}-hint`} className="utrecht-form-field-description">{hint}</div>}
      {error && <div id={`${id}-error`} className="utrecht-form-field-error-message">{error}</div>}
      <div className={inline ? 'radios radios--inline' : 'radios'}>
        {options.map((o) => (
          <label key={o.value} className="radios__option">
            <input
              type="radio"
              name={name}
              value={o.value}
              checked={o.value === value}
              onChange={() => onChange(o.value)}
              className="utrecht-radio-button utrecht-radio-button--html-input"
            />
            <span>{o.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Checkbox({ label, checked, onChange, name }: { label: ReactNode; checked: boolean; onChange: (checked: boolean) => void; name: string }) {
  return (
    <label className="radios__option">
      <input type="checkbox" name={name} checked={checked} onChange={(e) => onChange(e.target.checked)} className="utrecht-checkbox utrecht-checkbox--html-input" />
      <span>{label}</span>
    </label>
  );
}
