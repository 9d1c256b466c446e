import type { IceCandidate, MediaAnswer, MediaKind, MediaOffer, MediaPublication, MediaSignal, RelayServer } from '../platform/shapes';
import type { DeviceTrouble, MediaParts } from './devices';
import { browserParts, deviceTrouble } from './devices';

/** How offers and answers reach the room. */
export interface MediaDoor {
  publish(publication: MediaPublication): Promise<string>;
  subscribe(): Promise<MediaOffer | null>;
  relay(): Promise<RelayServer | null>;
  /** What was missed since the offer of that number. */
  resume(last: number): Promise<MediaSignal>;
  answer(answer: MediaAnswer): Promise<unknown>;
  trickle(publisher: boolean, candidate: IceCandidate | null): Promise<unknown>;
}

export interface RemoteMedia { microphone?: MediaStream; camera?: MediaStream; screen?: MediaStream }

export interface MediaState {
  /** Somebody's media by participant. */
  remote: Record<string, RemoteMedia>;
  camera: MediaStream | null;
  microphone: MediaStream | null;
  cameraOn: boolean;
  microphoneOn: boolean;
  screenOn: boolean;
  /** False for who waits, and for a moment after they were let in: until the line to the others is under way. */
  welcomed: boolean;
  /** True while a connection that was there is away. */
  troubled: boolean;
  /** Why a device could not be opened. */
  deviceError: DeviceTrouble | null;
}

/** The way round for a network that lets no UDP through. */
const iceServers = (relay: RelayServer | null): RTCIceServer[] =>
  relay ? [{ urls: [...relay.urls], username: relay.username, credential: relay.credential }] : [];

/** A relay's credential is good for a call of this long. */
const usableFor = 2 * 60 * 60_000;
const welcomePatience = 500;
const restartAfter = 4000;
const againAfter = 2000;

/**
 * The two connections of one browser with the room: one sends microphone and camera, one receives everybody else. Owns the tracks it opened.
 * Steps run one after the other; a step that fails leaves the next one free to try again.
 */
export class MediaSession {
  private publisher: RTCPeerConnection | null = null;
  private subscriber: RTCPeerConnection | null = null;
  private spare: RTCPeerConnection | null = null;
  private relay: RelayServer | null | undefined;
  private isOffered: () => void = () => undefined;
  /** Once the first offer was answered, and the room knows a way here. */
  private readonly offered = new Promise<void>((resolve) => (this.isOffered = resolve));
  private lastOffer = 0;
  private steps: Promise<unknown> = Promise.resolve();
  private prepared = false;
  private started = false;
  /** Sending and receiving were asked for once. */
  private settled = false;
  private stopped = false;
  private asksAgain = false;
  private asksMissed = false;
  /** A connect that waits for its turn: whoever asks for another meanwhile gets this one. */
  private queued: { keepsReceiving: boolean } | null = null;
  private microphone: MediaStreamTrack | null = null;
  private camera: MediaStreamTrack | null = null;
  private screen: MediaStreamTrack | null = null;
  private kinds = new Map<RTCRtpTransceiver, MediaKind>();
  private listeners = new Set<() => void>();
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private state: MediaState = {
    remote: {}, camera: null, microphone: null, cameraOn: false, microphoneOn: false, screenOn: false, welcomed: true, troubled: false, deviceError: null,
  };

  constructor(
    private readonly door: MediaDoor,
    private readonly parts: MediaParts = browserParts,
    private readonly onFailure: (error: unknown) => void = (e) => console.warn('media', e),
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): MediaState => this.state;

  /** For who waits to be let in: the connection that will receive is there already, so that the others are seen the sooner. */
  prepare(): void {
    if (this.prepared || this.stopped) return;
    this.prepared = true;
    this.spare = this.parts.connection([]);
    this.set({ welcomed: false });
  }

  /**
   * Opens the devices that are wanted, then sends and receives. Who was let in is offered the others without asking, often before the devices are open, and goes on
   * with that. A device that does not open is left out, and said.
   */
  async start(wanted: { microphone: boolean; camera: boolean }): Promise<void> {
    if (this.started || this.stopped) return;
    this.started = true;
    if (this.prepared) await this.welcome();
    const open = (kind: 'microphone' | 'camera') => (wanted[kind] ? this.tryOpen(kind) : null);
    [this.microphone, this.camera] = await Promise.all([open('microphone'), open('camera')]);
    if (this.stopped) return this.closeDevices();
    this.showDevices();
    await this.connect(this.prepared);
    this.settled = true;
  }

