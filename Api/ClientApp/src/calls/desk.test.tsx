import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { QueueEntry } from '../platform/shapes';
import { EntryState } from './DeskPage';

describe('the state of a visit in the agenda', () => {
  const now = Date.parse('2026-11-24T18:20:30Z');
  const state = (change: Partial<QueueEntry>) => {
    const entry = { status: 'booked', waitingSince: null, waitingCount: 0, inCall: false, ...change } as QueueEntry;
    return renderToString(<EntryState entry={entry} now={now} />).replace(/<[^>]*>/g, '');
  };

  it('says how long somebody waits', () => expect(state({ waitingSince: '2026-11-24T18:05:00Z', waitingCount: 1 })).toBe('wacht 15 min'));
  it('says that somebody waits with another device when the first one, which was in, is gone', () => expect(state({ waitingCount: 1, inCall: true, status: 'inProgress' })).toBe('wacht'));
  it('says how many wait', () => expect(state({ waitingSince: '2026-11-24T18:05:00Z', waitingCount: 2, inCall: true })).toBe('wacht 15 min (2)'));
  it('says what goes on when nobody waits', () =>
    expect([state({ inCall: true }), state({ status: 'inProgress' }), state({ status: 'closed' })]).toEqual(['In gesprek', 'Bezig', 'Afgesloten']));
});
