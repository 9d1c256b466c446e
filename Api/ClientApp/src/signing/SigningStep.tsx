import { useEffect, useRef, useState } from 'react';
import { useVisit } from '../calls/Visit';
import { Viewer } from '../documents/Viewer';
import { useText } from '../platform/i18n';
import { Alert, Button, Dialog, Textarea } from '../platform/ui';
import { useTenant } from '../tenancy/Tenant';
import { SignForm } from './SignForm';

/** Signing, calm and full screen: read every page, then the sentence that says what it means, then the signature. */
export function SigningStep({ onDone }: { onDone: () => void }) {
  const { snapshot } = useVisit();
  const { signing, me } = snapshot;
  const signed = signing.signers.find((s) => s.participant === me.id)?.signedAt;
  return (
    <section className="signing" aria-labelledby="signing-title">
      {signed ? <Signed onDone={onDone} /> : <ReadThenSign key={signing.sha256} />}
    </section>
  );
}

function ReadThenSign() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const { signing } = snapshot;
  const [page, setPage] = useState(1);
  const [seen, setSeen] = useState<ReadonlySet<number>>(() => new Set([1]));
  const [step, setStep] = useState<'read' | 'sign'>('read');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [step]);
  if (!signing.document) return null;
  const left = signing.pages - seen.size;
  const turn = (to: number) => {
    setPage(to);
    setSeen((s) => new Set(s).add(to));
  };
  return (
    <>
      <p className="kicker">{t.signing.step(step === 'read' ? 1 : 2, 2)}</p>
      <h2 id="signing-title" ref={heading} tabIndex={-1} className="utrecht-heading-2">{step === 'read' ? t.signing.title : t.signing.meaningTitle}</h2>
      {step === 'read' ? (
        <>
          <p>{t.signing.read}</p>
          <Viewer url={store.address(`documents/${signing.document}/content`)} name={t.signing.title} pages={signing.pages} page={page} onPage={turn} />
          <div className="actions signing__actions">
            {left > 0 && <p className="muted" role="status">{t.signing.unread(left)}</p>}
            <Button disabled={left > 0} onClick={() => setStep('sign')}>{t.signing.readAll}</Button>
            <Decline />
          </div>
        </>
      ) : (
        <>
          <SignForm />
          <div className="actions">
            <Button kind="secondary" onClick={() => setStep('read')}>{t.common.back}</Button>
            <Decline />
          </div>
        </>
      )}
    </>
  );
}

function Decline() {
  const { store } = useVisit();
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  return (
    <>
      <button type="button" className="linkish" onClick={() => setAsking(true)}>{t.signing.decline}</button>
      {asking && (
        <Dialog
          title={t.signing.declineTitle}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button danger onClick={() => { setAsking(false); void store.post('signing/decline', { reason }); }}>{t.signing.declineYes}</Button>
              <Button kind="secondary" onClick={() => setAsking(false)}>{t.common.cancel}</Button>
            </>
          }
        >
          <p>{t.signing.declineText}</p>
          <Textarea name="reason" label={t.signing.declineReason} optional={t.common.optional} value={reason} onChange={setReason} rows={2} maxLength={500} />
        </Dialog>
      )}
    </>
  );
}

function Signed({ onDone }: { onDone: () => void }) {
  const { store, snapshot } = useVisit();
  const t = useText();
  const tenant = useTenant();
  const { signing } = snapshot;
  const next = signing.signers.find((s) => s.participant === signing.next);
  const completed = signing.status === 'completed';
  return (
    <div className="signed">
      <h2 id="signing-title" className="utrecht-heading-2">{t.signing.done}</h2>
      <Alert kind="ok" live>
        <p>{completed ? t.signing.doneText(tenant.name) : t.signing.signedWait(next?.name ?? tenant.name)}</p>
      </Alert>
      <div className="actions">
        {completed && signing.document && (
          <a className="utrecht-button utrecht-button--secondary-action" href={store.address(`documents/${signing.document}/content`, 'download=1')} download>
            {t.signing.download}
          </a>
        )}
        <Button onClick={onDone}>{t.signing.back}</Button>
      </div>
    </div>
  );
}
