import { describe, expect, it } from 'vitest';
import type { ProductView, VisitSnapshot } from '../platform/shapes';
import { nextStep, scriptOf } from './script';
import { aSeat, aVisit } from './testing';

const now = Date.parse('2026-11-24T18:30:00Z');
const product = { steps: ['identity', 'explain', 'documents', 'record', 'hearing', 'report', 'sign', 'close'] } as ProductView;
const me = { id: 'o1', isStaff: true, role: 'officer', name: 'An Peeters', session: 'so' } as const;
const officer = aSeat({ participant: 'o1', role: 'officer', name: 'An Peeters', status: 'admitted', session: 'so' });
const citizen = (status: string, change: object = {}) => aSeat({ status, ...change });
const visit = (seats: object[], change: Parameters<typeof aVisit>[0] = {}): VisitSnapshot =>
  aVisit({ me, call: { seats: seats as never, status: 'running', startedAt: '2026-11-24T18:20:00Z' }, ...change });
const next = (snapshot: VisitSnapshot, ...ticks: string[]) => nextStep(scriptOf(snapshot, product, new Set(ticks), now));

const confirmed = { identity: { checks: [{ participant: 'p1', status: 'confirmed' }] as never } };
const report = (text: string) => ({ dossier: { report: { locked: false, sections: [{ section: 'facts', heading: '', text, version: 1, callSecond: null, savedAt: null }] } } });

describe('the next step', () => {
  it('starts with joining', () => expect(next(aVisit({ me }))?.action).toEqual({ do: 'join' }));
  it('says whom one waits for', () => expect(next(visit([officer]))).toEqual({ id: 'admit', label: 'Binnenlaten', done: false, button: 'Binnenlaten', why: 'Lut Claes is er nog niet.' }));
  it('lets in who waits', () => expect(next(visit([officer, citizen('waiting')]))?.action).toEqual({ do: 'admit', participant: 'p1', session: 's1' }));
  it('lets in nobody behind whom there is no one', () => expect(next(visit([officer, citizen('waiting', { connected: false, awaySince: '2026-11-24T18:20:00Z' })]))).toMatchObject({ id: 'admit', why: 'Lut Claes is er nog niet.' }));
  it('lets in the other browser of a citizen whose browser is gone', () =>
    expect(next(visit([officer, citizen('admitted', { connected: false, awaySince: '2026-11-24T18:20:00Z', otherSessions: ['s2'] })]), 'explain')).toMatchObject({
      action: { do: 'admit', participant: 'p1', session: 's2' },
      button: 'Laat Lut Claes hier binnen (ander toestel)',
      why: 'Met een ander toestel: het eerste viel weg.',
    }));
  it('leaves the other browser of a citizen who is there at the door', () =>
    expect(next(visit([officer, citizen('admitted', { otherSessions: ['s2'] })]))?.action).toEqual({ do: 'requestIdentity', participant: 'p1' }));
  it('goes on while a citizen without another browser is away for a moment', () =>
    expect(next(visit([officer, citizen('admitted', { connected: false, awaySince: '2026-11-24T18:20:00Z' })]))?.action).toEqual({ do: 'requestIdentity', participant: 'p1' }));
  it('then asks who it is', () => expect(next(visit([officer, citizen('admitted')]))?.action).toEqual({ do: 'requestIdentity', participant: 'p1' }));
  it('then looks at the proof', () =>
    expect(next(visit([officer, citizen('admitted')], { identity: { checks: [{ participant: 'p1', status: 'proven' }] as never } }))?.action).toEqual({ do: 'tab', tab: 'identity' }));
  it('asks to record after the documents', () => expect(next(visit([officer, citizen('admitted')], confirmed), 'explain', 'documents')?.action).toEqual({ do: 'askRecording' }));
  it('goes on after a refusal', () =>
    expect(next(visit([officer, citizen('admitted')], { ...confirmed, recording: { consents: [{ participant: 'p1', name: '', answer: 'no', at: null }] } }), 'explain', 'documents')?.id).toBe('hearing'));
  it('wants a report before signing', () =>
    expect(next(visit([officer, citizen('admitted')], { ...confirmed, ...report(' '), recording: { offered: false } }), 'explain', 'documents', 'hearing')?.id).toBe('report'));
  it('starts signing once there is a report', () =>
    expect(next(visit([officer, citizen('admitted')], { ...confirmed, ...report('Alles besproken.'), recording: { offered: false } }), 'explain', 'documents', 'hearing')?.action).toEqual({ do: 'startSigning' }));
  it('closes at the end', () =>
    expect(
      next(visit([officer, citizen('admitted')], { ...confirmed, ...report('x'), recording: { offered: false }, signing: { status: 'completed' } }), 'explain', 'documents', 'hearing')?.action,
    ).toEqual({ do: 'close' }));
});

describe('a call that ended', () => {
  const ended = visit([citizen('absent')], { call: { seats: [citizen('absent')] as never, status: 'ended', startedAt: '2026-11-24T18:20:00Z' } });
  it('leaves closing as the next step', () => expect(next(ended)?.action).toEqual({ do: 'close' }));
  it('says why the rest is over', () => expect(scriptOf(ended, product, new Set(), now).find((x) => x.id === 'identity')?.why).toBe('Het gesprek is beëindigd.'));
});

describe('the script', () => {
  it('leaves recording out where it is not offered', () =>
    expect(scriptOf(visit([officer], { recording: { offered: false } }), product, new Set(), now).map((x) => x.id)).not.toContain('record'));
  it('says why signing waits', () =>
    expect(scriptOf(visit([officer, citizen('admitted')]), product, new Set(), now).find((x) => x.id === 'sign')?.why).toBe('Bevestig eerst de identiteit van de burger.'));
});