  /**
   * The others first: opening devices and drawing the call take a machine's whole attention. The room answers once it has offered what there is; should the offer itself
   * be lost on its way, it comes with that answer. A room that cannot say is not waited for long.
   */
  private async welcome(): Promise<void> {
    const asked = this.door.resume(this.lastOffer).then(({ offer }) => (offer ? this.signal({ offer, publishAgain: false }) : undefined));
    await Promise.race([this.offered, asked.catch(this.onFailure), new Promise<void>((late) => this.later(late, welcomePatience))]);
    this.set({ welcomed: true });
  }

  /** After the hub came back: what still flows is left alone, and what was missed is made up for. */
  async reconnected(): Promise<void> {
    if (!this.started) return;
    if (this.publisher?.connectionState !== 'connected') return this.connect();
    if (this.subscriber?.connectionState !== 'connected') return this.receiveAnew();
    const last = this.lastOffer;
    await this.door.resume(last).then((missed) => this.signal(missed), () => this.receiveAnew());
  }

  /** A signal may have been lost while the hub held: what is on its way is let be, and what was missed is asked for when all stands. */
  askMissed(): void {
    if (!this.started || this.asksMissed) return;
    this.asksMissed = true;
    this.askWhenAllStands();
  }

  private askWhenAllStands(): void {
    void this.step(async () => {
      if (!this.stands) return this.later(() => this.askWhenAllStands(), againAfter);
      this.asksMissed = false;
      const missed = await this.door.resume(this.lastOffer).catch(() => null);
      if (missed) void this.signal(missed);
      else this.later(() => this.askMissed(), againAfter);
    });
  }

  private get stands(): boolean {
    return this.settled && [this.publisher, this.subscriber].every((c) => !c || c.connectionState === 'connected');
  }

  signal({ offer, publishAgain, subscribeAgain }: MediaSignal): Promise<void> {
    if (publishAgain || subscribeAgain) return !this.started ? Promise.resolve() : publishAgain ? this.connect() : this.receiveAnew();
    return offer ? this.step(() => (this.isNews(offer) ? this.take(offer).catch((error: unknown) => this.missed(error)) : Promise.resolve())) : Promise.resolve();
  }

  /** Before anything was sent, what comes next receives again; after that, nothing would. */
  private missed(error: unknown): never {
    if (this.publisher && !this.receives) this.again();
    throw error;
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (on && !this.microphone) {
      this.set({ deviceError: null });
      this.microphone = await this.tryOpen('microphone');
      if (!this.microphone) return;
      this.microphone.enabled = true;
      this.showDevices();
      return this.resend('microphone', this.microphone);
    }
    if (this.microphone) this.microphone.enabled = on;
    this.showDevices();
  }

  /** A microphone that gives nothing is closed and opened again, perhaps another one by now. */
  reopenMicrophone(): Promise<void> {
    this.microphone?.stop();
    this.microphone = null;
    return this.setMicrophone(true);
  }

  /** Off closes the camera (its light goes out) and says so to the room; on opens it again. */
  async setCamera(on: boolean): Promise<void> {
    if (on === (this.camera !== null)) return;
    if (on) {
      this.set({ deviceError: null });
      this.camera = await this.tryOpen('camera');
    } else {
      this.camera?.stop();
      this.camera = null;
    }
    this.showDevices();
    if (on === (this.camera !== null)) await this.resend('camera', this.camera);
  }

  /** Shows one's screen to the others until it is turned off here or in the browser's own bar. Changing one's mind is no trouble. */
  async setScreen(on: boolean): Promise<void> {
    if (on === (this.screen !== null)) return;
    if (on) {
      const track = await this.parts.open('screen').catch(() => null);
      if (!track) return;
      this.screen = track;
      track.onended = () => void this.setScreen(false);
    } else {
      this.screen?.stop();
      this.screen = null;
    }
    this.set({ screenOn: this.screen !== null });
    await this.resend('screen', this.screen);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.publisher?.close();
    this.subscriber?.close();
    this.spare?.close();
    this.closeDevices();
    this.set({ remote: {}, camera: null, microphone: null, cameraOn: false, microphoneOn: false, screenOn: false, troubled: false });
  }

