import { describe, expect, it } from 'vitest';
import { atDoor, firstAtDoor, isPresent } from './door';
import { aSeat, aVisit } from './testing';

const now = Date.parse('2026-11-24T18:30:10Z');
const gone = { connected: false, awaySince: '2026-11-24T18:30:00Z' };
const blip = { connected: false, awaySince: '2026-11-24T18:30:01Z' };
const citizen = (change: object) => aSeat({ status: 'admitted', ...change });
const helper = (change: object) => aSeat({ participant: 'p2', role: 'helper', name: 'Aisha Benali', session: 'h1', ...change });
const call = (...seats: object[]) => aVisit({ call: { seats: seats as never } }).call;
const sessions = (...seats: object[]) => atDoor(call(...seats), now).map((x) => x.session);

describe('who is at the door', () => {
  it('first those who wait, then whose own browser is gone, then second browsers', () =>
    expect(sessions(citizen({ otherSessions: ['s2'] }), helper({ status: 'admitted', ...gone, otherSessions: ['h2'] }), aSeat({ participant: 'p3', session: 'l1' }))).toEqual(['l1', 'h2', 's2']));
  it('nobody whose browser is gone', () => expect(sessions(citizen({ status: 'waiting', ...gone }))).toEqual([]));
  it('with the browser that is there, when the one that waited is gone', () => expect(sessions(citizen({ status: 'waiting', ...gone, otherSessions: ['s2'] }))).toEqual(['s2']));
  it('nobody who is in the call or left it', () => expect(sessions(citizen({}), helper({ status: 'absent', connected: false }))).toEqual([]));
  it('a second browser is not the next one while the first is there', () => expect(firstAtDoor(call(citizen({ otherSessions: ['s2'] })), now)).toBeUndefined());
  it('nor while the first is away for a moment: what the large button does stays', () => {
    expect(firstAtDoor(call(citizen({ ...blip, otherSessions: ['s2'] })), now)).toBeUndefined();
    expect(isPresent(citizen({ ...blip, otherSessions: ['s2'] }), now)).toBe(true);
    expect(sessions(citizen({ status: 'waiting', ...blip, otherSessions: ['s2'] }))).toEqual(['s1', 's2']);
  });
  it('but once it is gone', () => {
    expect(firstAtDoor(call(citizen({ ...gone, otherSessions: ['s2'] })), now)?.session).toBe('s2');
    expect(isPresent(citizen({ ...gone, otherSessions: ['s2'] }), now)).toBe(false);
  });
});
