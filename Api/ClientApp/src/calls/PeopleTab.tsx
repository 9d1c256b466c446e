import type { FormEvent } from 'react';
import { useState } from 'react';
import type { ParticipantRole, SeatView } from '../platform/shapes';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Alert, Button, Field, Select } from '../platform/ui';
import { Asked } from './Asked';
import { useCommand } from './CockpitPage';
import { useVisit } from './Visit';

/** Who belongs to the visit, where they are, and inviting one more. */
export function PeopleTab() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const { run, problem } = useCommand();
  const { appointment, call } = snapshot;
  const seatOf = (id: string) => call.seats.find((x) => x.participant === id);
  const officers = call.seats.filter((x) => x.role === 'officer');
  const rows = [...appointment.participants.map((p) => ({ id: p.id, name: p.name, role: p.role })), ...officers.map((o) => ({ id: o.participant, name: o.name, role: o.role }))];
  return (
    <div>
      <table className="utrecht-table utrecht-table--html-table table">
        <caption className="visually-hidden">{s.people.title}</caption>
        <thead><tr><th scope="col">{s.people.name}</th><th scope="col">{s.people.role}</th><th scope="col">{s.desk.state}</th></tr></thead>
        <tbody>
          {rows.map((p) => {
            const seat = seatOf(p.id);
            return (
              <tr key={p.id}>
                <th scope="row">{p.name}</th>
                <td>{t.roles[p.role]}</td>
                <td>
                  {place(seat)}{' '}
                  {seat?.status === 'admitted' && seat.role !== 'officer' && (
                    <button type="button" className="linkish linkish--small" aria-label={s.cockpit.remove(p.name)} onClick={() => void run(() => store.post('call/remove', { participant: p.id }))}>
                      {s.cockpit.removeShort}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      <Asked />
      {appointment.status !== 'closed' && appointment.status !== 'cancelled' && <Invite />}
    </div>
  );
}

const place = (seat: SeatView | undefined): string => {
  if (!seat || seat.status === 'absent') return s.people.absent;
  if (!seat.connected) return s.people.away;
  return seat.status === 'waiting' ? s.people.waiting : s.people.here;
};

function Invite() {
  const { store } = useVisit();
  const t = useText();
  const [role, setRole] = useState<ParticipantRole>('helper');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const { run, busy, problem } = useCommand();
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void run(async () => {
      const { link } = await store.post('invitations', { role, name: name.trim(), email: email.trim() });
      setMade(new URL(link, location.origin).href);
      setCopied(false);
      setName('');
      setEmail('');
    });
  };
  return (
    <form onSubmit={submit} className="invite">
      <h3 className="utrecht-heading-4">{s.people.invite}</h3>
      <div className="invite__fields">
        <Select name="role" label={s.people.role} value={role} onChange={(v) => setRole(v as ParticipantRole)} options={(['helper', 'lawyer', 'interpreter'] as const).map((r) => ({ value: r, label: t.roles[r] }))} />
        <Field name="name" label={s.people.name} value={name} onChange={setName} maxLength={120} />
        <Field name="email" label={s.people.email} optional={t.common.optional} value={email} onChange={setEmail} type="email" maxLength={200} />
      </div>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      <Button type="submit" kind="secondary" busy={busy} disabled={!name.trim()}>{s.people.send}</Button>
      {made && (
        <div className="invite__link">
          <Field name="link" label={s.people.link} value={made} onChange={() => undefined} />
          <Button kind="secondary" onClick={() => void navigator.clipboard.writeText(made).then(() => setCopied(true))}>{copied ? s.people.copied : s.people.copy}</Button>
        </div>
      )}
    </form>
  );
}
