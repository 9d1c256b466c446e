/** Dates and numbers as people here write them; the municipality's wall time, whatever the visitor's own zone. */

const zone = 'Europe/Brussels';
const locales: Record<string, string> = { nl: 'nl-BE', en: 'en-BE', fr: 'fr-BE', de: 'de-BE' };
const locale = (language: string): string => locales[language] ?? 'nl-BE';

const cache = new Map<string, Intl.DateTimeFormat>();
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = cache.get(key);
  if (!found) cache.set(key, (found = new Intl.DateTimeFormat(locale(language), { timeZone: zone, ...options })));
  return found;
}

/** "19.20 uur" in Dutch, "19:20" elsewhere. */
export function time(at: string | Date, language: string): string {
  const parts = format(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return language === 'nl' ? `${of('hour')}.${of('minute')} uur` : `${of('hour')}:${of('minute')}`;
}

/** "19:20", for tables. */
export function clock(at: string | Date): string {
  return format('nl', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** "19:20", or "do 26/11 19:20" when it is another day than the given ISO date. */
export function clockOn(at: string, isoDay: string): string {
  const instant = new Date(at);
  if (isoDate(instant) === isoDay) return clock(at);
  return `${format('nl', { weekday: 'short', day: 'numeric', month: 'numeric' }).format(instant)} ${clock(at)}`;
}

/** "dinsdag 24 november". Takes an instant, or an ISO date. */
export function day(at: string | Date, language: string): string {
  const instant = typeof at === 'string' && at.length === 10 ? new Date(`${at}T12:00:00Z`) : new Date(at);
  return format(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(instant);
}

/** An ISO date as it stands on a leaf of a calendar: "di", "24", "nov". */
export function shortDay(isoDay: string, language: string): { weekday: string; day: string; month: string } {
  const parts = format(language, { weekday: 'short', day: 'numeric', month: 'short' }).formatToParts(new Date(`${isoDay}T12:00:00Z`));
  const of = (type: string) => parts.find((p) => p.type === type)?.value.replace('.', '') ?? '';
  return { weekday: of('weekday'), day: of('day'), month: of('month') };
}

/** "dinsdag 24 november, 19.20 uur". */
export const moment = (at: string | Date, language: string): string => `${day(at, language)}, ${time(at, language)}`;

/** ISO date of an instant in the municipality's zone. */
export function isoDate(at: Date): string {
  const parts = format('en', { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}`;
}

export function addDays(isoDay: string, days: number): string {
  const at = new Date(`${isoDay}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

export function number(value: number, language: string, decimals = 1): string {
  return new Intl.NumberFormat(locale(language), { maximumFractionDigits: decimals }).format(value);
}

/** "4:07", or "1:04:07" above the hour; never negative. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** "1,4 MB" */
export function size(bytes: number, language: string): string {
  if (bytes < 1_000_000) return `${number(Math.max(1, bytes / 1000), language, 0)} kB`;
  return `${number(bytes / 1_000_000, language)} MB`;
}
