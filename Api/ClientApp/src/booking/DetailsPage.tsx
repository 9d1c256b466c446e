import type { FormEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../platform/announce';
import type { BookingDetails, HoldView, ParticipantRole, ProductView } from '../platform/shapes';
import { moment } from '../platform/dates';
import { ApiError } from '../platform/http';
import { useText, useWords } from '../platform/i18n';
import { navigate, usePage, useTop } from '../platform/router';
import type { FormError } from '../platform/ui';
import { Alert, Button, Countdown, ErrorSummary, Field, Radios, Refused, Select, Textarea } from '../platform/ui';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { confirmHold, getHold, releaseHold } from './api';
import type { Draft } from './draft';
import { drafts, holds, missing, receipts } from './draft';
import { useLoad } from '../platform/useLoad';

const toDetails = (draft: Draft): BookingDetails => ({
  name: draft.name.trim(),
  email: draft.email.trim(),
  language: draft.language,
  postalCode: draft.postalCode.trim(),
  companion:
    draft.companion === 'yes' ? { role: draft.companionRole, name: draft.companionName.trim(), email: draft.companionEmail.trim() } : null,
  question: draft.question.trim(),
});

/** Details, then the check, on one held moment: two pages that share the countdown. */
export function DetailsPage({ product }: { product: ProductView }) {
  const { language } = useWords();
  const tenant = useTenant();
  const kept = holds.load(tenant.code);
  const { error } = useLoad((signal) => (kept ? getHold(tenant.code, kept.hold, signal) : Promise.reject(new ApiError(410, []))), kept?.hold ?? '');
  const [expired, setExpired] = useState(false);
  const [checking, setChecking] = useState(false);
  const [draft, setDraft] = useState(() => drafts.load(tenant.code, language));
  const [refused, setRefused] = useState<ApiError | null>(null);
  const gone = expired || error?.status === 410 || error?.status === 404 || !kept || kept.product !== product.id;
  const change = (next: Draft) => {
    setDraft(next);
    drafts.save(tenant.code, next);
  };
  useTop(gone ? 'gone' : checking ? 'check' : 'details');
  if (gone) return <Expired product={product} />;
  const shared = { product, hold: kept, draft, onExpired: () => setExpired(true) };
  return checking ? (
    <CheckPage
      {...shared}
      onChange={() => setChecking(false)}
      onRefused={(cause) => {
        if (cause.status === 410) setExpired(true);
        setRefused(cause);
        if (cause.errors.some((e) => e.field)) setChecking(false);
      }}
      refused={refused}
    />
  ) : (
    <FormPage
      {...shared}
      refused={refused}
      onDraft={change}
      onDone={() => {
        setRefused(null);
        setChecking(true);
      }}
    />
  );
}

interface Shared { product: ProductView; hold: HoldView; draft: Draft; onExpired: () => void; refused: ApiError | null }

function Held({ hold, onExpired }: { hold: HoldView; onExpired: () => void }) {
  const { t, language } = useWords();
  useEffect(() => {
    const timer = setTimeout(() => announce(t.details.soon), Math.max(0, Date.parse(hold.expiresAt) - Date.now() - 120_000));
    return () => clearTimeout(timer);
  }, [hold.expiresAt, t]);
  return (
    <div className="held">
      <p>{t.details.held(moment(hold.start, language))}</p>
      <Countdown until={hold.expiresAt} label={t.details.left} onEnd={onExpired} />
    </div>
  );
}

function FormPage({ product, hold, draft, onDraft, onDone, onExpired, refused }: Shared & { onDraft: (draft: Draft) => void; onDone: () => void }) {
  const { t } = useWords();
  const tenant = useTenant();
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<FormError[]>(() => (refused?.errors ?? []).filter((e) => e.field).map((e) => ({ field: e.field!, message: e.message })));
  usePage(`${t.details.title} - ${tenant.name}`);
  const set = (part: Partial<Draft>) => onDraft({ ...draft, ...part });
  const error = (field: string) => errors.find((e) => e.field === field)?.message;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const wrong = missing(draft).map((field) => ({ field, message: t.details.missing[field]! }));
    setErrors(wrong);
    if (!wrong.length) onDone();
  };
  const back = () => {
    // The moment goes back to others; when that fails it frees itself in ten minutes.
    releaseHold(tenant.code, hold.hold).catch(() => undefined);
    holds.clear(tenant.code);
    navigate(`/${tenant.code}/p/${product.id}/moment`);
  };
  return (
    <Shell>
      <a className="back" href={`/${tenant.code}/p/${product.id}/moment`} onClick={(e) => { e.preventDefault(); back(); }}>
        {t.common.back}
      </a>
      <h1 className="utrecht-heading-1">{t.details.title}</h1>
      <Held hold={hold} onExpired={onExpired} />
      <ErrorSummary errors={errors} form={form} />
      <form ref={form} onSubmit={submit} noValidate>
        <Field name="name" label={t.details.name} hint={t.details.nameHint} value={draft.name} onChange={(name) => set({ name })} error={error('name')} autoComplete="name" maxLength={120} />
        <Field name="email" label={t.details.email} hint={t.details.emailHint} value={draft.email} onChange={(email) => set({ email })} error={error('email')} type="email" autoComplete="email" maxLength={200} />
        <LanguageSelect value={draft.language} onChange={(language) => set({ language })} />
        <Field name="postalCode" label={t.details.postalCode} hint={t.details.postalCodeHint} value={draft.postalCode} onChange={(postalCode) => set({ postalCode })} error={error('postalCode')} inputMode="numeric" autoComplete="postal-code" maxLength={4} className="narrow" />
        <CompanionFields draft={draft} set={set} error={error} />
        <Textarea name="question" label={t.details.question} hint={t.details.questionHint} value={draft.question} onChange={(question) => set({ question })} error={error('question')} maxLength={2000} />
        <div className="actions">
          <Button type="submit">{t.details.check}</Button>
        </div>
      </form>
    </Shell>
  );
}

