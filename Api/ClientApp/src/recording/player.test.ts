import { describe, expect, it } from 'vitest';
import type { PlaybackFile, PlaybackView, RecordedStretch } from '../platform/shapes';
import type { Reel } from './player';
import { Player, secondOf } from './player';

const stretch = (segment: string, offset: number, duration: number, state = 'ready'): RecordedStretch =>
  ({ segment, offset, duration, state, startedAt: new Date(Date.UTC(2026, 6, 6, 8, 0, offset * 2)).toISOString(), marked: false });
const track = (id: string, at: number, length: number): PlaybackFile =>
  ({ id, segment: 's1', participant: id, name: id, kind: 'camera', at, length, url: `/${id}` });

/** An element that plays by the test's clock. */
class FakeReel implements Reel {
  src = '';
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  seeking = false;
  ended = false;
  readyState = 4;
  error = null;
  play() {
    this.paused = false;
    return Promise.resolve();
  }
  pause() {
    this.paused = true;
  }
}

/** An element of a file of which a part cannot be decoded: it fails when it comes there, and works again when its file is opened past it. */
class BrokenReel extends FakeReel {
  override readyState = 4;
  opened: number[] = [];
  /** Seconds before a place at which it is decoded. */
  ahead = 0;
  constructor(private readonly from: number, private readonly to: number) {
    super();
    let at = 0;
    let failed = false;
    Object.defineProperties(this, {
      currentTime: { get: () => at, set: (second: number) => (at = second) },
      error: { get: () => (failed ||= at + this.ahead >= this.from && at < this.to) ? {} : null },
      src: {
        set: (address: string) => {
          failed = false;
          at = Number(address.split('#t=')[1]);
          this.opened.push(at);
          this.paused = true;
        },
      },
    });
  }
}

/** An element of a file whose first picture comes a little later, as browsers have it: it cannot stand before that, and looks for each place it is put at. */
class LateReel implements Reel {
  src = '';
  playbackRate = 1;
  paused = true;
  readonly ended = false;
  readonly readyState = 4;
  readonly error = null;
  seeking = false;
  private place = 0.05;
  get currentTime() {
    return this.place;
  }
  set currentTime(second: number) {
    this.place = Math.max(0.05, second);
    if (!this.paused) return;
    this.seeking = true;
    setTimeout(() => (this.seeking = false));
  }
  play() {
    this.paused = false;
    return Promise.resolve();
  }
  pause() {
    this.paused = true;
  }
}

function stage(recording: Partial<PlaybackView> = {}) {
  let clock = 100;
  const whole: PlaybackView = { duration: 10, stretches: [stretch('s1', 0, 10)], tracks: [track('an', 0, 10), track('gerrit', 2, 8)], film: null, ...recording };
  const player = new Player(whole, () => clock);
  const reels = Object.fromEntries(whole.tracks.map((t) => [t.id, new FakeReel()])) as Record<string, FakeReel>;
  for (const [id, reel] of Object.entries(reels)) player.attach(id, reel);
  const settle = () => new Promise<void>((done) => setTimeout(done));
  /** Time passes, for the clock and for whoever plays. */
  const pass = async (seconds: number) => {
    for (let left = seconds; left > 1e-9; left -= 0.1) {
      clock += 0.1;
      for (const reel of Object.values(reels)) if (!reel.paused) reel.currentTime += 0.1 * reel.playbackRate;
      player.tick();
      await settle();
    }
  };
  return { player, reels, pass };
}

