import type { CallView, SeatView } from '../platform/shapes';

/** A browser that an officer can let in. */
export interface AtDoor { seat: SeatView; session: string; /** Beside the one that has the seat of its person. */ other: boolean }

/** Everybody at the door behind whom somebody is, whoever has no other way into the call first. */
export function atDoor({ seats }: CallView): AtDoor[] {
  const others = seats.flatMap((seat) => seat.otherSessions.map((session) => ({ seat, session, other: true })));
  return [
    ...seats.flatMap((seat) => (seat.status === 'waiting' && seat.connected && seat.session ? [{ seat, session: seat.session, other: false }] : [])),
    ...others.filter((x) => !x.seat.connected),
    ...others.filter((x) => x.seat.connected),
  ];
}

/** True for somebody who sits in the call; not while their browser is gone and they are at the door with another one. */
export const isPresent = (seat: SeatView | undefined): boolean => seat?.status === 'admitted' && (seat.connected || seat.otherSessions.length === 0);

/** Who is let in next while the citizen is not present: the large button of the script does it. */
export const firstAtDoor = (call: CallView): AtDoor | undefined => atDoor(call).find((x) => !x.other || !x.seat.connected);