const languageNames: Record<string, string> = { nl: 'Nederlands', en: 'English', fr: 'Français', de: 'Deutsch' };

function LanguageSelect({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText();
  const options = Object.entries(languageNames).map(([code, label]) => ({ value: code, label }));
  return <Select name="language" label={t.details.language} value={value} onChange={onChange} options={options} />;
}

const companionRoles: ParticipantRole[] = ['helper', 'lawyer', 'interpreter'];

function CompanionFields({ draft, set, error }: { draft: Draft; set: (part: Partial<Draft>) => void; error: (field: string) => string | undefined }) {
  const t = useText();
  return (
    <>
      <Radios
        legend={t.details.companion}
        name="companion"
        value={draft.companion}
        onChange={(v) => set({ companion: v as 'yes' | 'no' })}
        options={[{ value: 'no', label: t.details.companionNo }, { value: 'yes', label: t.details.companionYes }]}
      />
      {draft.companion === 'yes' && (
        <div className="indent">
          <Radios
            legend={t.details.companionRole}
            name="companion.role"
            value={draft.companionRole}
            onChange={(v) => set({ companionRole: v as ParticipantRole })}
            options={companionRoles.map((role) => ({ value: role, label: t.roles[role] }))}
            error={error('companion.role')}
            inline
          />
          <Field name="companion.name" label={t.details.companionName} value={draft.companionName} onChange={(companionName) => set({ companionName })} error={error('companion.name')} maxLength={120} />
          <Field name="companion.email" label={t.details.companionEmail} hint={t.details.companionEmailHint} value={draft.companionEmail} onChange={(companionEmail) => set({ companionEmail })} error={error('companion.email')} type="email" maxLength={200} />
        </div>
      )}
    </>
  );
}

function CheckPage({ product, hold, draft, onChange, onExpired, onRefused, refused }: Shared & { onChange: () => void; onRefused: (error: ApiError) => void }) {
  const { t, language } = useWords();
  const tenant = useTenant();
  const text = useProductText()(product);
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  usePage(`${t.confirm.title} - ${tenant.name}`);
  const confirm = async () => {
    setBusy(true);
    try {
      receipts.save(tenant.code, await confirmHold(tenant.code, hold.hold, toDetails(draft), { onTrouble: () => setAgain(true) }));
      holds.clear(tenant.code);
      drafts.clear(tenant.code);
      navigate(`/${tenant.code}/geboekt`, 'replace');
    } catch (cause) {
      setBusy(false);
      setAgain(false);
      if (!(cause instanceof ApiError)) throw cause;
      onRefused(cause);
    }
  };
  const companion = draft.companion === 'yes' ? `${draft.companionName} (${t.roles[draft.companionRole].toLowerCase()})` : t.confirm.alone;
  const rows: [string, string][] = [
    [t.confirm.what, text.name],
    [t.confirm.when, moment(hold.start, language)],
    [t.confirm.who, draft.name],
    [t.confirm.email, draft.email],
    [t.confirm.language, languageNames[draft.language] ?? draft.language],
    [t.confirm.postalCode, draft.postalCode],
    [t.confirm.companion, companion],
    ...(draft.question.trim() ? [[t.confirm.question, draft.question] as [string, string]] : []),
  ];
  return (
    <Shell>
      <a className="back" href="#wijzig" onClick={(e) => { e.preventDefault(); onChange(); }}>
        {t.common.back}
      </a>
      <h1 className="utrecht-heading-1">{t.confirm.title}</h1>
      <Held hold={hold} onExpired={onExpired} />
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label} className="facts__row">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {refused && !busy && <Refused error={refused} />}
      {again && <Alert kind="warning" live><p>{t.trouble.again}</p></Alert>}
      <div className="actions">
        <Button onClick={() => void confirm()} busy={busy}>
          {busy ? t.confirm.busy : t.confirm.submit}
        </Button>
        <Button kind="secondary" onClick={onChange} disabled={busy}>
          {t.confirm.change}
        </Button>
      </div>
    </Shell>
  );
}

function Expired({ product }: { product: ProductView }) {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.details.expiredTitle} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.details.expiredTitle}</h1>
      <Alert kind="warning">
        <p>{t.details.expired}</p>
      </Alert>
      <div className="actions">
        <Button onClick={() => navigate(`/${tenant.code}/p/${product.id}/moment`)}>{t.details.again}</Button>
      </div>
    </Shell>
  );
}
