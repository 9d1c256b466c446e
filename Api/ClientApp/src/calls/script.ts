import type { ProductView, VisitSnapshot } from '../platform/shapes';
import { s } from '../platform/i18n/staff';
import { firstAtDoor, isPresent } from './door';

export type StepId = 'join' | 'admit' | 'identity' | 'explain' | 'documents' | 'record' | 'hearing' | 'report' | 'sign' | 'close';

/** What the large button does. */
export type StepAction =
  | { do: 'join' }
  | { do: 'admit'; participant: string; session: string }
  | { do: 'requestIdentity'; participant: string }
  | { do: 'tick'; step: StepId }
  | { do: 'askRecording' }
  | { do: 'startSigning' }
  | { do: 'tab'; tab: DossierTab }
  | { do: 'close' };

export type DossierTab = 'documents' | 'identity' | 'report' | 'recording' | 'signing' | 'people';

export interface Step { id: StepId; label: string; done: boolean; /** Cannot be done any more. */ over?: boolean; action?: StepAction; button?: string; why?: string }

interface Open { action?: StepAction; button?: string; why?: string }
const done = null;

/** The product's script as it stands: each step done or not, what its button does, and why it cannot be done yet. Pure. */
export function scriptOf(snapshot: VisitSnapshot, product: ProductView | undefined, ticked: ReadonlySet<string>, now: number): Step[] {
  const { call, me, appointment } = snapshot;
  const joined = call.seats.some((x) => x.participant === me.id && x.status === 'admitted' && x.session === me.session);
  const citizen = appointment.participants.find((p) => p.role === 'citizen');
  const seat = call.seats.find((x) => x.participant === citizen?.id);
  const present = isPresent(seat, now);
  const ended = call.status === 'ended';
  const open = (id: StepId): Open | null => {
    if (ended && id !== 'report' && id !== 'close') return unless(stateOf(id), s.cockpit.ended);
    if (id !== 'join' && !joined && !ended) return unless(stateOf(id), s.script.needJoin);
    return stateOf(id);
  };
  const stateOf = (id: StepId): Open | null => {
    switch (id) {
      case 'join': return joined ? done : { action: { do: 'join' }, button: call.startedAt ? s.cockpit.rejoin : s.cockpit.join };
      case 'admit': return admitting(snapshot, citizen?.name ?? '', present, now);
      case 'identity': return present ? identity(snapshot, citizen!.id, citizen!.name) : unless(identity(snapshot, citizen?.id ?? '', ''), s.script.needCitizen);
      case 'explain': return tick(id, s.script.explained, ticked);
      case 'documents': return tick(id, s.script.documentsSeen, ticked);
      case 'record': return recording(snapshot, present);
      case 'hearing': return tick(id, s.script.heard, ticked);
      case 'report': return hasReport(snapshot) || snapshot.signing.status === 'completed' ? done : { action: { do: 'tab', tab: 'report' }, button: s.script.write };
      case 'sign': return signing(snapshot, citizen?.id ?? '');
      case 'close': return appointment.status === 'closed' ? done : { action: { do: 'close' }, button: s.script.close_ };
    }
  };
  const own = (product?.steps ?? []).filter((x): x is StepId => x in s.script && (x !== 'record' || snapshot.recording.offered));
  const ids: StepId[] = ['join', 'admit', ...own.filter((x) => x !== 'close'), 'close'];
  return ids.map((id) => {
    const state = open(id);
    const over = ended && state !== null && id !== 'close';
    return { id, label: s.script[id], done: state === null, ...(over && { over }), ...state };
  });
}

/** The first step that is not done and still can be: the one large button. */
export const nextStep = (steps: Step[]): Step | undefined => steps.find((x) => !x.done && !x.over);

const unless = (state: Open | null, why: string): Open | null => (state === null ? null : { button: state.button, why });

const tick = (step: StepId, button: string, ticked: ReadonlySet<string>): Open | null =>
  ticked.has(step) ? done : { action: { do: 'tick', step }, button };

function admitting({ call }: VisitSnapshot, citizen: string, present: boolean, now: number): Open | null {
  if (present) return done;
  const first = firstAtDoor(call, now);
  if (!first) return { why: s.cockpit.waitingFor(citizen), button: s.script.admit };
  return {
    action: { do: 'admit', participant: first.seat.participant, session: first.session },
    button: (first.other ? s.cockpit.admitOther : s.cockpit.admit)(first.seat.name),
    ...(first.other && { why: s.cockpit.otherGone }),
  };
}

function identity({ identity: { checks } }: VisitSnapshot, citizen: string, name: string): Open | null {
  const check = checks.find((c) => c.participant === citizen);
  switch (check?.status ?? 'notAsked') {
    case 'confirmed': return done;
    case 'proven': return { action: { do: 'tab', tab: 'identity' }, button: s.script.decide };
    case 'asked':
    case 'loggingIn': return { why: s.script.waitLogin, button: s.script.identity };
    case 'rejected': return { action: { do: 'requestIdentity', participant: citizen }, button: s.script.askAgain(name) };
    default: return { action: { do: 'requestIdentity', participant: citizen }, button: s.script.ask(name) };
  }
}

function recording({ recording: r }: VisitSnapshot, present: boolean): Open | null {
  if (r.segmentOpen || r.segments.length > 0) return done;
  if (r.consents.some((c) => c.answer === 'no' || c.answer === 'withdrawn')) return done;
  if (r.asked) return { why: s.script.waitConsent(r.consents.filter((c) => c.answer === 'none').map((c) => c.name).join(', ')), button: s.script.record };
  return present ? { action: { do: 'askRecording' }, button: s.script.askRecord } : { why: s.script.needCitizen, button: s.script.askRecord };
}

export const hasReport = ({ dossier }: VisitSnapshot): boolean => dossier.report?.sections.some((x) => x.text.trim() !== '') ?? false;

/** Why signing cannot start now; null when it can. */
export function whyNotSign(snapshot: VisitSnapshot, citizen: string): string | null {
  if (snapshot.identity.checks.find((c) => c.participant === citizen)?.status !== 'confirmed') return s.script.needIdentity;
  return hasReport(snapshot) ? null : s.script.needReport;
}

function signing(snapshot: VisitSnapshot, citizen: string): Open | null {
  const { status, next, signers } = snapshot.signing;
  if (status === 'completed') return done;
  if (status === 'preparing') return { why: s.script.preparing, button: s.script.sign };
  if (status === 'signing' && next === snapshot.me.id) return { action: { do: 'tab', tab: 'signing' }, button: s.script.signNow };
  if (status === 'signing') return { why: s.script.waitSign(signers.find((x) => x.participant === next)?.name ?? ''), button: s.script.sign };
  const why = whyNotSign(snapshot, citizen);
  return why ? { why, button: s.script.startSign } : { action: { do: 'startSigning' }, button: s.script.startSign };
}
