import type { IceCandidate, MediaAnswer, MediaKind, MediaOffer, MediaPublication, MediaSignal, RelayServer } from '../platform/shapes';

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

/** The browser's parts, so that tests run without one. */
export interface MediaParts {
  connection(iceServers: RTCIceServer[]): RTCPeerConnection;
  stream(track: MediaStreamTrack): MediaStream;
  open(kind: MediaKind): Promise<MediaStreamTrack>;
}

export const browserParts: MediaParts = {
  connection: (iceServers) => new RTCPeerConnection({ iceServers }),
  stream: (track) => new MediaStream([track]),
  open: async (kind) => {
    if (kind === 'screen') return (await navigator.mediaDevices.getDisplayMedia({ video: screenWish, audio: false })).getVideoTracks()[0]!;
    const wanted = kind === 'camera' ? { video: cameraWish } : { audio: microphoneWish };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return stream.getTracks()[0]!;
  },
};

export const cameraWish: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } };
/** A page that stands still needs sharpness more than movement. */
const screenWish: MediaTrackConstraints = { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 10 } };
export const microphoneWish: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export interface RemoteMedia { microphone?: MediaStream; camera?: MediaStream; screen?: MediaStream }

export interface MediaState {
  /** Somebody's media by participant. */
  remote: Record<string, RemoteMedia>;
  camera: MediaStream | null;
  microphone: MediaStream | null;
  cameraOn: boolean;
  microphoneOn: boolean;
  screenOn: boolean;
  /** True while a connection that was there is away. */
  troubled: boolean;
  /** Why a device could not be opened. */
  deviceError: DeviceTrouble | null;
}

export type DeviceTrouble = 'denied' | 'missing' | 'busy' | 'insecure';

/** "Permission denied" is another problem than "no device" and than "in use": each has its own next step. */
export function deviceTrouble(error: unknown): DeviceTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  if (name === 'TypeError') return 'insecure';
  return 'missing';
}

const restartAfter = 4000;
const againAfter = 2000;

/**
 * The two connections of one browser with the room: one sends microphone and camera, one receives everybody else. Owns the tracks it opened.
 * Steps run one after the other; a step that fails leaves the next one free to try again.
 */
export class MediaSession {
  private publisher: RTCPeerConnection | null = null;
  private subscriber: RTCPeerConnection | null = null;
  private lastOffer = 0;
  private steps: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private asksAgain = false;
  private microphone: MediaStreamTrack | null = null;
  private camera: MediaStreamTrack | null = null;
  private screen: MediaStreamTrack | null = null;
  private kinds = new Map<RTCRtpTransceiver, MediaKind>();
  private listeners = new Set<() => void>();
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private state: MediaState = {
    remote: {}, camera: null, microphone: null, cameraOn: false, microphoneOn: false, screenOn: false, troubled: false, deviceError: null,
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

  /** Opens the devices that are wanted, then sends and receives. A device that does not open is left out, and said. */
  async start(wanted: { microphone: boolean; camera: boolean }): Promise<void> {
    if (wanted.microphone) this.microphone = await this.tryOpen('microphone');
    if (wanted.camera) this.camera = await this.tryOpen('camera');
    if (this.stopped) return this.closeDevices();
    this.showDevices();
    await this.connect();
  }

  /** After the hub came back: what still flows is left alone, and what was missed is made up for. */
  async reconnected(): Promise<void> {
    if (this.publisher?.connectionState !== 'connected') return this.connect();
    if (this.subscriber?.connectionState !== 'connected') return this.receiveAnew();
    const last = this.lastOffer;
    await this.door.resume(last).then((missed) => this.signal(missed), () => this.receiveAnew());
  }

  signal(signal: MediaSignal): Promise<void> {
    if (signal.publishAgain) return this.connect();
    if (signal.subscribeAgain) return this.receiveAnew();
    const offer = signal.offer;
    return offer ? this.step(() => this.take(offer, false)) : Promise.resolve();
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (on && !this.microphone) {
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
    if (on) this.camera = await this.tryOpen('camera');
    else {
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
    this.closeDevices();
    this.set({ remote: {}, camera: null, microphone: null, cameraOn: false, microphoneOn: false, screenOn: false, troubled: false });
  }

  private connect(): Promise<void> {
    return this.step(async () => {
      try {
        await this.send();
        await this.receive();
      } catch (error) {
        this.again();
        throw error;
      }
    });
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
    const pc = this.parts.connection(await this.servers());
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

  /** The way round for a network that lets no UDP through. Asked anew for each connection: a credential ends. */
  private async servers(): Promise<RTCIceServer[]> {
    const relay = await this.door.relay();
    return relay ? [{ urls: [...relay.urls], username: relay.username, credential: relay.credential }] : [];
  }

  private async offer(pc: RTCPeerConnection, continues: boolean, iceRestart = false): Promise<void> {
    const release = continues && !iceRestart ? () => undefined : this.trickle(pc, true);
    const description = await pc.createOffer({ iceRestart });
    await pc.setLocalDescription(description);
    const lines = [...this.kinds].filter(([t]) => t.mid !== null).map(([t, kind]) => ({ mid: t.mid!, kind }));
    const answer = await this.door.publish({ sdp: pc.localDescription!.sdp, lines, continues });
    await pc.setRemoteDescription({ type: 'answer', sdp: answer });
    release();
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

  private async receive(): Promise<void> {
    this.lastOffer = 0;
    const offer = await this.door.subscribe();
    this.subscriber?.close();
    this.subscriber = null;
    if (offer) await this.take(offer, true);
    else this.set({ remote: {} });
  }

  private async take(offer: MediaOffer, fresh: boolean): Promise<void> {
    if (!fresh && offer.number <= this.lastOffer) return;
    this.lastOffer = offer.number;
    const isNew = fresh || !this.subscriber;
    const pc = isNew ? this.parts.connection(await this.servers()) : this.subscriber!;
    let release = () => undefined as void;
    if (isNew) {
      this.subscriber = pc;
      this.watch(pc, false);
      release = this.trickle(pc, false);
    }
    await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    this.bind(pc, offer);
    await this.door.answer({ number: offer.number, sdp: pc.localDescription!.sdp });
    release();
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

  /** Candidates wait until the other side has the description they belong to. */
  private trickle(pc: RTCPeerConnection, publisher: boolean): () => void {
    let waiting: (IceCandidate | null)[] | null = [];
    const pass = (candidate: IceCandidate | null) => void this.door.trickle(publisher, candidate).catch(this.onFailure);
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
      const track = await this.parts.open(kind);
      this.set({ deviceError: null });
      return track;
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
