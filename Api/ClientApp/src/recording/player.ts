import type { PlaybackFile, PlaybackView, RecordedStretch } from '../platform/shapes';

/** What the player needs of a video or audio element. */
export interface Reel {
  src: string;
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  readonly error: unknown;
  play: () => Promise<void>;
  pause: () => void;
}

/** A part of a track that its element cannot play, in seconds of the recording. */
export interface Gap { track: string; from: number; to: number; tries: number }

export interface Playing { second: number; playing: boolean; loading: boolean; gaps: readonly Gap[] }

/** Seconds. An ear notices voice and picture that are further apart than the first; past the second, waiting for them to meet takes too long. */
const apart = 0.06;
const lost = 0.6;
const standingApart = 0.02;
const nudge = 0.06;
/** So close to its end a file has nothing more to load. */
const tail = 0.3;
const enoughToGoOn = 3;
/** So far past the place where an element failed it is tried again, one after the other: a picture is decoded from the key frame before it, so the next one must be passed. */
const skips = [0.5, 2, 5, 15, 60];

/**
 * Plays all tracks of a recording in time with each other. There is one clock, the recording's; every element is held to it, by a slightly other speed or, when it
 * is far off, by putting it right. While one that is due has nothing to show, the clock and all others wait. For one that fails they do not: it joins them again
 * past the place where it failed.
 */
export class Player {
  private readonly reels = new Map<string, Reel>();
  private readonly listeners = new Set<() => void>();
  private readonly starting = new WeakSet<Reel>();
  private readonly putAt = new WeakMap<Reel, number>();
  private looked: number | null = null;
  private speed = 1;
  private state: Playing = { second: 0, playing: false, loading: false, gaps: [] };

  /** @param now Seconds, of a clock that only goes forward. */
  constructor(private recording: PlaybackView, private readonly now: () => number) {}

  get snapshot(): Playing {
    return this.state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The same recording, with a stretch more. */
  load(recording: PlaybackView): void {
    this.recording = recording;
    this.tell({ second: Math.min(this.state.second, recording.duration) });
  }

  attach(track: string, reel: Reel | null): void {
    if (reel) this.reels.set(track, reel);
    else this.reels.delete(track);
  }

  play(): void {
    const atEnd = this.state.second >= this.recording.duration - standingApart;
    this.tell({ playing: true, second: this.playableFrom(atEnd ? 0 : this.state.second) });
    this.tick();
  }

  pause(): void {
    this.tell({ playing: false });
    this.tick();
  }

  /** Whoever goes elsewhere, or back to look again, has every track tried anew. */
  seek(second: number): void {
    this.tell({ second: Math.max(0, Math.min(second, this.recording.duration)), gaps: [] });
    this.tick();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.tick();
  }

  /** Looks at the clock and at every element; to be called a few times a second. */
  tick(): void {
    const now = this.now();
    const passed = this.looked === null ? 0 : now - this.looked;
    this.looked = now;
    if (this.state.playing && !this.state.loading) this.advance(passed * this.speed);
    for (const track of this.recording.tracks) this.pass(track);
    const due = this.recording.tracks.filter((t) => isDue(t, this.state.second, this.state.gaps));
    for (const [id, reel] of this.reels) if (!reel.paused && !due.some((t) => t.id === id)) reel.pause();
    let loading = false;
    for (const track of due) {
      const reel = this.reels.get(track.id);
      if (reel) this.align(reel, this.state.second - track.at);
      loading ||= !reel || !canGoOn(reel, track, this.state.second - track.at);
    }
    for (const track of due) this.run(this.reels.get(track.id), this.state.playing && !loading);
    this.tell({ loading });
  }

  /** Opens the file of an element that failed anew, some way past the place; after the last try the rest of it is left out. */
  private pass(track: PlaybackFile): void {
    const { second, gaps } = this.state;
    const reel = this.reels.get(track.id);
    if (!reel?.error || !isOn(track, second)) return;
    const gap = gaps.find((g) => isIn(g, track, second)) ?? { track: track.id, from: second, to: second, tries: 0 };
    const end = track.at + track.length;
    if (gap.to === end) return;
    const to = Math.min(gap.from + (skips[gap.tries] ?? Infinity), end);
    if (to < end) reel.src = `${track.url}#t=${to - track.at}`;
    this.tell({ gaps: [...gaps.filter((g) => g !== gap), { ...gap, to, tries: gap.tries + 1 }] });
  }

  private advance(seconds: number): void {
    const second = this.playableFrom(this.state.second + seconds);
    if (second >= this.recording.duration) this.tell({ second: this.recording.duration, playing: false });
    else this.tell({ second });
  }

  /** The moment itself, or the beginning of the next stretch when this one is not here yet; the end when there is none. */
  private playableFrom(second: number): number {
    const here = stretchAt(this.recording.stretches, second);
    if (!here || here.state === 'ready') return second;
    return this.recording.stretches.find((s) => s.offset > here.offset && s.state === 'ready')?.offset ?? this.recording.duration;
  }

  private align(reel: Reel, place: number): void {
    if (reel.seeking || reel.ended) return;
    const drift = reel.currentTime - place;
    const running = !reel.paused;
    // Asked once is enough while it stands: a file whose first picture comes a little later stands there, however often it is put before it.
    if (Math.abs(drift) > (running ? lost : standingApart) && (running || this.putAt.get(reel) !== place)) {
      reel.currentTime = place;
      this.putAt.set(reel, place);
    }
    const rate = this.speed * (running && Math.abs(drift) > apart ? 1 - Math.sign(drift) * nudge : 1);
    if (reel.playbackRate !== rate) reel.playbackRate = rate;
  }

  private run(reel: Reel | undefined, goes: boolean): void {
    if (!reel) return;
    if (!goes) {
      if (!reel.paused) reel.pause();
      return;
    }
    if (!reel.paused || reel.ended || this.starting.has(reel)) return;
    this.starting.add(reel);
    reel.play().catch(() => undefined).finally(() => this.starting.delete(reel)); // Paused or moved before it began: the next look starts it again.
  }

  private tell(change: Partial<Playing>): void {
    const next = { ...this.state, ...change };
    if (next.second === this.state.second && next.playing === this.state.playing && next.loading === this.state.loading && next.gaps === this.state.gaps) return;
    this.state = next;
    this.listeners.forEach((listener) => listener());
  }
}

const isOn = (track: PlaybackFile, second: number): boolean => second >= track.at && second < track.at + track.length;

const isIn = (gap: Gap, track: PlaybackFile, second: number): boolean => gap.track === track.id && second >= gap.from && second < gap.to;

/** Whether a track is to be seen or heard at a moment. */
export const isDue = (track: PlaybackFile, second: number, gaps: readonly Gap[]): boolean => isOn(track, second) && !gaps.some((g) => isIn(g, track, second));

/** The stretch in which a moment lies; the last one at the very end. */
export function stretchAt(stretches: RecordedStretch[], second: number): RecordedStretch | undefined {
  return stretches.findLast((s) => second >= s.offset);
}

/** Where an instant lies on the recording's time; null when it was not recorded. */
export function secondOf(stretches: RecordedStretch[], instant: number): number | null {
  for (const stretch of stretches) {
    const inside = (instant - Date.parse(stretch.startedAt)) / 1000;
    if (inside >= 0 && inside <= stretch.duration) return stretch.offset + inside;
  }
  return null;
}

function canGoOn(reel: Reel, track: PlaybackFile, place: number): boolean {
  if (reel.ended || place > track.length - tail) return true;
  return !reel.seeking && reel.readyState >= enoughToGoOn;
}
