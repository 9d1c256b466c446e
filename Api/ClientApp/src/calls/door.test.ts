import { describe, expect, it } from 'vitest';
import { atDoor, firstAtDoor } from './door';
import { aSeat, aVisit } from './testing';

const citizen = (change: object) => aSeat({ status: 'admitted', ...change });
const helper = (change: object) => aSeat({ participant: 'p2', role: 'helper', name: 'Aisha Benali', session: 'h1', ...change });
const call = (...seats: object[]) => aVisit({ call: { seats: seats as never } }).call;
const sessions = (...seats: object[]) => atDoor(call(...seats)).map((x) => x.session);

describe('who is at the door', () => {
  it('first those who wait, then whose own browser is gone, then second browsers', () =>
    expect(sessions(citizen({ otherSessions: ['s2'] }), helper({ status: 'admitted', connected: false, otherSessions: ['h2'] }), aSeat({ participant: 'p3', session: 'l1' }))).toEqual(['l1', 'h2', 's2']));
  it('nobody whose browser is gone', () => expect(sessions(citizen({ status: 'waiting', connected: false }))).toEqual([]));
  it('with the browser that is there, when the one that waited is gone', () => expect(sessions(citizen({ status: 'waiting', connected: false, otherSessions: ['s2'] }))).toEqual(['s2']));
  it('nobody who is in the call or left it', () => expect(sessions(citizen({}), helper({ status: 'absent', connected: false }))).toEqual([]));
  it('a second browser is not the next one while the first is there', () => expect(firstAtDoor(call(citizen({ otherSessions: ['s2'] })))).toBeUndefined());
});
