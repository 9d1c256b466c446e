import type { ReactNode } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { exchangeLink } from '../booking/api';
import { announce } from '../platform/announce';
import type { VisitSnapshot } from '../platform/shapes';
import { moment, time } from '../platform/dates';
import { ApiError } from '../platform/http';
import { sentence, useText, useWords } from '../platform/i18n';
import { navigate, usePage } from '../platform/router';
import { Alert, Button, Countdown, Dialog, Refused, Spinner, Textarea } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { AfterPage } from './AfterPage';
import { CallPage } from './CallPage';
import type { Chosen } from './DeviceCheck';
import { DeviceCheck } from './DeviceCheck';
import type { Remembered } from './memory';
import { joinMemory, readFragment, visitMemory } from './memory';
import { stageOf } from './stage';
import { mySeat, useVisit, useVisitStore, VisitProvider } from './Visit';
import { OtherBrowser, WaitingRoom } from './WaitingRoom';

/** The citizen's (or companion's) side of one visit, from the link in the mail to the rating. */
export default function VisitPage() {
  const tenant = useTenant();
  const { place, error, retry } = usePlace(tenant.code);
  const { store, state } = useVisitStore(place ? { tenant: tenant.code, visit: place.visit, participant: place.participant } : null);
  if (error) return <UnknownLink error={error} onRetry={retry} />;
  if (state?.refused) return <UnknownLink error={state.refused} />;
  if (!store || !state?.snapshot)
    return (
      <Shell>
        <Spinner />
      </Shell>
    );
  return (
    <VisitProvider value={{ store, state, snapshot: state.snapshot }}>
      <Stages />
    </VisitProvider>
  );
}

/** Exchanges the link once and forgets it; afterwards the cookie and what this tab remembers are enough. */
function usePlace(tenant: string): { place: Remembered | null; error: ApiError | null; retry: () => void } {
  const link = useRef(readFragment(location.hash));
  const [place, setPlace] = useState<Remembered | null>(() => (link.current ? null : visitMemory.load(tenant)));
  const [error, setError] = useState<ApiError | null>(() => (link.current || place ? null : new ApiError(404, [])));
  const exchange = useCallback(async () => {
    const given = link.current;
    if (!given) return;
    setError(null);
    try {
      const { participant } = await exchangeLink(tenant, given.visit, given.token);
      const known = { visit: given.visit, participant };
      visitMemory.save(tenant, known);
      history.replaceState(null, '', location.pathname);
      link.current = null;
      setPlace(known);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
    }
  }, [tenant]);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void exchange();
  }, [exchange]);
  return { place, error, retry: () => void exchange() };
}

function UnknownLink({ error, onRetry }: { error: ApiError; onRetry?: () => void }) {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.visit.unknownTitle} - ${tenant.name}`);
  const passing = error.status === 0 || error.status >= 500 || error.status === 429;
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.unknownTitle}</h1>
      {passing ? <Refused error={error} onRetry={onRetry} /> : <p className="utrecht-paragraph lead">{error.status === 410 ? t.visit.expired : t.visit.unknown}</p>}
      <p className="utrecht-paragraph">{t.common.helpText(tenant.phone)}</p>
    </Shell>
  );
}

function Stages() {
  const { store, snapshot, state } = useVisit();
  const now = useNow() + state.clockOffset;
  const [memory, setMemory] = useState(() => joinMemory.load(snapshot.me.id));
  const [refused, setRefused] = useState<ApiError | null>(null);
  const remember = (next: typeof memory) => {
    joinMemory.save(snapshot.me.id, next);
    setMemory(next);
  };
  const arrive = useCallback(
    async (devices: Chosen) => {
      setRefused(null);
      try {
        await store.post('call/arrive', devices);
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause;
        setRefused(cause);
      }
    },
    [store],
  );
  const stage = stageOf(snapshot, now, memory.joined);
  const again = stage === 'arriving';
  useEffect(() => {
    if (again) void arrive(memory.devices);
    // Once for each time that this browser finds itself outside; the devices are those it remembers.
  }, [again, arrive]);

  const join = (devices: Chosen) => {
    remember({ joined: 'yes', devices });
    void arrive(devices);
  };
  const leave = async () => {
    remember({ ...memory, joined: 'left' });
    await store.post('call/leave', {});
  };

  switch (stage) {
    case 'cancelled':
      return <CancelledPage />;
    case 'after':
      return <AfterPage />;
    case 'early':
      return <EarlyPage />;
    case 'late':
      return <LatePage />;
    case 'left':
      return <LeftPage onBack={() => join(memory.devices)} />;
    case 'otherBrowser':
      return <OtherBrowser />;
    case 'waiting':
      return <WaitingRoom onLeave={() => void leave()} />;
    case 'call':
      return <CallPage wanted={memory.devices} onLeave={() => void leave()} onDevices={(devices) => remember({ joined: 'yes', devices })} />;
    case 'arriving':
      return (
        <Shell>
          {refused ? <Refused error={refused} onRetry={() => void arrive(memory.devices)} /> : <Spinner />}
        </Shell>
      );
    case 'devices':
      return <DevicesPage onReady={join} />;
  }
}

/** What the appointment is: the first thing on every page before the call. */
export function Appointment({ children }: { children?: ReactNode }) {
  const { snapshot } = useVisit();
  const { t, language } = useWords();
  const tenant = useTenant();
  const words = useProductText();
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  return (
    <div className="summary">
      <p className="summary__what">{product ? words(product).name : ''}</p>
      <p className="summary__when">{moment(snapshot.appointment.start, language)}</p>
      <p className="muted">{t.visit.with(snapshot.appointment.staffName)}</p>
      {children}
    </div>
  );
}

function DevicesPage({ onReady }: { onReady: (chosen: Chosen) => void }) {
  const t = useText();
  usePage(`${t.device.title} - ${useTenant().name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.device.title}</h1>
      <Appointment />
      <DeviceCheck onReady={onReady} />
      <CancelVisit />
    </Shell>
  );
}

