import type { PlaybackView, RecordingTimeline, ReportSectionView } from '../platform/shapes';
import { secondOf } from './player';

export interface Moment { at: string; second: number | null; text: string }

/** What happened, and when each section of the report was first written, in order. */
export function momentsOf(timeline: RecordingTimeline, sections: ReportSectionView[], callStart: string | null, written: (heading: string) => string): Moment[] {
  const moments: Moment[] = timeline.moments.map(({ at, second, text }) => ({ at, second, text }));
  if (callStart) {
    for (const section of sections) {
      if (section.callSecond === null) continue;
      const instant = Date.parse(callStart) + section.callSecond * 1000;
      moments.push({ at: new Date(instant).toISOString(), second: secondOf(timeline.stretches, instant), text: written(section.heading) });
    }
  }
  return moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The moment that is going on: the last one that began. */
export function currentOf(moments: Moment[], second: number): Moment | undefined {
  return moments.findLast((m) => m.second !== null && m.second <= second + 0.05);
}

/** A file that is being played keeps its address: another one would load it anew. */
export function keepAddresses(before: PlaybackView | null, after: PlaybackView): PlaybackView {
  if (!before) return after;
  const addresses = new Map(before.tracks.map((t) => [t.id, t.url]));
  return { ...after, tracks: after.tracks.map((t) => ({ ...t, url: addresses.get(t.id) ?? t.url })) };
}

