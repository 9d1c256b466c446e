import type { IceCandidate, MediaAnswer, MediaOffer, MediaPublication, MediaSignal, RelayServer, RoomName, VisitAnswer, VisitBody, VisitPath, VisitSnapshot } from '../platform/shapes';
import { ApiError, backoff, get, send, upload } from '../platform/http';

/** A connection with the live feed; SignalR's HubConnection has this shape. */
export interface HubLink {
  start(): Promise<void>;
  stop(): Promise<void>;
  invoke<T>(method: string, ...args: unknown[]): Promise<T>;
  on(method: string, handler: (...args: never[]) => void): void;
  onclose(handler: (error?: Error) => void): void;
}

export interface VisitPlace { tenant: string; visit: string; /** Null for staff. */ participant: string | null }

export interface VisitState {
  snapshot: VisitSnapshot | null;
  connection: 'connecting' | 'connected' | 'lost';
  /** The door does not let us in; nothing is tried any more. */
  refused: ApiError | null;
  /** Add to Date.now() for the time of the server, in ms. */
  clockOffset: number;
  /** Grows with every (re)connection that entered. */
  entries: number;
}

export interface VisitParts {
  hub: (place: VisitPlace) => HubLink;
  read: (path: string, participant: string | null, signal: AbortSignal) => Promise<VisitSnapshot>;
  now: () => number;
}

const rooms: RoomName[] = ['appointment', 'call', 'identity', 'dossier', 'signing', 'recording'];
const final = new Set([401, 403, 404, 410]);
const pictureFirst = 200;

/** A newer view replaces an older one, room by room: order and repetition do not matter. */
export function merge(had: VisitSnapshot | null, got: VisitSnapshot): VisitSnapshot {
  if (!had) return got;
  const merged = { ...got };
  for (const room of rooms) if (had[room].version > got[room].version) Object.assign(merged, { [room]: had[room] });
  return merged;
}

/** True when this browser is in the call, or was when it ended: only then the door shows what is in the other rooms. */
export function isInside({ me, call }: VisitSnapshot): boolean {
  const seat = call.seats.find((s) => s.participant === me.id);
  return me.isStaff || (seat?.session != null && seat.session === me.session && (seat.status === 'admitted' || (call.status === 'ended' && call.startedAt != null)));
}

/**
 * What this browser knows of one visit. Owns the live connection, which comes back by itself for as long as the page is there, and sends the
 * visitor's commands. Knows no React.
 */
export class VisitStore {
  private state: VisitState = { snapshot: null, connection: 'connecting', refused: null, clockOffset: 0, entries: 0 };
  private readonly listeners = new Set<() => void>();
  private readonly signalListeners = new Set<(signal: MediaSignal) => void>();
  private readonly missedListeners = new Set<() => void>();
  private readonly stopper = new AbortController();
  private hub: HubLink | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private connecting = false;
  private catchingUp: Promise<void> | null = null;
  /** The door shows more, or less, since we came in or had to leave: what we have of the rooms is not right, whatever its version. */
  private stale = false;

  constructor(
    readonly place: VisitPlace,
    private readonly parts: VisitParts,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): VisitState => this.state;

  get root(): string {
    return `/api/${encodeURIComponent(this.place.tenant)}/visits/${encodeURIComponent(this.place.visit)}`;
  }

  onSignal(listener: (signal: MediaSignal) => void): () => void {
    this.signalListeners.add(listener);
    return () => this.signalListeners.delete(listener);
  }

  /** A signal may have been lost on its way, while the connection held. */
  onMissed(listener: () => void): () => void {
    this.missedListeners.add(listener);
    return () => this.missedListeners.delete(listener);
  }

  start(): void {
    void this.connect();
  }

  stop(): void {
    this.stopper.abort();
    if (this.timer) clearTimeout(this.timer);
    void this.hub?.stop().catch(() => undefined);
  }

  /** The network came back, or the page woke up: do not wait for the next try. */
  wake(): void {
    this.attempt = 0;
    if (this.state.connection !== 'connected') void this.connect();
  }

  /** The browser says that there is no network. */
  offline(): void {
    if (this.state.connection === 'connected') this.set({ connection: 'lost' });
  }

  /** Sends a command to the visit's door; it is repeated with one id until it is answered. */
  post<Path extends VisitPath<'post'>>(path: Path, body: VisitBody<'post', Path>): Promise<VisitAnswer<'post', Path>> {
    return send('POST', `${this.root}/${path}`, body, this.options);
  }

  put<Path extends VisitPath<'put'>>(path: Path, body: VisitBody<'put', Path>): Promise<VisitAnswer<'put', Path>> {
    return send('PUT', `${this.root}/${path}`, body, this.options);
  }

  delete(path: string): Promise<void> {
    return send('DELETE', `${this.root}/${path}`, undefined, this.options);
  }

  read<Path extends VisitPath<'get'>>(path: Path): Promise<VisitAnswer<'get', Path>> {
    return get(`${this.root}/${path}`, this.options);
  }