  private connect(keepsReceiving = false): Promise<void> {
    if (this.queued) {
      this.queued.keepsReceiving &&= keepsReceiving;
      return this.steps.then(() => undefined);
    }
    const asked = (this.queued = { keepsReceiving });
    return this.step(async () => {
      this.queued = null;
      try {
        await this.send();
        if (!asked.keepsReceiving || !this.receives) await this.receive();
      } catch (error) {
        this.again();
        throw error;
      }
    });
  }

  private get receives(): boolean {
    const state = this.subscriber?.connectionState;
    return state === 'new' || state === 'connecting' || state === 'connected';
  }

  private receiveAnew(): Promise<void> {
    return this.step(() => this.receive().catch((error: unknown) => {
      this.again();
      throw error;
    }));
  }

  /** The room could not place our media yet (the media node restarts, the line broke): ask until it can, once at a time. */
  private again(): void {
    if (this.asksAgain) return;
    this.asksAgain = true;
    this.later(() => {
      this.asksAgain = false;
      void this.connect();
    }, againAfter);
  }

  private async send(): Promise<void> {
    const former = this.publisher;
    this.publisher = null;
    this.kinds.clear();
    if (!this.microphone && !this.camera && !this.screen) return former?.close();
    const pc = this.parts.connection(iceServers(await this.way()));
    this.publisher = pc;
    if (this.microphone) this.kinds.set(pc.addTransceiver(this.microphone, { direction: 'sendonly' }), 'microphone');
    if (this.camera) this.kinds.set(pc.addTransceiver(this.camera, { direction: 'sendonly' }), 'camera');
    if (this.screen) this.kinds.set(pc.addTransceiver(this.screen, { direction: 'sendonly' }), 'screen');
    this.watch(pc, true);
    try {
      await this.offer(pc, false);
    } finally {
      // Not sooner: the room would take the goodbye of the former for a broken line and ask for yet another.
      former?.close();
    }
  }

  private async offer(pc: RTCPeerConnection, continues: boolean, iceRestart = false): Promise<void> {
    const release = continues && !iceRestart ? () => undefined : this.trickle(pc, true);
    const description = await pc.createOffer({ iceRestart });
    await pc.setLocalDescription(description);
    const lines = [...this.kinds].filter(([t]) => t.mid !== null).map(([t, kind]) => ({ mid: t.mid!, kind }));
    const answer = this.door.publish({ sdp: pc.localDescription!.sdp, lines, continues });
    release();
    await pc.setRemoteDescription({ type: 'answer', sdp: await answer });
  }

  /** Adds, replaces or silences one track on the sending connection and tells the room. */
  private resend(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    return this.step(async () => {
      const pc = this.publisher;
      if (!pc) {
        await this.send();
        return this.receive();
      }
      const transceiver = [...this.kinds].find(([, k]) => k === kind)?.[0];
      if (transceiver) {
        await transceiver.sender.replaceTrack(track);
        transceiver.direction = track ? 'sendonly' : 'inactive';
      } else if (track) this.kinds.set(pc.addTransceiver(track, { direction: 'sendonly' }), kind);
      await this.offer(pc, true);
    });
  }

  /** One that was replaced meanwhile is not; nor is a change of what a former page received. */
  private isNews(offer: MediaOffer): boolean {
    return offer.number > this.lastOffer && (offer.first || this.subscriber !== null);
  }

  private async receive(): Promise<void> {
    this.lastOffer = 0;
    const offer = await this.door.subscribe();
    this.subscriber?.close();
    this.subscriber = null;
    if (offer) await this.take(offer);
    else this.set({ remote: {} });
  }

  private async take(offer: MediaOffer): Promise<void> {
    this.lastOffer = offer.number;
    // A room of an older version does not say which is the first.
    const opens = offer.first || !this.subscriber;
    const release = opens ? this.receiveOver(this.fresh(offer.relay ?? null)) : () => undefined;
    const pc = this.subscriber!;
    try {
      await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
      await pc.setLocalDescription();
      const answered = this.door.answer({ number: offer.number, sdp: pc.localDescription!.sdp });
      release();
      this.bind(pc, offer);
      await answered;
    } catch (error) {
      // What never began to receive must not look as if it did.
      if (opens && this.subscriber === pc) {
        pc.close();
        this.subscriber = null;
      }
      throw error;
    }
  }

  private receiveOver(pc: RTCPeerConnection): () => void {
    this.subscriber?.close();
    this.subscriber = pc;
    this.watch(pc, false);
    return this.trickle(pc, false);
  }

