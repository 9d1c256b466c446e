import { useState } from 'react';
import { useCommand } from '../calls/CockpitPage';
import { useVisit } from '../calls/Visit';
import type { IdentityCheckView, ParticipantView } from '../platform/shapes';
import { clock } from '../platform/dates';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Alert, Button, Checkbox, Textarea } from '../platform/ui';

/** The checks of everybody in the call: ask, look, decide. */
export function IdentityTab() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const { run, busy, problem } = useCommand();
  const { identity, appointment, call } = snapshot;
  const checkOf = (id: string) => identity.checks.find((c) => c.participant === id);
  const present = (id: string) => call.seats.some((x) => x.participant === id && x.status === 'admitted');
  return (
    <div>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      {appointment.participants.map((person) => {
        const check = checkOf(person.id);
        const status = check?.status ?? 'notAsked';
        const mayAsk = present(person.id) && (status === 'notAsked' || status === 'rejected');
        return (
          <section key={person.id} className="check" aria-labelledby={`check-${person.id}`}>
            <h3 id={`check-${person.id}`} className="utrecht-heading-4">
              {person.name} <span className="muted small">{t.roles[person.role]}</span>{' '}
              <span className={`badge${status === 'confirmed' ? ' badge--ok' : ''}`}>{s.identity.status[status]}</span>
            </h3>
            {check?.lastFailure && <p className="error-line">{s.identity.failure} {t.identity.failures[check.lastFailure] ?? check.lastFailure}</p>}
            {check?.provenName && <Proof check={check} person={person} />}
            {status === 'proven' && <Decide key={check!.provenAt} check={check!} />}
            {mayAsk && (
              <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('identity/request', { participant: person.id }))}>{s.identity.request}</Button>
            )}
          </section>
        );
      })}
    </div>
  );
}

function Proof({ check, person }: { check: IdentityCheckView; person: ParticipantView }) {
  const { store } = useVisit();
  const [full, setFull] = useState<string | null>(null);
  const { run, problem } = useCommand();
  const reveal = () =>
    run(async () => {
      setFull((await store.post('identity/reveal', { participant: check.participant })).number);
    });
  return (
    <>
      <dl className="proof">
        <div><dt>{s.identity.name}</dt><dd><strong>{check.provenName}</strong></dd></div>
        <div><dt>{s.identity.booked}</dt><dd>{person.name}</dd></div>
        <div>
          <dt>{s.identity.number}</dt>
          <dd className="number">
            {full ?? check.maskedNumber}{' '}
            {!full && <button type="button" className="linkish linkish--small" onClick={() => void reveal()}>{s.identity.reveal}</button>}
          </dd>
        </div>
        <div><dt>{s.identity.means}</dt><dd>{s.identity.by[check.means ?? ''] ?? check.means}, {check.provenAt && clock(check.provenAt)}</dd></div>
        <div><dt>{s.identity.level}</dt><dd>{s.identity.levels[check.level ?? ''] ?? check.level}</dd></div>
        {check.decidedBy && <div><dt>{s.identity.decided}</dt><dd>{check.decidedBy} {check.decisionReason && `(${check.decisionReason})`}</dd></div>}
      </dl>
      {check.nameDiffers && <Alert kind="warning"><p>{s.identity.differs}</p></Alert>}
      {problem && <p className="error-line" role="alert">{problem}</p>}
    </>
  );
}

const items = ['face-matches', 'name-matches', 'purpose-stated', 'free-will'];

function Decide({ check }: { check: IdentityCheckView }) {
  const { store } = useVisit();
  const [ticked, setTicked] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const { run, busy, problem } = useCommand();
  const decide = (confirmed: boolean) =>
    void run(() => store.post('identity/decide', { participant: check.participant, confirmed, checks: ticked, reason: reason.trim() }));
  return (
    <div className="decide">
      <fieldset className="field">
        <legend className="field__legend">{s.identity.checks}</legend>
        {items.map((item) => (
          <Checkbox
            key={item}
            name={item}
            label={s.identity.check[item]}
            checked={ticked.includes(item)}
            onChange={(on) => setTicked((all) => (on ? [...all, item] : all.filter((x) => x !== item)))}
          />
        ))}
      </fieldset>
      <Textarea name="identity-reason" label={s.identity.reason} hint={s.identity.reasonHint} value={reason} onChange={setReason} rows={2} maxLength={500} />
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      <div className="actions">
        <Button busy={busy} onClick={() => decide(true)}>{s.identity.confirm}</Button>
        <Button kind="secondary" danger busy={busy} onClick={() => decide(false)}>{s.identity.reject}</Button>
      </div>
    </div>
  );
}
