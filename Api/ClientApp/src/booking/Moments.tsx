import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { SlotDay, SlotOffer } from '../platform/shapes';
import { addDays, day, isoDate, moment, shortDay, time } from '../platform/dates';
import type { ApiError } from '../platform/http';
import { passesLater } from '../platform/http';
import { sentence, useWords } from '../platform/i18n';
import { Alert, Button, Refused } from '../platform/ui';
import { byPart, span } from './offer';

/** The days of a week on which something is free, in a row; one is open. */
export function Days({ days, open, onOpen }: { days: SlotDay[]; open?: string; onOpen: (date: string) => void }) {
  const { t, language } = useWords();
  return (
    <fieldset className="plain">
      <legend><h2 className="utrecht-heading-3">{t.slots.day}</h2></legend>
      <div className="row-of-days">
        {days.map((d) => {
          const short = shortDay(d.date, language);
          return (
            <label key={d.date} className="choice">
              <input type="radio" name="day" value={d.date} checked={d.date === open} onChange={() => onOpen(d.date)} className="visually-hidden" />
              <span className="choice__face">
                <span className="visually-hidden">{day(d.date, language)}</span>
                <span aria-hidden="true">{short.weekday}</span>
                <strong aria-hidden="true">{short.day}</strong>
                <span aria-hidden="true">{short.month}</span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

/** Nothing is free in these days, or nothing any longer: why stands first. The button of the moments went with the last of them; its focus comes here. */
export function NoneFree({ children }: { children?: ReactNode }) {
  const { t } = useWords();
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) here.current?.focus();
  }, []);
  return (
    <div ref={here} tabIndex={-1}>
      {children}
      <Alert live><p>{t.slots.none}</p></Alert>
    </div>
  );
}

/** What is free on one day, by part of the day. */
export function Times({ offered, start, onChoose }: { offered: SlotDay; start: string; onChoose: (start: string) => void }) {
  const { t, language } = useWords();
  return (
    <fieldset className="plain">
      <legend><h2 className="utrecht-heading-3 sentence">{day(offered.date, language)}</h2></legend>
      {byPart(offered.slots).map(([part, slots]) => (
        <fieldset key={part} className="plain">
          <legend><h3 className="utrecht-heading-4">{t.slots.parts[part]}</h3></legend>
          <div className="times">
            {slots.map((slot) => {
              const [clock, unit] = time(slot.start, language).split(' ');
              return (
                <label key={slot.start} className="choice">
                  <input type="radio" name="start" value={slot.start} checked={start === slot.start} onChange={() => onChoose(slot.start)} className="visually-hidden" />
                  <span className="choice__face">{clock}{unit && <span className="visually-hidden"> {unit}</span>}</span>
                </label>
              );
            })}
          </div>
        </fieldset>
      ))}
    </fieldset>
  );
}

/** What went wrong with the choice, or with asking anew what is free: that comes by itself where it can, else by a button. */
export function Trouble({ problem, error, again, onRetry }: { problem: string | null; error: ApiError | null; again: boolean; onRetry: () => void }) {
  const { t } = useWords();
  const said = problem ?? (error && passesLater(error) ? sentence(error, t) : null);
  return (
    <>
      {said && <Alert kind="error" live><p>{said}</p></Alert>}
      {error && !passesLater(error) && <Refused error={error} onRetry={onRetry} busy={again} />}
    </>
  );
}

/** The button with the moment that it takes, and what went wrong: together, where one looks after pressing it. */
export function Choose({ start, trying, busy, children }: { start: string; trying: boolean; busy: boolean; children?: ReactNode }) {
  const { t, language } = useWords();
  return (
    <div className="choose">
      {children}
      {trying && <Alert kind="warning" live><p>{t.trouble.again}</p></Alert>}
      <p className={start ? undefined : 'muted'}>{start ? t.details.held(moment(start, language)) : t.slots.keep}</p>
      <Button type="submit" busy={busy}>
        {t.slots.submit}
      </Button>
    </div>
  );
}

/** To the days before and after, or to the first on which something is free. */
export function Pager({ offer, from, onMove }: { offer: SlotOffer; from: string; onMove: (to: string) => void }) {
  const { t, language } = useWords();
  const later = addDays(from, span);
  const today = isoDate(new Date());
  const before = addDays(from, -span);
  return (
    <div className="pager">
      {from > today && (
        <Button kind="secondary" onClick={() => onMove(before < today ? today : before)}>
          {t.slots.earlier}
        </Button>
      )}
      {!offer.days.length && offer.nextDay ? (
        <Button kind="secondary" onClick={() => onMove(offer.nextDay!)}>
          {t.slots.firstFree(day(offer.nextDay, language))}
        </Button>
      ) : (
        later <= offer.lastDay && (
          <Button kind="secondary" onClick={() => onMove(later)}>
            {t.slots.later}
          </Button>
        )
      )}
    </div>
  );
}
