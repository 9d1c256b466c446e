import type { Slot } from '../platform/shapes';

/** As many days as stand in a row on a phone. */
export const span = 7;

export type DayPart = 'morning' | 'afternoon' | 'evening';

const partOf = ({ localTime }: Slot): DayPart => (localTime < '12:00' ? 'morning' : localTime < '17:30' ? 'afternoon' : 'evening');

/** The moments of one day by part of the day, in order; a part without any is left out. */
export function byPart(slots: Slot[]): [DayPart, Slot[]][] {
  const parts = new Map<DayPart, Slot[]>();
  for (const slot of slots) parts.set(partOf(slot), [...(parts.get(partOf(slot)) ?? []), slot]);
  return [...parts];
}
