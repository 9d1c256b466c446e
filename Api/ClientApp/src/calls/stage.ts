import type { VisitSnapshot } from '../platform/shapes';

/** What this browser did so far: nothing yet, passed the device check, or left on purpose. */
export type Joined = 'no' | 'yes' | 'left';

export type Stage = 'cancelled' | 'after' | 'call' | 'otherBrowser' | 'waiting' | 'early' | 'late' | 'left' | 'devices' | 'arriving';

/** Where in the visit somebody is. Pure: the snapshot, the time of the server and what this browser did decide. */
export function stageOf({ me, appointment, call }: VisitSnapshot, now: number, joined: Joined): Stage {
  if (appointment.status === 'cancelled') return 'cancelled';
  if (appointment.status === 'closed' || call.status === 'ended') return 'after';
  const seat = call.seats.find((s) => s.participant === me.id);
  const here = seat !== undefined && seat.status !== 'absent';
  if (here && seat.session === me.session) {
    if (seat.status === 'admitted') return 'call';
    return joined === 'yes' ? 'waiting' : 'devices';
  }
  if (here) return joined === 'yes' ? 'otherBrowser' : 'devices';
  if (joined === 'left') return 'left';
  if (now < Date.parse(appointment.doorsOpen)) return 'early';
  if (now > Date.parse(appointment.doorsClose) && call.status === 'notStarted') return 'late';
  return joined === 'yes' ? 'arriving' : 'devices';
}
