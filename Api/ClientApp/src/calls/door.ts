import type { CallView, SeatView } from '../platform/shapes';

/** So long may a page be loaded anew, or a connection hold, before its person counts as gone: what a button does must not change meanwhile. */
const grace = 10_000;

/** A browser that an officer can let in. */
export interface AtDoor { seat: SeatView; session: string; /** Beside the one that has the seat of its person. */ other: boolean }

/** True when the browser that has the seat is away for good, as far as one can see. */
export const isGone = ({ awaySince }: SeatView, now: number): boolean => awaySince !== null && now - Date.parse(awaySince) >= grace;

/** Everybody at the door behind whom somebody is, whoever has no other way into the call first. */
export function atDoor({ seats }: CallView, now: number): AtDoor[] {
  const others = seats.flatMap((seat) => seat.otherSessions.map((session) => ({ seat, session, other: true })));
  return [
    ...seats.flatMap((seat) => (seat.status === 'waiting' && seat.session && !isGone(seat, now) ? [{ seat, session: seat.session, other: false }] : [])),
    ...others.filter((x) => isGone(x.seat, now)),
    ...others.filter((x) => !isGone(x.seat, now)),
  ];
}

/** True for somebody who sits in the call; not while their browser is gone and they are at the door with another one. */
export const isPresent = (seat: SeatView | undefined, now: number): boolean => seat?.status === 'admitted' && (!isGone(seat, now) || seat.otherSessions.length === 0);

/** Who is let in next while the citizen is not present: the large button of the script does it. */
export const firstAtDoor = (call: CallView, now: number): AtDoor | undefined => atDoor(call, now).find((x) => !x.other || isGone(x.seat, now));
