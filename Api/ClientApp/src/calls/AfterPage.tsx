import { useState } from 'react';
import { ApiError } from '../platform/http';
import { sentence, useText } from '../platform/i18n';
import { usePage } from '../platform/router';
import { Alert, Button, Radios, Textarea } from '../platform/ui';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useTenant } from '../tenancy/Tenant';
import { useVisit } from './Visit';

/** After the call: what came of it, the documents to keep, one short question. */
export function AfterPage() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.after.title} - ${tenant.name}`);
  const { appointment, call, dossier } = snapshot;
  const product = tenant.products.find((p) => p.id === appointment.product);
  const outcome = product?.outcomes.find((o) => o.code === appointment.outcome)?.label;
  const documents = dossier.documents.filter((d) => d.kind !== 'report' || d.signed);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.after.title}</h1>
      <p className="utrecht-paragraph lead">{call.endReason === 'safety' ? t.after.safety : t.after.thanks(tenant.name)}</p>
      {outcome && (
        <p className="utrecht-paragraph">
          <strong>{t.after.outcome}:</strong> {outcome}
        </p>
      )}
      {documents.length > 0 && (
        <>
          <h2 className="utrecht-heading-3">{t.after.documents}</h2>
          <ul className="documents">
            {documents.map((d) => (
              <li key={d.id} className="documents__row">
                <span>
                  <strong className="documents__name">{d.fileName}</strong> {d.signed && <span className="badge badge--ok">{t.documents.signed}</span>}
                </span>
                <a className="utrecht-link utrecht-link--html-a" href={store.address(`documents/${d.id}/content`, 'download=1')} download aria-label={`${t.documents.download} ${d.fileName}`}>
                  {t.documents.download}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <Rating />
      <p className="utrecht-paragraph muted">{t.after.next}</p>
      <p className="utrecht-paragraph"><Reach text={t.common.helpText(tenant.phone)} /></p>
    </Shell>
  );
}

function Rating() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [score, setScore] = useState('');
  const [comment, setComment] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  if (snapshot.me.role !== 'citizen') return null;
  if (sent || snapshot.appointment.rated) return <Alert kind="ok" live><p>{t.after.rated}</p></Alert>;
  const send = async () => {
    if (!score) return setError(t.after.choose);
    setBusy(true);
    setError(null);
    try {
      await store.post('rating', { score: Number(score), comment });
      setSent(true);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="step" aria-label={t.after.rateTitle}>
      <Radios legend={t.after.rateTitle} name="score" value={score} onChange={setScore} error={error} options={t.after.scores.map((label, i) => ({ value: String(i + 1), label }))} />
      <Textarea name="comment" label={t.after.comment} optional={t.common.optional} value={comment} onChange={setComment} rows={3} maxLength={1000} />
      <div className="actions">
        <Button busy={busy} onClick={() => void send()}>{t.after.send}</Button>
      </div>
    </section>
  );
}
