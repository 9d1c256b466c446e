import { useEffect, useState } from 'react';
import { announce } from '../platform/announce';
import { isoDate, moment, time } from '../platform/dates';
import type { ApiError } from '../platform/http';
import { useText, useWords } from '../platform/i18n';
import { usePage } from '../platform/router';
import type { SeatView } from '../platform/shapes';
import { Alert, Button, Refused } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useTenant } from '../tenancy/Tenant';
import { chime } from './sound';
import { mySeat, useVisit, useWakeLock } from './Visit';
import { Appointment } from './Appointment';

/** Waiting, never blank: for whom, since when, what happens next. Calls the visitor when the door opens. */
export function WaitingRoom({ onLeave }: { onLeave: () => void }) {
  const { snapshot, state } = useVisit();
  const { t, language } = useWords();
  const tenant = useTenant();
  const now = useNow(5000) + state.clockOffset;
  useWakeLock(true);
  useCalledIn();
  usePage(`${t.waiting.title} - ${tenant.name}`);
  const officer = snapshot.call.seats.find((s) => s.role === 'officer' && s.status === 'admitted' && s.connected);
  const name = officer?.name ?? snapshot.appointment.staffName;
  const start = snapshot.appointment.start;
  const since = mySeat(snapshot)?.waitingSince;
  const overdue = now > Date.parse(start) + 5 * 60_000;
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.waiting.title}</h1>
      <ConnectionNote />
      <div className="waiting" aria-live="polite">
        <span className="waiting__pulse" aria-hidden="true" />
        <div>
          <p className="lead">{officer ? t.waiting.officerThere(name) : t.waiting.for(name)}</p>
          <p>{overdue ? t.waiting.late : t.waiting.planned(isoDate(new Date(start)) === isoDate(new Date(now)) ? time(start, language) : moment(start, language))}</p>
          {since && (
            <p className="small muted">
              {t.waiting.since} {time(since, language)}
            </p>
          )}
        </div>
      </div>
      <p className="utrecht-paragraph">{t.waiting.keepOpen}</p>
      <Notify />
      <Appointment />
      <div className="actions">
        <Button kind="secondary" onClick={onLeave}>
          {t.waiting.leave}
        </Button>
      </div>
    </Shell>
  );
}

/** Sound, title and notification when this page leaves the waiting room for the call. */
function useCalledIn(): void {
  const t = useText();
  const tenant = useTenant();
  const { store } = useVisit();
  useEffect(
    () => () => {
      const snapshot = store.getState().snapshot;
      const seat = snapshot && mySeat(snapshot);
      if (seat?.status !== 'admitted' || seat.session !== snapshot?.me.session) return;
      chime();
      announce(t.waiting.admitted);
      if (document.visibilityState === 'hidden' && 'Notification' in window && Notification.permission === 'granted')
        new Notification(tenant.name, { body: t.waiting.admitted, tag: 'balie' }).onclick = () => window.focus();
    },
    [store, t, tenant.name],
  );
}

function Notify() {
  const t = useText();
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (permission === 'denied') return null;
  if (permission === 'granted') return <p className="small muted">{t.waiting.notifyOn}</p>;
  return (
    <div className="actions">
      <Button kind="secondary" onClick={() => void Notification.requestPermission().then(setPermission)}>
        {t.waiting.notify}
      </Button>
    </div>
  );
}

/** Another browser has the seat, in the call or at its door; this one waits beside it until the officer lets it in. */
export function OtherBrowser({ refused, onRetry }: { refused: ApiError | null; onRetry: () => void }) {
  const { snapshot } = useVisit();
  const t = useText();
  const seat = mySeat(snapshot);
  // Let in with this one: the line to the others goes before the page around it.
  const words = seat?.session === snapshot.me.session ? { title: t.waiting.admitted, text: null } : t.waiting[besides(seat)];
  useWakeLock(true);
  usePage(`${words.title} - ${useTenant().name}`, 'otherBrowser');
  useCalledIn();
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{words.title}</h1>
      <ConnectionNote />
      {refused ? (
        <Refused error={refused} onRetry={onRetry} />
      ) : (
        words.text && <Alert kind="warning" live><p>{words.text}</p></Alert>
      )}
      <Appointment />
    </Shell>
  );
}

const besides = (seat: SeatView | undefined) => (seat?.status !== 'admitted' ? 'otherWaits' : seat.connected ? 'otherIn' : 'otherGone');

/** A lost connection says so; after a while it offers the phone. */
export function ConnectionNote() {
  const { state } = useVisit();
  const t = useText();
  const tenant = useTenant();
  const lost = state.connection === 'lost';
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!lost) return;
    announce(t.call.lost);
    const timer = setTimeout(() => setLong(true), 10_000);
    return () => clearTimeout(timer);
  }, [lost, t]);
  if (!lost) return null;
  return (
    <div className="banner banner--lost" data-testid="connection-lost">
      <span className="spinner" aria-hidden="true" />
      <span>
        {t.call.lost} {long && <Reach text={t.call.lostPhone(tenant.phone)} />}
      </span>
    </div>
  );
}