function EarlyPage() {
  const { snapshot, state } = useVisit();
  const { t, language } = useWords();
  const tenant = useTenant();
  const words = useProductText();
  const [testing, setTesting] = useState(false);
  usePage(`${t.visit.earlyTitle} - ${tenant.name}`);
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  const opens = snapshot.appointment.doorsOpen;
  const soon = Date.parse(opens) - Date.now() - state.clockOffset < 3_600_000;
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.earlyTitle}</h1>
      <Appointment />
      <Alert>
        <p>{t.visit.early(sameDay(opens, snapshot.serverTime) ? time(opens, language) : moment(opens, language))}</p>
        {soon && <Countdown until={opens} offset={state.clockOffset} label={t.visit.opensIn} />}
        <p>{t.visit.earlyWait}</p>
      </Alert>
      {product && (
        <>
          <h2 className="utrecht-heading-3">{t.visit.prepare}</h2>
          <ul className="utrecht-unordered-list">
            {words(product).toBring.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {testing ? (
        <DeviceCheck onlyTest />
      ) : (
        <div className="actions">
          <Button kind="secondary" onClick={() => setTesting(true)}>
            {t.visit.test}
          </Button>
        </div>
      )}
      <CancelVisit />
    </Shell>
  );
}

const sameDay = (a: string, b: string) => a.slice(0, 10) === b.slice(0, 10);

function LatePage() {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.visit.lateTitle} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.lateTitle}</h1>
      <Appointment />
      <Alert kind="warning">
        <p>{t.visit.late}</p>
        <p>{t.common.helpText(tenant.phone)}</p>
      </Alert>
      <Rebook />
    </Shell>
  );
}

function CancelledPage() {
  const t = useText();
  usePage(`${t.visit.cancelledTitle} - ${useTenant().name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.cancelledTitle}</h1>
      <Appointment />
      <p className="utrecht-paragraph">{t.visit.cancelled}</p>
      <Rebook />
    </Shell>
  );
}

function Rebook() {
  const t = useText();
  const tenant = useTenant();
  return (
    <div className="actions">
      <Button onClick={() => navigate(`/${tenant.code}`)}>{t.visit.rebook}</Button>
    </div>
  );
}

function LeftPage({ onBack }: { onBack: () => void }) {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.visit.leftTitle} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.leftTitle}</h1>
      <p className="utrecht-paragraph">{t.visit.left}</p>
      <div className="actions">
        <Button onClick={onBack}>{t.visit.goBack}</Button>
      </div>
      <p className="utrecht-paragraph">{t.common.helpText(tenant.phone)}</p>
    </Shell>
  );
}

/** Cancelling asks once more, because it gives the moment to somebody else. Only for who booked, and before the call. */
function CancelVisit() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!canCancel(snapshot)) return null;
  const cancel = async () => {
    setBusy(true);
    try {
      await store.post('cancel', { reason });
      setAsking(false);
      announce(t.visit.cancelledTitle);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="quiet">
      <button type="button" className="linkish" onClick={() => setAsking(true)}>
        {t.visit.cancelLink}
      </button>
      {asking && (
        <Dialog
          title={t.visit.cancelTitle}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button danger busy={busy} onClick={() => void cancel()}>
                {t.visit.cancelYes}
              </Button>
              <Button kind="secondary" onClick={() => setAsking(false)}>
                {t.visit.cancelNo}
              </Button>
            </>
          }
        >
          <p>{t.visit.cancelText}</p>
          <Textarea name="reason" label={t.visit.cancelReason} optional={t.common.optional} value={reason} onChange={setReason} rows={2} maxLength={500} />
          {error && <Alert kind="error" live><p>{error}</p></Alert>}
        </Dialog>
      )}
    </div>
  );
}

const canCancel = (snapshot: VisitSnapshot) =>
  snapshot.me.role === 'citizen' && snapshot.appointment.status === 'booked' && mySeat(snapshot)?.status !== 'admitted';
