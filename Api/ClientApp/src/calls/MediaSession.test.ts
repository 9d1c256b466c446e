import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaAnswer, MediaOffer, MediaPublication, MediaSignal, RelayServer } from '../platform/shapes';
import type { MediaParts } from './devices';
import type { MediaDoor } from './MediaSession';
import { MediaSession } from './MediaSession';

interface FakeTransceiver { mid: string | null; direction: string; sender: { track: unknown; replaceTrack(track: unknown): Promise<void> }; receiver: { track: unknown } }

class Connection {
  static all: Connection[] = [];
  connectionState = 'new';
  closed = false;
  transceivers: FakeTransceiver[] = [];
  localDescription: { type: string; sdp: string } | null = null;
  onicecandidate: ((e: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  restarts = 0;
  constructor(public servers: RTCIceServer[]) {
    Connection.all.push(this);
  }
  addTransceiver(track: unknown, { direction }: { direction: string }) {
    const sender = { track, replaceTrack: async (next: unknown) => void (sender.track = next) };
    const made: FakeTransceiver = { mid: null, direction, sender, receiver: { track: null } };
    this.transceivers.push(made);
    return made;
  }
  getTransceivers = () => this.transceivers;
  createOffer = async ({ iceRestart }: { iceRestart: boolean }) => {
    if (iceRestart) this.restarts++;
    return { type: 'offer', sdp: 'offer' };
  };
  setConfiguration = ({ iceServers }: { iceServers: RTCIceServer[] }) => void (this.servers = iceServers);
  setLocalDescription = async (description = { type: 'answer', sdp: 'answer' }) => {
    this.localDescription = description;
    this.transceivers.forEach((t, i) => (t.mid ??= String(i)));
    this.onicecandidate?.({ candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } });
  };
  setRemoteDescription = async ({ type, sdp }: { type: string; sdp: string }) => {
    if (type !== 'offer') return;
    sdp.split(',').forEach((mid) => {
      if (!this.transceivers.some((t) => t.mid === mid)) {
        const made = this.addTransceiver(null, { direction: 'recvonly' });
        made.mid = mid;
        made.receiver.track = { id: `${mid}@${Connection.all.indexOf(this)}` };
      }
    });
  };
  close = () => void (this.closed = true);
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

class Door implements MediaDoor {
  log: string[] = [];
  published: MediaPublication[] = [];
  answers: MediaAnswer[] = [];
  offer: MediaOffer | null = null;
  failing = new Set<string>();
  publish = async (publication: MediaPublication) => {
    this.log.push(publication.continues ? 'continue' : 'publish');
    if (this.failing.has(this.log.at(-1)!)) throw new Error('refused');
    this.published.push(publication);
    return 'answer';
  };
  subscribe = async () => {
    this.log.push('subscribe');
    return this.offer && { ...this.offer, first: true, relay: this.turn };
  };
  relay = async () => this.turn;
  turn: RelayServer | null = null;
  missed: MediaSignal = { offer: null, publishAgain: false };
  resume = async (last: number) => {
    this.log.push(`resume ${last}`);
    if (this.failing.has('resume')) throw new Error('refused');
    return this.missed;
  };
  answer = async (answer: MediaAnswer) => {
    this.log.push(`answer ${answer.number}`);
    if (this.failing.has('answer')) throw new Error('refused');
    this.answers.push(answer);
  };
  trickle = async (publisher: boolean) => void this.log.push(`trickle ${publisher ? 'publisher' : 'subscriber'}`);
}

class Track {
  enabled = true;
  stopped = false;
  constructor(readonly kind: string) {}
  stop = () => void (this.stopped = true);
}

let door: Door;
let opened: Track[];
let broken: Record<string, Error>;
let media: MediaSession;

beforeEach(() => {
  vi.useFakeTimers();
  Connection.all = [];
  door = new Door();
  opened = [];
  broken = {};
  const parts: MediaParts = {
    connection: (servers) => new Connection(servers) as unknown as RTCPeerConnection,
    stream: (track) => ({ getTracks: () => [track] }) as unknown as MediaStream,
    open: async (kind) => {
      if (broken[kind]) throw broken[kind];
      const track = new Track(kind);
      opened.push(track);
      return track as unknown as MediaStreamTrack;
    },
  };
  media = new MediaSession(door, parts, () => undefined);
});
afterEach(() => {
  media.stop();
  vi.useRealTimers();
});

const both = { microphone: true, camera: true };
const offerOf = (number: number, ...lines: [mid: string, kind: 'microphone' | 'camera', participant: string, active?: boolean][]): MediaOffer => ({
  number,
  first: false,
  sdp: lines.map(([mid]) => mid).join(','),
  lines: lines.map(([mid, kind, participant, active]) => ({ mid, kind, participant, active: active ?? true })),
});

describe('MediaSession', () => {
  it('sends microphone and camera, then asks for the others', async () => {
    await media.start(both);
    expect(door.log).toEqual(['publish', 'trickle publisher', 'subscribe']);
    expect(door.published[0]).toMatchObject({ continues: false, lines: [{ mid: '0', kind: 'microphone' }, { mid: '1', kind: 'camera' }] });
  });

  it('gives both connections the relay of the counter', async () => {
    door.turn = { urls: ['turn:relay.example:443?transport=tcp'], username: '1:p', credential: 'c', expiresAt: '2026-11-23T20:00:00Z' };
    door.offer = offerOf(1, ['0', 'camera', 'officer']);
    await media.start(both);
    expect(Connection.all.map((c) => c.servers)).toEqual([1, 2].map(() => [{ urls: door.turn!.urls, username: '1:p', credential: 'c' }]));
  });

  it('holds candidates back until the room knows the offer', async () => {
    await media.start(both);
    expect(door.log.indexOf('publish')).toBeLessThan(door.log.indexOf('trickle publisher'));
  });

  it('goes on without a camera that cannot be opened, and says why', async () => {
    broken = { camera: new DOMException('', 'NotReadableError') };
    await media.start(both);
    expect(door.published[0]!.lines).toEqual([{ mid: '0', kind: 'microphone' }]);
    expect(media.getState()).toMatchObject({ deviceError: 'busy', cameraOn: false, microphoneOn: true });
  });

  it('knows whose track it is by the m-line', async () => {
    door.offer = offerOf(1, ['0', 'microphone', 'officer'], ['1', 'camera', 'officer'], ['2', 'camera', 'helper', false]);
    await media.start(both);
    const { remote } = media.getState();
    expect(Object.keys(remote)).toEqual(['officer']);
    expect(Object.keys(remote['officer']!)).toEqual(['microphone', 'camera']);
  });

  it('answers a new offer on the same connection and keeps the streams that stayed', async () => {
    door.offer = offerOf(1, ['0', 'microphone', 'officer']);
    await media.start(both);
    const before = media.getState().remote['officer']!.microphone;
    await media.signal({ publishAgain: false, offer: offerOf(2, ['0', 'microphone', 'officer'], ['1', 'camera', 'officer']) });
    expect(media.getState().remote['officer']!.microphone).toBe(before);
    expect(Connection.all).toHaveLength(2);
    expect(door.answers.map((a) => a.number)).toEqual([1, 2]);
  });

  it('ignores an offer that a newer one replaced', async () => {
    door.offer = offerOf(3, ['0', 'microphone', 'officer']);
    await media.start(both);
    await media.signal({ publishAgain: false, offer: offerOf(2, ['0', 'camera', 'helper']) });
    expect(door.answers.map((a) => a.number)).toEqual([3]);
  });

  it('begins anew on both sides when the media node was lost', async () => {
    await media.start(both);
    await media.signal({ publishAgain: true, offer: null });
    expect(door.log.filter((l) => l === 'publish')).toHaveLength(2);
    expect(Connection.all[0]!.closed).toBe(true);
  });

  describe('after the hub came back', () => {
    beforeEach(async () => {
      door.offer = { number: 3, first: true, sdp: '0', lines: [{ mid: '0', kind: 'camera', participant: 'an', active: true }] };
      await media.start(both);
      Connection.all.forEach((c) => (c.connectionState = 'connected'));
      door.log = [];
    });

    it('leaves alone what still flows when nothing was missed', async () => {
      await media.reconnected();
      expect(door.log).toEqual(['resume 3']);
      expect(Connection.all.filter((c) => c.closed)).toHaveLength(0);
    });

    it('takes the offer that was missed on the connection it has', async () => {
      door.missed = { offer: { ...door.offer!, number: 4, first: false }, publishAgain: false };
      await media.reconnected();
      expect(door.log).toEqual(['resume 3', 'trickle subscriber', 'answer 4']);
      expect(Connection.all).toHaveLength(2);
    });

    it('receives anew when the room does not know what it sent', async () => {
      door.missed = { offer: null, publishAgain: false, subscribeAgain: true };
      await media.reconnected();
      expect(door.log.filter((l) => l === 'subscribe' || l === 'publish')).toEqual(['subscribe']);
    });

    it('receives anew when receiving broke, or the room cannot say', async () => {
      Connection.all[1]!.connectionState = 'failed';
      await media.reconnected();
      door.failing.add('resume');
      Connection.all.at(-1)!.connectionState = 'connected';
      await media.reconnected();
      expect(door.log.filter((l) => l === 'subscribe')).toHaveLength(2);
    });

    it('sends anew when the room lost all of it', async () => {
      door.missed = { offer: null, publishAgain: true };
      await media.reconnected();
      expect(door.log.filter((l) => l === 'publish')).toHaveLength(1);
    });
  });

  it('after the hub came back sends anew when sending broke', async () => {
    await media.start(both);
    Connection.all[0]!.connectionState = 'failed';
    await media.reconnected();
    expect(door.log.filter((l) => l === 'publish')).toHaveLength(2);
  });

  it('restarts the path of a sending connection that failed', async () => {
    await media.start(both);
    Connection.all[0]!.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(Connection.all[0]!.restarts).toBe(1);
    expect(door.log).toContain('continue');
  });

  it('publishes anew when restarting the path is refused', async () => {
    await media.start(both);
    door.failing.add('continue');
    Connection.all[0]!.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(door.log.filter((l) => l === 'publish')).toHaveLength(2);
  });

  it('shows trouble while a connection is away, and repairs it when it stays away', async () => {
    await media.start(both);
    Connection.all[0]!.become('disconnected');
    expect(media.getState().troubled).toBe(true);
    await vi.advanceTimersByTimeAsync(4000);
    expect(Connection.all[0]!.restarts).toBe(1);
    Connection.all[0]!.become('connected');
    expect(media.getState().troubled).toBe(false);
  });

  it('closes the camera when it is turned off, says so to the room, and opens it again', async () => {
    await media.start(both);
    const [, camera] = opened;
    await media.setCamera(false);
    expect(camera!.stopped).toBe(true);
    expect(Connection.all[0]!.transceivers[1]!.direction).toBe('inactive');
    await media.setCamera(true);
    expect(Connection.all[0]!.transceivers[1]!.direction).toBe('sendonly');
    expect(door.published.map((p) => p.continues)).toEqual([false, true, true]);
  });

  it('adds a camera later to a call that began without', async () => {
    await media.start({ microphone: true, camera: false });
    await media.setCamera(true);
    expect(door.published.at(-1)).toMatchObject({ continues: true, lines: [{ kind: 'microphone' }, { kind: 'camera' }] });
  });

  it('shows a screen as a line of its own, and takes it away when the browser ends it', async () => {
    await media.start(both);
    await media.setScreen(true);
    expect(door.published.at(-1)).toMatchObject({ continues: true, lines: [{ kind: 'microphone' }, { kind: 'camera' }, { kind: 'screen' }] });
    (opened[2] as unknown as { onended: () => void }).onended();
    await vi.advanceTimersByTimeAsync(0);
    expect(Connection.all[0]!.transceivers[2]!.direction).toBe('inactive');
    expect(media.getState().screenOn).toBe(false);
  });

  it('says nothing when somebody changes their mind about sharing', async () => {
    await media.start(both);
    broken = { screen: new DOMException('', 'NotAllowedError') };
    await media.setScreen(true);
    expect(media.getState()).toMatchObject({ screenOn: false, deviceError: null });
    expect(door.published).toHaveLength(1);
  });

  it('keeps the microphone open but silent when muted', async () => {
    await media.start(both);
    await media.setMicrophone(false);
    expect(opened[0]).toMatchObject({ enabled: false, stopped: false });
    expect(media.getState().microphoneOn).toBe(false);
  });

  it('closes devices and connections when it stops', async () => {
    door.offer = offerOf(1, ['0', 'microphone', 'officer']);
    await media.start(both);
    media.stop();
    expect(opened.every((t) => t.stopped)).toBe(true);
    expect(Connection.all.every((c) => c.closed)).toBe(true);
  });
});

describe('who waits to be let in', () => {
  const first = (number: number) => ({ ...offerOf(number, ['0', 'camera', 'officer']), first: true });
  const offered = (offer: MediaOffer) => media.signal({ offer, publishAgain: false });

  it('receives over the connection that was there already, while the own devices still open', async () => {
    media.prepare();
    await offered(first(1));
    expect(door.answers.map((a) => a.number)).toEqual([1]);
    expect(Connection.all).toHaveLength(1);
    expect(media.getState().remote['officer']!.camera).toBeDefined();

    await media.start(both);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish']);
    expect(Connection.all[0]!.closed).toBe(false);
  });

  it('asks for the others when nothing was offered', async () => {
    media.prepare();
    await media.start(both);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'subscribe']);
  });

  it('answers the offer before it opens devices and has the call drawn', async () => {
    door.resume = () => new Promise(() => undefined);
    media.prepare();
    const started = media.start(both);
    await vi.advanceTimersByTimeAsync(0);
    expect(opened).toEqual([]);
    expect(media.getState().welcomed).toBe(false);
    await offered(first(1));
    await started;
    expect(opened).toHaveLength(2);
    expect(media.getState().welcomed).toBe(true);
  });

  it('does not wait long for a room that says nothing', async () => {
    door.resume = () => new Promise(() => undefined);
    media.prepare();
    const started = media.start(both);
    await vi.advanceTimersByTimeAsync(500);
    await started;
    expect(media.getState().welcomed).toBe(true);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'subscribe']);
  });

  it('asks for the others when the first offer could not be answered', async () => {
    media.prepare();
    door.failing.add('answer');
    await offered(first(1));
    door.failing.delete('answer');
    door.offer = offerOf(1, ['0', 'camera', 'officer']);
    await media.start(both);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'subscribe']);
    expect(Connection.all[0]!.closed).toBe(true);
    expect(media.getState().remote['officer']!.camera).toBeDefined();
  });

  it('asks for the others when what it received over has ended meanwhile', async () => {
    media.prepare();
    await offered(first(1));
    Connection.all[0]!.connectionState = 'closed';
    await media.start(both);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'subscribe']);
  });

  it('takes an offer that was lost on its way from the answer to whether there was one', async () => {
    door.missed = { offer: first(1), publishAgain: false };
    media.prepare();
    await media.start(both);
    expect(door.answers.map((a) => a.number)).toEqual([1]);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish']);
  });

  it('opens devices also when the room cannot say', async () => {
    door.failing.add('resume');
    media.prepare();
    await media.start(both);
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'subscribe']);
  });

  it('takes no offer twice, whichever way it comes', async () => {
    door.offer = offerOf(2, ['0', 'camera', 'officer']);
    media.prepare();
    await media.start(both);
    await offered(first(1));
    expect(door.answers.map((a) => a.number)).toEqual([2]);
  });

  it('gets the relay with the offer', async () => {
    media.prepare();
    await offered({ ...first(1), relay: { urls: ['turn:relay.example:443'], username: '1:p', credential: 'c', expiresAt: '2026-11-23T20:00:00Z' } });
    expect(Connection.all[0]!.servers).toEqual([{ urls: ['turn:relay.example:443'], username: '1:p', credential: 'c' }]);
  });

  it('begins anew on both sides when the media node was lost while they came in', async () => {
    door.offer = offerOf(1, ['0', 'camera', 'officer']);
    media.prepare();
    await offered(first(1));
    await media.start(both);
    await media.signal({ publishAgain: true, offer: null });
    expect(door.log.filter((l) => l === 'publish' || l === 'subscribe')).toEqual(['publish', 'publish', 'subscribe']);
    expect(Connection.all[0]!.closed).toBe(true);
  });

  it('says nothing to the room before, also when the hub was away', async () => {
    media.prepare();
    await media.reconnected();
    await media.signal({ publishAgain: true, offer: null });
    expect(door.log).toEqual([]);
  });

  it('leaves no connection behind when they go', async () => {
    media.prepare();
    media.stop();
    media.prepare();
    await media.start(both);
    expect(Connection.all.map((c) => c.closed)).toEqual([true]);
    expect(opened).toEqual([]);
  });
});

