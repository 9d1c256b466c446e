import type { VisitSnapshot } from '../platform/shapes';

export type Expectation =
  | { what: 'sign' | 'identity' | 'identityWait' | 'consent' | 'prepare' | 'alone' }
  | { what: 'otherSigns' | 'talk'; name: string }
  | { what: 'look'; file: string };

/** The one thing that is expected of this participant now; most urgent first. */
export function expectationOf({ me, call, identity, dossier, signing, recording }: VisitSnapshot): Expectation {
  const check = identity.checks.find((c) => c.participant === me.id);
  const consent = recording.consents.find((c) => c.participant === me.id);
  if (signing.status === 'signing' && signing.next === me.id) return { what: 'sign' };
  if (recording.asked && (!consent || consent.answer === 'none')) return { what: 'consent' };
  if (check?.status === 'asked' || check?.status === 'loggingIn') return { what: 'identity' };
  if (check?.status === 'proven') return { what: 'identityWait' };
  if (signing.status === 'preparing') return { what: 'prepare' };
  if (signing.status === 'signing') return { what: 'otherSigns', name: signing.signers.find((s) => s.participant === signing.next)?.name ?? '' };
  const shared = dossier.documents.find((d) => d.id === dossier.shared?.document);
  if (shared) return { what: 'look', file: shared.fileName };
  const officer = call.seats.find((s) => s.role === 'officer' && s.status === 'admitted' && s.connected);
  return officer ? { what: 'talk', name: officer.name } : { what: 'alone' };
}