  upload<T>(path: string, file: File, onProgress: (part: number) => void, signal?: AbortSignal): Promise<T> {
    return upload<T>(`${this.root}/${path}`, file, onProgress, { ...this.options, signal });
  }

  /** Address for a link or an image; the cookie that is meant travels in it. */
  address(path: string, extra = ''): string {
    const as = this.place.participant ? `as=${encodeURIComponent(this.place.participant)}` : '';
    const query = [as, extra].filter(Boolean).join('&');
    return `${this.root}/${path}${query ? `?${query}` : ''}`;
  }

  readonly media = {
    publish: (publication: MediaPublication): Promise<string> => this.invoke('Publish', publication),
    subscribe: (): Promise<MediaOffer | null> => this.invoke('Subscribe'),
    resume: (last: number): Promise<MediaSignal> => this.invoke('Resume', last),
    answer: (answer: MediaAnswer): Promise<void> => this.invoke('Answer', answer),
    relay: (): Promise<RelayServer | null> => this.invoke('Relay'),
    trickle: (publisher: boolean, candidate: IceCandidate | null): Promise<void> => this.invoke('Trickle', publisher, candidate),
  };

  private get options() {
    return { participant: this.place.participant };
  }

  private invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    if (!this.hub || this.state.connection !== 'connected') return Promise.reject(new ApiError(0, []));
    return this.hub.invoke<T>(method, ...args);
  }

  private async connect(): Promise<void> {
    if (this.connecting || this.stopper.signal.aborted || this.state.refused) return;
    this.connecting = true;
    if (this.timer) clearTimeout(this.timer);
    try {
      const snapshot = await this.parts.read(this.root, this.place.participant, this.stopper.signal);
      this.take(snapshot);
      await this.link();
      this.attempt = 0;
    } catch (error) {
      if (this.stopper.signal.aborted) return;
      if (error instanceof ApiError && final.has(error.status)) return this.set({ refused: error });
      this.lost();
    } finally {
      this.connecting = false;
    }
  }

  private async link(): Promise<void> {
    void this.hub?.stop().catch(() => undefined);
    const hub = this.parts.hub(this.place);
    this.hub = hub;
    hub.on('Changed', (room: RoomName, version: number, view: unknown) => this.changed(room, version, view));
    hub.on('Heads', (heads: Partial<Record<RoomName, number>>) => this.heads(heads));
    hub.on('Signal', (signal: MediaSignal) => this.signalListeners.forEach((l) => l(signal)));
    hub.on('Missed', () => this.missed(hub));
    hub.onclose(() => hub === this.hub && !this.stopper.signal.aborted && this.lost());
    await hub.start();
    const snapshot = await hub.invoke<VisitSnapshot>('Enter');
    if (this.hub !== hub) return;
    this.take(snapshot);
    this.set({ connection: 'connected', entries: this.state.entries + 1 });
  }

  /** Who is still entering, or enters again soon, makes up for it then. */
  private missed(hub: HubLink): void {
    if (hub === this.hub && this.state.connection === 'connected') this.missedListeners.forEach((l) => l());
  }

  private lost(): void {
    this.set({ connection: this.state.entries === 0 ? 'connecting' : 'lost' });
    if (this.timer) clearTimeout(this.timer);
    // Somebody in a conversation looks at this: about a second apart, and not all at the same moment.
    this.timer = setTimeout(() => void this.connect(), Math.min(backoff(this.attempt++), 700 + Math.random() * 500));
  }

  private take(snapshot: VisitSnapshot): void {
    this.set({ snapshot: merge(this.state.snapshot, snapshot), clockOffset: new Date(snapshot.serverTime).getTime() - this.parts.now() });
  }

  private changed(room: RoomName, version: number, view: unknown): void {
    const had = this.state.snapshot;
    if (!had || !view || had[room].version > version) return;
    const has = { ...had, [room]: view } as VisitSnapshot;
    this.set({ snapshot: has });
    if (isInside(had) === isInside(has)) return;
    this.stale = true;
    // A moment later, and not over the hub, where what is said waits for one another: whoever is let in has their picture to see to first.
    setTimeout(() => {
      if (!this.stopper.signal.aborted) this.catchUp(() => this.parts.read(this.root, this.place.participant, this.stopper.signal));
    }, pictureFirst);
  }

  /** Somebody's change did not reach us: ask for everything again, once at a time. */
  private heads(heads: Partial<Record<RoomName, number>>): void {
    const had = this.state.snapshot;
    if (had && (this.stale || rooms.some((room) => (heads[room] ?? 0) > had[room].version))) this.catchUp(() => this.hub!.invoke('Enter'));
  }

  private catchUp(ask: () => Promise<VisitSnapshot>): void {
    if (this.catchingUp) return;
    const wasStale = this.stale;
    this.stale = false;
    this.catchingUp = ask()
      .then(
        (snapshot) => this.take(snapshot),
        () => {
          this.stale ||= wasStale; // The next heads, at most two seconds away, ask again.
        },
      )
      .finally(() => {
        this.catchingUp = null;
      });
  }

  private set(part: Partial<VisitState>): void {
    this.state = { ...this.state, ...part };
    this.listeners.forEach((l) => l());
  }
}
