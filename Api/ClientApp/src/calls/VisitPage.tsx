import { useCallback, useEffect, useRef, useState } from 'react';
import { exchangeLink } from '../booking/api';
import { ApiError } from '../platform/http';
import { useText } from '../platform/i18n';
import { usePage, useTop } from '../platform/router';
import { Refused, Spinner } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useTenant } from '../tenancy/Tenant';
import { AfterPage } from './AfterPage';
import { CancelledPage, DevicesPage, EarlyPage, LatePage, LeftPage } from './BeforePages';
import { CallPage } from './CallPage';
import type { Chosen } from './DeviceCheck';
import type { Remembered } from './memory';
import { isGone } from './door';
import { joinMemory, readFragment, visitMemory } from './memory';
import type { Stage } from './stage';
import { stageOf } from './stage';
import type { Whereabouts } from './Visit';
import { mySeat, useMedia, useVisit, useVisitStore, VisitProvider } from './Visit';
import { OtherBrowser, WaitingRoom } from './WaitingRoom';
import '../platform/styles/call.css';

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
  const passing = error.status === 0 || error.status >= 500 || error.status === 429;
  const title = passing ? t.visit.title : t.visit.unknownTitle;
  usePage(`${title} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{title}</h1>
      {passing ? <Refused error={error} onRetry={onRetry} /> : <p className="utrecht-paragraph lead">{error.status === 410 ? t.visit.expired : t.visit.unknown}</p>}
      <p className="utrecht-paragraph"><Reach text={t.common.helpText(tenant.phone)} /></p>
    </Shell>
  );
}

const whereabouts = (stage: Stage): Whereabouts => (stage === 'call' ? 'in' : stage === 'waiting' || stage === 'otherBrowser' ? 'waiting' : 'away');

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
  const there = stageOf(snapshot, now, memory.joined);
  const { media, mediaState } = useMedia(store, state, memory.devices, whereabouts(there));
  // The line to the others goes before the page around it.
  const [stage, setStage] = useState(there);
  if (stage !== there && (there !== 'call' || mediaState?.welcomed !== false)) setStage(there);
  useTop(stage);
  const outside = there === 'arriving' || there === 'otherBrowser' ? there : null;
  const seat = mySeat(snapshot);
  const gone = seat !== undefined && isGone(seat, now);
  useEffect(() => {
    if (outside) void arrive(memory.devices);
    // Once for each thing that this browser finds when it is outside: the seat is free, taken, or its browser is gone; and each time that it comes back itself.
    // The devices are those it remembers.
  }, [outside, gone, state.entries, arrive]);

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
      return <OtherBrowser refused={refused} onRetry={() => void arrive(memory.devices)} />;
    case 'waiting':
      return <WaitingRoom onLeave={() => void leave()} />;
    case 'call':
      return <CallPage media={media} mediaState={mediaState} onLeave={() => void leave()} onDevices={(devices) => remember({ joined: 'yes', devices })} />;
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
