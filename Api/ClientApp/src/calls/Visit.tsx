import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { SeatView, VisitSnapshot } from '../platform/shapes';
import { visitParts } from './hub';
import type { MediaState } from './MediaSession';
import { MediaSession } from './MediaSession';
import type { VisitPlace, VisitState } from './VisitStore';
import { VisitStore } from './VisitStore';

/** The visit as a page sees it, once its first snapshot is there. */
export interface Visit { store: VisitStore; snapshot: VisitSnapshot; state: VisitState }

const Context = createContext<Visit | null>(null);
export const VisitProvider = ({ value, children }: { value: Visit; children: ReactNode }) => <Context value={value}>{children}</Context>;

export function useVisit(): Visit {
  const visit = useContext(Context);
  if (!visit) throw new Error('useVisit outside VisitProvider');
  return visit;
}

/** One store for as long as the place stays the same. */
export function useVisitStore(place: VisitPlace | null): { store: VisitStore | null; state: VisitState | null } {
  const [store, setStore] = useState<VisitStore | null>(null);
  const { tenant, visit, participant } = place ?? {};
  useEffect(() => {
    if (!tenant || !visit) return setStore(null);
    const made = new VisitStore({ tenant, visit, participant: participant ?? null }, visitParts);
    const wake = () => made.wake();
    const offline = () => made.offline();
    addEventListener('online', wake);
    addEventListener('offline', offline);
    document.addEventListener('visibilitychange', wake);
    setStore(made);
    made.start();
    return () => {
      removeEventListener('online', wake);
      removeEventListener('offline', offline);
      document.removeEventListener('visibilitychange', wake);
      made.stop();
    };
  }, [tenant, visit, participant]);
  const state = useSyncExternalStore(store?.subscribe ?? nothing, () => store?.getState() ?? null);
  return { store, state };
}

const nothing = () => () => undefined;

export interface Wanted { microphone: boolean; camera: boolean }

/** Nothing to do with the call, at its door, or in it. */
export type Whereabouts = 'away' | 'waiting' | 'in';

/** The media of a call: made ready at its door, once the hub is there, and started inside. Whoever leaves begins anew. */
export function useMedia(store: VisitStore, state: VisitState, wanted: Wanted, where: Whereabouts): { media: MediaSession | null; mediaState: MediaState | null } {
  const [media, setMedia] = useState<MediaSession | null>(null);
  const connected = state.connection === 'connected';
  const [ready, setReady] = useState(false);
  if (connected && !ready) setReady(true);
  const [was, setWas] = useState(where);
  const [exits, setExits] = useState(0);
  if (was !== where) {
    setWas(where);
    if (was === 'in') setExits(exits + 1);
  }
  const near = where !== 'away' && ready;
  useEffect(() => {
    if (!near) return;
    const session = new MediaSession(store.media);
    const off = store.onSignal((signal) => void session.signal(signal));
    const offMissed = store.onMissed(() => session.askMissed());
    setMedia(session);
    return () => {
      off();
      offMissed();
      session.stop();
      setMedia(null);
    };
  }, [store, near, exits]);
  useEffect(() => {
    if (where === 'waiting') media?.prepare();
    if (where === 'in') void media?.start(wanted);
    // What was wanted counts at the start; afterwards the buttons decide.
  }, [media, where]);
  const entries = state.entries;
  const [seen, setSeen] = useState(entries);
  useEffect(() => {
    if (media && entries > seen && seen > 0) void media.reconnected();
    setSeen(entries);
  }, [media, entries, seen]);
  const mediaState = useSyncExternalStore(media?.subscribe ?? nothing, () => media?.getState() ?? null);
  return { media, mediaState };
}

/** The server's time in ms. */
export const serverNow = (state: VisitState): number => Date.now() + state.clockOffset;

export const mySeat = (snapshot: VisitSnapshot): SeatView | undefined => snapshot.call.seats.find((s) => s.participant === snapshot.me.id);

export function useWakeLock(active: boolean): void {
  useEffect(() => {
    if (!active || !('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let stopped = false;
    const take = () => {
      if (document.visibilityState !== 'visible') return;
      navigator.wakeLock.request('screen').then(
        (l) => (stopped ? void l.release() : (lock = l)),
        () => undefined, // A low battery refuses it; the call goes on all the same.
      );
    };
    take();
    document.addEventListener('visibilitychange', take);
    return () => {
      stopped = true;
      document.removeEventListener('visibilitychange', take);
      void lock?.release();
    };
  }, [active]);
}