  /** The relay that came with the last offer, while it may still be used for long; else it is asked. */
  private async way(): Promise<RelayServer | null> {
    const known = this.relay;
    if (known === undefined || (known && Date.parse(known.expiresAt) - Date.now() < usableFor)) this.relay = await this.door.relay();
    return this.relay ?? null;
  }

  private fresh(relay: RelayServer | null): RTCPeerConnection {
    const spare = this.spare;
    this.spare = null;
    this.relay = relay;
    if (spare && relay) spare.setConfiguration({ iceServers: iceServers(relay) });
    return spare ?? this.parts.connection(iceServers(relay));
  }

  /** Which track is whose: by the m-line, never by the order of events. */
  private bind(pc: RTCPeerConnection, offer: MediaOffer): void {
    const remote: Record<string, RemoteMedia> = {};
    for (const line of offer.lines) {
      const track = pc.getTransceivers().find((t) => t.mid === line.mid)?.receiver.track;
      if (!track || !line.participant || line.active === false) continue;
      const had = this.state.remote[line.participant]?.[line.kind];
      const same = had?.getTracks()[0] === track;
      remote[line.participant] = { ...remote[line.participant], [line.kind]: same ? had : this.parts.stream(track) };
    }
    this.set({ remote });
  }

  /** Candidates wait until the description they belong to is on its way. */
  private trickle(pc: RTCPeerConnection, publisher: boolean): () => void {
    let waiting: (IceCandidate | null)[] | null = [];
    const pass = (candidate: IceCandidate | null) => {
      void this.door.trickle(publisher, candidate).catch(this.onFailure);
      if (!publisher) this.isOffered();
    };
    pc.onicecandidate = ({ candidate }) => {
      const plain = candidate && candidate.candidate
        ? { candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex }
        : null;
      if (waiting) waiting.push(plain);
      else pass(plain);
    };
    return () => {
      const held = waiting ?? [];
      waiting = null;
      held.forEach(pass);
    };
  }

  private watch(pc: RTCPeerConnection, publisher: boolean): void {
    const current = () => !this.stopped && (publisher ? this.publisher : this.subscriber) === pc;
    pc.onconnectionstatechange = () => {
      if (!current()) return;
      this.set({ troubled: [this.publisher, this.subscriber].some((c) => c?.connectionState === 'disconnected' || c?.connectionState === 'failed') });
      if (pc.connectionState === 'failed') void this.repair(pc, publisher);
      if (pc.connectionState === 'disconnected')
        this.later(() => current() && pc.connectionState === 'disconnected' && void this.repair(pc, publisher), restartAfter);
    };
  }

  /** A path that broke: new ICE credentials for sending, a new connection for receiving. */
  private repair(pc: RTCPeerConnection, publisher: boolean): Promise<void> {
    return this.step(async () => {
      if ((publisher ? this.publisher : this.subscriber) !== pc || pc.connectionState === 'connected') return;
      if (!publisher) return this.receive();
      try {
        await this.offer(pc, true, true);
      } catch (error) {
        this.onFailure(error);
        await this.send();
        await this.receive();
      }
    });
  }

  private step(work: () => Promise<void>): Promise<void> {
    const next = this.steps.then(() => (this.stopped ? undefined : work()));
    this.steps = next.catch(this.onFailure);
    return next.catch(() => undefined);
  }

  private async tryOpen(kind: 'microphone' | 'camera'): Promise<MediaStreamTrack | null> {
    try {
      return await this.parts.open(kind);
    } catch (error) {
      this.set({ deviceError: deviceTrouble(error) });
      return null;
    }
  }

  private showDevices(): void {
    const { camera, microphone } = this;
    this.set({
      camera: camera && this.state.camera?.getTracks()[0] === camera ? this.state.camera : camera && this.parts.stream(camera),
      microphone: microphone && this.state.microphone?.getTracks()[0] === microphone ? this.state.microphone : microphone && this.parts.stream(microphone),
      cameraOn: camera !== null,
      microphoneOn: microphone !== null && microphone.enabled,
    });
  }

  private closeDevices(): void {
    this.microphone?.stop();
    this.camera?.stop();
    this.screen?.stop();
    this.microphone = this.camera = this.screen = null;
  }

  private later(work: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, ms);
    this.timers.add(timer);
  }

  private set(part: Partial<MediaState>): void {
    this.state = { ...this.state, ...part };
    this.listeners.forEach((l) => l());
  }
}
