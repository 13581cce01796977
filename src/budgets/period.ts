/** How long a budget lasts before it starts anew. Aligned with the calendar of the budget's own time zone. */
export const periods = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR', 'TOTAL'] as const;
export type Period = (typeof periods)[number];

/** Unix ms; `endMs` is the first moment of the next one, null when there is none. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The period that `nowMs` lies in. Days, weeks (from Monday), months and longer begin at the first moment of a local
 * day, so they last an hour more or less when the zone changes its clocks; hours are real hours.
 * @param timezone IANA name, see `isTimezone`
 */
export function periodAt(period: Period, timezone: string, nowMs: number): Span {
  if (period === 'TOTAL') return { startMs: 0, endMs: null };
  if (period === 'HOUR') {
    const offset = offsetAt(timezone, nowMs);
    const startMs = Math.floor((nowMs + offset) / HOUR_MS) * HOUR_MS - offset;
    return { startMs, endMs: startMs + HOUR_MS };
  }
  const [year, month, day] = localDate(timezone, nowMs);
  switch (period) {
    case 'DAY':
      return span(timezone, [year, month, day], [year, month, day + 1]);
    case 'WEEK': {
      const sinceMonday = (new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7;
      return span(timezone, [year, month, day - sinceMonday], [year, month, day - sinceMonday + 7]);
    }
    case 'MONTH':
      return span(timezone, [year, month, 1], [year, month + 1, 1]);
    case 'QUARTER': {
      const first = month - (month % 3);
      return span(timezone, [year, first, 1], [year, first + 3, 1]);
    }
    case 'YEAR':
      return span(timezone, [year, 0, 1], [year + 1, 0, 1]);
  }
}

export function isTimezone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Year, month from 0, day; months and days may lie outside their range, as `Date.UTC` has it. */
type LocalDate = readonly [year: number, month: number, day: number];

function span(timezone: string, from: LocalDate, to: LocalDate): Span {
  return { startMs: firstMomentOf(timezone, from), endMs: firstMomentOf(timezone, to) };
}

/**
 * Midnight, or where clocks leap over midnight, the moment after the leap; of a midnight that comes twice, the first.
 * The offsets of a day before and after cover every change that can concern it.
 */
function firstMomentOf(timezone: string, [year, month, day]: LocalDate): number {
  const utc = Date.UTC(year, month, day);
  const guesses = [utc - DAY_MS, utc + DAY_MS].map((moment) => utc - offsetAt(timezone, moment));
  const within = guesses.filter((moment) => moment + offsetAt(timezone, moment) >= utc);
  return Math.min(...(within.length > 0 ? within : guesses));
}

/** What to add to UTC to get the zone's local time, in ms. */
function offsetAt(timezone: string, moment: number): number {
  const whole = Math.floor(moment / 1000) * 1000;
  const [year, month, day, hour, minute, second] = localParts(timezone, whole);
  return Date.UTC(year, month, day, hour, minute, second) - whole;
}

function localDate(timezone: string, moment: number): LocalDate {
  const [year, month, day] = localParts(timezone, moment);
  return [year, month, day];
}

function localParts(timezone: string, moment: number): [number, number, number, number, number, number] {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timezone).formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return [year, month - 1, day, hour, minute, second];
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** There are some 600 zones, and only names that exist are kept. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}
