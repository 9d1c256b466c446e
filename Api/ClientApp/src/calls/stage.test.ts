import { describe, expect, it } from 'vitest';
import type { VisitSnapshot } from '../platform/shapes';
import { expectationOf } from './expectation';
import { readFragment } from './memory';
import { stageOf } from './stage';
import { aSeat, aVisit } from './testing';

const inTime = Date.parse('2026-11-24T18:10:00Z');
const seated = (seat: object) => aVisit({ call: { seats: [aSeat(seat)] as never } });

describe('stageOf', () => {
  it.each<[string, VisitSnapshot, number, 'no' | 'yes' | 'left', string]>([
    ['before the doors open', aVisit(), Date.parse('2026-11-24T18:04:59Z'), 'no', 'early'],
    ['when the doors are open', aVisit(), inTime, 'no', 'devices'],
    ['long after', aVisit(), Date.parse('2026-11-24T19:20:01Z'), 'no', 'late'],
    ['long after, but the call runs', aVisit({ call: { status: 'running' } }), Date.parse('2026-11-24T19:20:01Z'), 'no', 'devices'],
    ['cancelled', aVisit({ appointment: { status: 'cancelled' } }), inTime, 'yes', 'cancelled'],
    ['closed', aVisit({ appointment: { status: 'closed' } }), inTime, 'yes', 'after'],
    ['ended for safety', aVisit({ call: { status: 'ended' } }), inTime, 'yes', 'after'],
    ['waiting', seated({ status: 'waiting' }), inTime, 'yes', 'waiting'],
    ['waiting, after a reload in a new tab', seated({ status: 'waiting' }), inTime, 'no', 'devices'],
    ['admitted', seated({ status: 'admitted' }), inTime, 'yes', 'call'],
    ['admitted, reloaded: back in the call without asking', seated({ status: 'admitted' }), inTime, 'no', 'call'],
    ['another browser has the seat', seated({ status: 'admitted', session: 's2' }), inTime, 'yes', 'otherBrowser'],
    ['left on purpose', seated({ status: 'absent' }), inTime, 'left', 'left'],
    ['said ready, not arrived yet', aVisit(), inTime, 'yes', 'arriving'],
  ])('%s', (_, snapshot, now, joined, stage) => expect(stageOf(snapshot, now, joined)).toBe(stage));
});

describe('expectationOf', () => {
  const officer = aSeat({ participant: 'o1', role: 'officer', name: 'An Peeters', status: 'admitted' });
  it('signing one\'s turn comes before everything', () =>
    expect(expectationOf(aVisit({ signing: { status: 'signing', next: 'p1' }, recording: { asked: true } }))).toEqual({ what: 'sign' }));
  it('the question about recording waits for an answer', () =>
    expect(expectationOf(aVisit({ recording: { asked: true, consents: [{ participant: 'p1', name: '', answer: 'none', at: null }] } }))).toEqual({ what: 'consent' }));
  it('an answered question is no longer asked', () =>
    expect(expectationOf(aVisit({ call: { seats: [officer] as never }, recording: { asked: true, consents: [{ participant: 'p1', name: '', answer: 'no', at: null }] } }))).toEqual({ what: 'talk', name: 'An Peeters' }));
  it('asked who one is', () => expect(expectationOf(aVisit({ identity: { checks: [{ participant: 'p1', status: 'asked' }] as never } }))).toEqual({ what: 'identity' }));
  it('somebody else is asked who they are', () => expect(expectationOf(aVisit({ identity: { checks: [{ participant: 'p2', status: 'asked' }] as never } })).what).toBe('alone'));
});

describe('readFragment', () => {
  it('reads visit and token', () => expect(readFragment('#abc123.tok-EN_1')).toEqual({ visit: 'abc123', token: 'tok-EN_1' }));
  it.each(['', '#', '#abc', '#abc.', '#.token'])('refuses %j', (hash) => expect(readFragment(hash)).toBeNull());
});
