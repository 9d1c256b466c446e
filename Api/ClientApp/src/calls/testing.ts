import type { VisitSnapshot } from '../platform/shapes';

/** A visit in which nothing happened yet, for tests to change. */
export function aVisit(change: Partial<{ [Room in keyof VisitSnapshot]: Partial<VisitSnapshot[Room]> }> = {}): VisitSnapshot {
  const base = {
    me: { id: 'p1', isStaff: false, role: 'citizen', name: 'Lut Claes', session: 's1' },
    appointment: {
      version: 1, visit: 'v1', product: 'hearing', start: '2026-11-24T18:20:00Z', end: '2026-11-24T18:50:00Z', status: 'booked', staff: 'o1', staffName: 'An Peeters',
      participants: [{ id: 'p1', role: 'citizen', name: 'Lut Claes', email: null }], language: 'nl', doorsOpen: '2026-11-24T18:05:00Z', doorsClose: '2026-11-24T19:20:00Z',
      question: null, outcome: null, outcomeNote: null, rated: false,
    },
    call: { version: 1, status: 'notStarted', seats: [], startedAt: null, endedAt: null, recording: false, mediaLost: false, endReason: null },
    identity: { version: 1, checks: [] },
    dossier: { version: 1, documents: [], shared: null, report: null },
    signing: { version: 1, status: 'notStarted', signers: [], document: null, sha256: null, pages: 0, next: null, reason: null },
    recording: { version: 1, offered: true, asked: false, textVersion: 'nl-1', consents: [], segmentOpen: false, segments: [], export: 'none', exportPercent: 0, pausedBecause: null },
    serverTime: '2026-11-24T18:10:00Z',
  } as unknown as VisitSnapshot;
  const changed = { ...base } as Record<string, unknown>;
  for (const [room, part] of Object.entries(change)) {
    const had = changed[room];
    changed[room] = typeof had === 'object' ? { ...had, ...(part as object) } : part;
  }
  return changed as unknown as VisitSnapshot;
}

export const aSeat = (change: object) => ({
  participant: 'p1', role: 'citizen' as const, name: 'Lut Claes', status: 'waiting' as const, connected: true, microphone: true, camera: true, identifying: false,
  waitingSince: null, awaySince: null, session: 's1', otherSessions: [], ...change,
});
