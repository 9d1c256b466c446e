import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../platform/http';
import { LanguageProvider } from '../platform/i18n';
import { en } from '../platform/i18n/en';
import { nl } from '../platform/i18n/nl';
import type { Slot } from '../platform/shapes';
import { Choose, Days, NoneFree, Times, Trouble } from './Moments';
import { byPart } from './offer';

const slot = (date: string, localTime: string): Slot => ({ start: `${date}T${localTime}:00+01:00`, end: `${date}T${localTime}:00+01:00`, localTime });
const drawn = (what: React.ReactNode, language: 'nl' | 'en' = 'nl') =>
  renderToString(<LanguageProvider first={{ language, t: language === 'nl' ? nl : en }}>{what}</LanguageProvider>);
const text = (html: string) => html.replaceAll('<!-- -->', '').replace(/<[^>]*>/g, '|').replace(/\|+/g, '|');

describe('moments of a day', () => {
  it('stand by part of the day, and a part without any is not there', () => {
    const of = (...times: string[]) => byPart(times.map((time) => slot('2026-11-24', time))).map(([part, slots]) => [part, slots.map((s) => s.localTime)]);
    expect(of('09:00', '11:59', '12:00', '17:29', '17:30')).toEqual([['morning', ['09:00', '11:59']], ['afternoon', ['12:00', '17:29']], ['evening', ['17:30']]]);
    expect(of('19:00')).toEqual([['evening', ['19:00']]]);
    expect(of()).toEqual([]);
  });

  it('are named by day, part and time to who cannot see how they stand', () => {
    const offered = { date: '2026-11-24', slots: [slot('2026-11-24', '09:00'), slot('2026-11-24', '19:20')] };
    const html = drawn(<Times offered={offered} start={offered.slots[1]!.start} onChoose={() => undefined} />);
    expect(text(html)).toBe('|dinsdag 24 november|Voormiddag|09.00| uur|Avond|19.20| uur|');
    expect(html.match(/<legend><h\d/g)).toEqual(['<legend><h2', '<legend><h3', '<legend><h3']);
    expect(html.match(/<input[^>]*checked[^>]*>/g)).toEqual([expect.stringContaining('T19:20')]);
  });

  it('have no word after the time where there is none', () =>
    expect(text(drawn(<Times offered={{ date: '2026-11-24', slots: [slot('2026-11-24', '09:00')] }} start="" onChoose={() => undefined} />, 'en'))).toContain('|09:00|'));
});

describe('the days', () => {
  const days = ['2026-11-30', '2026-12-01'].map((date) => ({ date, slots: [slot(date, '09:00')] }));

  it('are leaves of a calendar to see, and whole dates to hear; one is open', () => {
    const html = drawn(<Days days={days} open="2026-12-01" onOpen={() => undefined} />);
    expect(text(html)).toBe('|Kies een dag|maandag 30 november|ma|30|nov|dinsdag 1 december|di|1|dec|');
    expect(html.match(/<input[^>]*checked[^>]*>/g)).toEqual([expect.stringContaining('2026-12-01')]);
  });
});

describe('what went wrong', () => {
  const trouble = (problem: string | null, error: ApiError | null) => <Trouble problem={problem} error={error} again={false} onRetry={() => undefined} />;

  it('is said aloud, also when nothing is left to choose', () => {
    const html = drawn(<NoneFree>{trouble(nl.errors['slot.taken']!, null)}</NoneFree>);
    expect(text(html)).toBe(`|${nl.errors['slot.taken']}|${nl.slots.none}|`);
    expect(html.match(/role="[^"]*"/g)).toEqual(['role="alert"', 'role="status"']);
  });

  it('is asked anew by a button, unless it comes by itself', () => {
    for (const status of [0, 429, 502, 503]) expect(drawn(trouble(null, new ApiError(status, []))), `${status}`).not.toContain(nl.common.retry);
    for (const status of [400, 403, 404, 500]) expect(drawn(trouble(null, new ApiError(status, []))), `${status}`).toContain(nl.common.retry);
  });

  it('with the choice does not hide that the moments did not come', () => {
    const html = text(drawn(trouble(nl.slots.choose, new ApiError(500, []))));
    expect(html).toContain(nl.slots.choose);
    expect(html).toContain(nl.common.retry);
  });
});

describe('the button of the moments', () => {
  const choose = (start: string, problem: string | null = null) => text(drawn(<Choose start={start} trying={false} busy={false}>{problem}</Choose>));

  it('has beside it which moment it takes', () => expect(choose('2026-11-24T18:20:00Z')).toBe('|Jouw moment: dinsdag 24 november, 19.20 uur|Kies dit moment|'));
  it('has beside it what a choice means before there is one', () => expect(choose('')).toBe(`|${nl.slots.keep}|${nl.slots.submit}|`));
  it('has beside it what went wrong', () => expect(choose('', nl.slots.choose)).toBe(`|${nl.slots.choose}|${nl.slots.keep}|${nl.slots.submit}|`));
});
