import { ValidationProblem } from '../core/problem.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The least time from the start of a bucket to the next one's; changes of the clocks make none shorter than this. */
const shortestMs = {
  MINUTE: MINUTE_MS,
  HOUR: 60 * MINUTE_MS,
  DAY: 23 * 60 * MINUTE_MS,
  WEEK: 7 * DAY_MS - 60 * MINUTE_MS,
  MONTH: 28 * DAY_MS - 60 * MINUTE_MS,
} as const;

/** Hours and less follow the clock, days and more the calendar of a time zone; weeks begin on Monday. */
export type TimeBucket = keyof typeof shortestMs;

export const timeBuckets = Object.keys(shortestMs) as TimeBucket[];

/** How many buckets a range can touch. */
export function bucketCount(bucket: TimeBucket, range: { readonly from: Date; readonly to: Date }): number {
  return Math.ceil((range.to.getTime() - range.from.getTime()) / shortestMs[bucket]) + 1;
}

/** @throws ValidationProblem unless it is a name of the IANA database; PostgreSQL reads offsets with the sign turned. */
export function checkTimezone(timezone: string): void {
  if (/^[A-Za-z]/.test(timezone) && isKnown(timezone)) return;
  throw ValidationProblem.at(
    'timezone',
    'TIMEZONE_UNKNOWN',
    `There is no time zone '${timezone}'. Use a name like UTC or Europe/Berlin.`,
  );
}

function isKnown(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: timezone }));
  } catch {
    return false;
  }
}