it('after a reload takes no change for an offer: what the former page received is not there any more', async () => {
  await media.signal({ publishAgain: false, offer: offerOf(4, ['0', 'camera', 'officer']) });
  expect(Connection.all).toEqual([]);
  door.offer = offerOf(5, ['0', 'camera', 'officer']);
  await media.start(both);
  expect(door.answers.map((a) => a.number)).toEqual([5]);
});

it('says which device does not open, whichever opens first', async () => {
  broken = { microphone: new DOMException('', 'NotReadableError') };
  await media.start(both);
  expect(media.getState()).toMatchObject({ deviceError: 'busy', cameraOn: true, microphoneOn: false });
});

describe('a room that cannot place media yet', () => {
  it('is asked again until it can', async () => {
    door.failing.add('publish');
    await media.start({ microphone: true, camera: true });
    expect(door.published).toHaveLength(0);
    door.failing.clear();
    await vi.advanceTimersByTimeAsync(2000);
    expect(door.published).toHaveLength(1);
    expect(door.log.at(-1)).toBe('subscribe');
  });

  it('is left alone once the page is gone', async () => {
    door.failing.add('publish');
    await media.start({ microphone: true, camera: true });
    media.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(door.log.filter((x) => x === 'publish')).toHaveLength(1);
  });
});

