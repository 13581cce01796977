import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { leaf } from './leaf.ts';

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

export interface TimeOfDay {
  /** IANA, e.g. Europe/Berlin. */
  readonly timezone: string;
  /** HH:MM on the wall there. From later than to: over midnight, counted to the day on which it began. */
  readonly from: string;
  readonly to: string;
  /** Absent: every day. */
  readonly days?: readonly Weekday[];
}

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM, e.g. 09:30');

export const timeOfDay = leaf<TimeOfDay>({
  schema: z
    .strictObject({
      timezone: z.string().refine(isTimezone, 'a time zone has an IANA name, e.g. Europe/Berlin'),
      from: wallTime,
      to: wallTime,
      days: z.array(z.enum(weekdays)).min(1).nullish(),
    })
    .refine(({ from, to }) => from !== to, 'from and to are the same: no time is in between')
    .transform(({ days, ...rest }): TimeOfDay => ({ ...rest, ...(days && { days }) })),
  holds({ timezone, from, to, days }, { at }) {
    const { time, day } = wallClock(timezone, at);
    const began = from < to || time >= from ? day : (day + 6) % 7;
    const within = from < to ? time >= from && time < to : time >= from || time < to;
    return within && (days?.includes(weekdays[began]!) ?? true);
  },
  summary: ({ timezone, from, to, days }) => `${from} to ${to} in ${timezone}${days ? ` on ${days.join(', ')}` : ''}`,
  actual({ timezone }, { at }) {
    const { time, day } = wallClock(timezone, at);
    return `${weekdays[day]} ${time}`;
  },
});

interface WallClock {
  readonly time: string;
  /** 0 = Monday */
  readonly day: number;
}

/** Formatting a date costs some 5 µs, and offsets change on whole minutes only. */
const minutes = new LRUCache<string, WallClock>({ max: 200 });
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 100 });

function wallClock(timezone: string, at: number): WallClock {
  const minute = Math.floor(at / 60_000);
  const key = `${timezone} ${minute}`;
  const known = minutes.get(key);
  if (known) return known;
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timezone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(minute * 60_000).map(({ type, value }) => [type, value]));
  const day = weekdays.indexOf(parts.weekday!.toUpperCase() as Weekday);
  const wall = { time: `${parts.hour}:${parts.minute}`, day };
  minutes.set(key, wall);
  return wall;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return name.length <= 60;
  } catch {
    return false;
  }
}