describe('Player', () => {
  it('begins although a picture cannot be put quite where it belongs', async () => {
    const { player, reels, pass } = stage({ tracks: [track('an', 0, 10)] });
    const late = new LateReel();
    player.attach('an', late);
    reels.an = late as unknown as FakeReel;
    player.play();
    await pass(2);
    expect(late.paused).toBe(false);
    expect(player.snapshot.second).toBeGreaterThan(1);
  });

  it('starts each track at its own moment, in time with the others', async () => {
    const { player, reels, pass } = stage();
    player.play();
    await pass(1);
    expect(reels.an!.paused).toBe(false);
    expect(reels.gerrit!.paused).toBe(true);
    await pass(3);
    expect(reels.gerrit!.paused).toBe(false);
    expect(reels.an!.currentTime - reels.gerrit!.currentTime).toBeCloseTo(2, 0);
    expect(player.snapshot.second).toBeCloseTo(4, 1);
  });

  it('waits with everybody for one who has nothing to show yet', async () => {
    const { player, reels, pass } = stage();
    player.play();
    await pass(3);
    reels.gerrit!.readyState = 2;
    await pass(0.1);
    const stood = player.snapshot.second;
    await pass(2);
    expect(player.snapshot).toMatchObject({ loading: true, playing: true, second: stood });
    expect(reels.an!.paused).toBe(true);
    reels.gerrit!.readyState = 4;
    await pass(1);
    expect(player.snapshot.loading).toBe(false);
    expect(player.snapshot.second).toBeGreaterThan(stood + 0.5);
  });

  it('does not wait for a file that cannot be loaded', async () => {
    const { player, reels, pass } = stage();
    Object.assign(reels.gerrit!, { error: {}, readyState: 0 });
    player.play();
    await pass(4);
    expect(player.snapshot.second).toBeGreaterThan(3.5);
  });

  it('plays on past a place that one cannot play, says where that is, and has it with the others again', async () => {
    const { player, reels, pass } = stage({ tracks: [track('an', 0, 10)] });
    const broken = new BrokenReel(2, 4.5);
    player.attach('an', broken);
    reels.an = broken;
    player.play();
    await pass(3);
    expect(player.snapshot).toMatchObject({ playing: true, loading: false });
    expect(player.snapshot.second).toBeCloseTo(3, 1);
    expect(broken.paused).toBe(true);
    expect(player.snapshot.gaps).toHaveLength(1);
    expect(player.snapshot.gaps[0]!.from).toBeCloseTo(2, 0);
    expect(player.snapshot.gaps[0]!.to).toBeCloseTo(7, 0);
    await pass(5);
    expect(broken.paused).toBe(false);
    expect(broken.currentTime).toBeCloseTo(8, 0);
    player.seek(1);
    await pass(0.5);
    expect(broken.currentTime).toBeCloseTo(1.5, 0);
    expect(broken.paused).toBe(false);
  });

  it('passes the same place each time that one looks again, and no more of it', async () => {
    const { player, reels, pass } = stage({ tracks: [track('an', 0, 10)] });
    const broken = new BrokenReel(2, 4.5);
    player.attach('an', broken);
    reels.an = broken;
    player.play();
    for (let look = 0; look < 7; look++) {
      broken.ahead = look / 10;
      player.seek(1);
      await pass(7.5);
      expect(player.snapshot.gaps).toHaveLength(1);
      expect(player.snapshot.gaps[0]!.to).toBeLessThan(7.5);
      expect(broken.paused).toBe(false);
    }
  });

  it('tries a file that never works a few times and then leaves it', async () => {
    const { player, reels, pass } = stage({ duration: 200, tracks: [track('an', 0, 200)] });
    const broken = new BrokenReel(0, 200);
    player.attach('an', broken);
    reels.an = broken;
    player.play();
    await pass(3);
    expect(broken.opened.map(Math.round)).toEqual([1, 2, 5, 15, 60]);
    expect(player.snapshot.gaps).toMatchObject([{ from: 0, to: 200 }]);
    expect(player.snapshot.second).toBeCloseTo(3, 1);
  });

  it('brings one who is a little behind back by a little more speed, and one who is far off at once', async () => {
    const { player, reels, pass } = stage();
    player.play();
    await pass(1);
    reels.an!.currentTime -= 0.2;
    await pass(0.1);
    expect(reels.an!.playbackRate).toBeGreaterThan(1);
    await pass(5);
    expect(reels.an!.playbackRate).toBe(1);
    reels.an!.currentTime = 0;
    await pass(0.1);
    expect(Math.abs(reels.an!.currentTime - player.snapshot.second)).toBeLessThan(0.2);
  });

  it('moves everybody when one moves about, also while it stands still', () => {
    const { player, reels } = stage();
    player.seek(7);
    expect(reels.an!.currentTime).toBe(7);
    expect(reels.gerrit!.currentTime).toBe(5);
    expect(reels.an!.paused).toBe(true);
  });

  it('passes over a stretch that is not here yet, and stops at the end', async () => {
    const { player, pass } = stage({
      duration: 9,
      stretches: [stretch('s1', 0, 2), stretch('s2', 2, 5, 'pending'), stretch('s3', 7, 2)],
      tracks: [track('an', 0, 2), track('gerrit', 7, 2)],
    });
    player.play();
    await pass(2.5);
    expect(player.snapshot.second).toBeGreaterThan(7);
    await pass(3);
    expect(player.snapshot).toMatchObject({ playing: false, second: 9 });
    player.play();
    expect(player.snapshot).toMatchObject({ playing: true, second: 0 });
  });
});

describe('secondOf', () => {
  const stretches = [stretch('s1', 0, 5), stretch('s2', 5, 5)];
  const instant = (second: number) => Date.UTC(2026, 6, 6, 8, 0, second);
  it('is the place in its stretch', () => expect(secondOf(stretches, instant(12))).toBe(7));
  it('is nothing between two stretches', () => expect(secondOf(stretches, instant(7))).toBeNull());
});