it('keeps the former line until the new one has its answer', async () => {
  await media.start({ microphone: true, camera: true });
  const former = Connection.all[0]!;
  const publish = door.publish;
  let closedAtPublish: boolean | null = null;
  door.publish = (publication) => {
    closedAtPublish = former.closed;
    return publish(publication);
  };
  await media.signal({ offer: null, publishAgain: true });
  expect(closedAtPublish).toBe(false);
  expect(former.closed).toBe(true);
});

describe('when a signal may have been lost', () => {
  beforeEach(async () => {
    door.offer = offerOf(3, ['0', 'camera', 'officer']);
  });

  const stand = async (wanted: { microphone: boolean; camera: boolean }) => {
    await media.start(wanted);
    Connection.all.forEach((c) => c.become('connected'));
    door.log = [];
  };
  const asked = () => door.log.filter((l) => l === 'publish' || l === 'subscribe');

  it('asks what was missed, and takes it', async () => {
    await stand(both);
    door.missed = { offer: { ...door.offer!, number: 4, first: false }, publishAgain: false };
    media.askMissed();
    await vi.advanceTimersByTimeAsync(0);
    expect(door.log).toEqual(['resume 3', 'trickle subscriber', 'answer 4']);
    expect(Connection.all.some((c) => c.closed)).toBe(false);
  });

  it('leaves what is received alone for who sends nothing', async () => {
    await stand({ microphone: false, camera: false });
    media.askMissed();
    await vi.advanceTimersByTimeAsync(0);
    expect(door.log).toEqual(['resume 3']);
    expect(Connection.all.some((c) => c.closed)).toBe(false);
  });

  it('sends and receives anew once, whether the room says so before, meanwhile or in its answer', async () => {
    await stand(both);
    door.missed = { offer: null, publishAgain: true };
    media.askMissed();
    void media.signal({ offer: null, publishAgain: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked()).toEqual(['publish', 'subscribe']);

    media.askMissed();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked()).toHaveLength(2);
    expect(door.log.filter((l) => l.startsWith('resume'))).toHaveLength(1);
  });

  it('waits until what is under way stands, and asks then', async () => {
    await media.start(both);
    door.log = [];
    media.askMissed();
    media.askMissed();
    await vi.advanceTimersByTimeAsync(5000);
    expect(door.log).toEqual([]);
    Connection.all.forEach((c) => c.become('connected'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(door.log).toEqual(['resume 3']);
  });

  it('asks again when the room cannot say, and rebuilds nothing for that', async () => {
    await stand(both);
    door.failing.add('resume');
    media.askMissed();
    await vi.advanceTimersByTimeAsync(0);
    door.failing.delete('resume');
    await vi.advanceTimersByTimeAsync(2000);
    expect(door.log).toEqual(['resume 3', 'resume 3']);
  });
});
