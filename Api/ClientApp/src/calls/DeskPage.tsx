import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { announce } from '../platform/announce';
import type { QueueEntry, QueueView } from '../platform/shapes';
import { addDays, clock, clockOn, day, isoDate } from '../platform/dates';
import { s } from '../platform/i18n/staff';
import { Link, usePage } from '../platform/router';
import { Alert, Button, Checkbox, Spinner } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { StaffShell } from '../tenancy/Staff';
import { useTenant } from '../tenancy/Tenant';
import type { DeskState } from './DeskStore';
import { DeskStore } from './DeskStore';
import { knock } from './sound';

const soundKey = 'balie.sound';
const soundOn = () => localStorage.getItem(soundKey) !== 'off';

/** The queue of a day, and a soft sound with a spoken line when somebody new waits. */
export function useDesk(date: string | null): DeskState {
  const tenant = useTenant();
  const [store] = useState(() => new DeskStore(tenant.code));
  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);
  useEffect(() => store.show(date), [store, date]);
  const state = useSyncExternalStore(store.subscribe, store.getState);
  useKnock(state.queue);
  return state;
}

function useKnock(queue: QueueView | null): void {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!queue) return;
    const waiting = queue.entries.filter((e) => e.waitingCount > 0);
    const fresh = waiting.filter((e) => !known.current?.has(e.visit));
    known.current = new Set(waiting.map((e) => e.visit));
    if (!fresh.length) return;
    if (soundOn()) knock();
    for (const entry of fresh) announce(s.desk.someoneWaits(entry.citizenName));
  }, [queue]);
}

export const waitingTotal = (queue: QueueView | null): number => queue?.entries.reduce((sum, e) => sum + e.waitingCount, 0) ?? 0;

export function DeskPage() {
  const today = isoDate(new Date());
  const [date, setDate] = useState(today);
  const { queue, lost } = useDesk(date === today ? null : date);
  const [sound, setSound] = useState(soundOn);
  const waiting = waitingTotal(queue);
  usePage(`${waiting ? `(${waiting}) ` : ''}${s.desk.title}`, s.desk.title);
  return (
    <StaffShell>
      <h1 className="utrecht-heading-1">{s.desk.title}</h1>
      {lost && <Alert kind="warning"><p>{s.desk.lost}</p></Alert>}
      <div className="desk-bar">
        <Button kind="secondary" onClick={() => setDate(addDays(date, -1))} aria-label={s.desk.previous}>‹</Button>
        <strong className="desk-bar__day">{day(date, 'nl')}</strong>
        <Button kind="secondary" onClick={() => setDate(addDays(date, 1))} aria-label={s.desk.next}>›</Button>
        {date !== today && <Button kind="secondary" onClick={() => setDate(today)}>{s.desk.today}</Button>}
        <span className={`badge${waiting ? ' badge--alert' : ''}`} data-testid="waiting-count">{waiting ? s.desk.waitingCount(waiting) : s.desk.noneWaiting}</span>
        <span className="desk__gap" />
        <Checkbox name="sound" label={s.desk.sound} checked={sound} onChange={(on) => { localStorage.setItem(soundKey, on ? 'on' : 'off'); setSound(on); }} />
      </div>
      {!queue ? <Spinner /> : <QueueTable queue={queue} />}
    </StaffShell>
  );
}

function QueueTable({ queue }: { queue: QueueView }) {
  const tenant = useTenant();
  const now = useNow(10_000);
  if (!queue.entries.length) return <p className="muted">{s.desk.none}</p>;
  const product = (id: string) => tenant.products.find((p) => p.id === id)?.name ?? id;
  return (
    <div className="table-frame">
      <table className="utrecht-table utrecht-table--html-table table agenda">
        <caption className="visually-hidden">{s.desk.title}</caption>
        <thead>
          <tr>
            <th scope="col">{s.desk.time}</th>
            <th scope="col">{s.desk.who}</th>
            <th scope="col">{s.desk.what}</th>
            <th scope="col">{s.desk.staff}</th>
            <th scope="col">{s.desk.state}</th>
          </tr>
        </thead>
        <tbody>
          {queue.entries.map((e) => (
            <tr key={e.visit} className={e.waitingCount ? 'row--waiting' : e.status === 'cancelled' ? 'row--off' : undefined}>
              <td className="number">{clockOn(e.start, queue.date)}–{clock(e.end)}</td>
              <th scope="row"><Link to={`/${tenant.code}/balie/bezoek/${e.visit}`}>{e.citizenName}</Link></th>
              <td>{product(e.product)}</td>
              <td>{e.staffName}</td>
              <td><EntryState entry={e} now={now} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function EntryState({ entry, now }: { entry: QueueEntry; now: number }) {
  if (entry.waitingCount > 0) {
    // Who waits with another device since the one that was in is gone has no time of arrival.
    const minutes = entry.waitingSince ? Math.floor((now - Date.parse(entry.waitingSince)) / 60_000) : 0;
    return <strong className="waits">{s.desk.waiting(minutes)}{entry.waitingCount > 1 ? ` (${entry.waitingCount})` : ''}</strong>;
  }
  return <>{entry.inCall ? s.desk.inCall : s.desk.states[entry.status]}</>;
}
