import type { Nanos } from '../core/money.ts';
import type { Database } from '../platform/database/database.ts';
import { accountOf, type BudgetRow } from './book.ts';

/** WARNING from the first threshold on, EXCEEDED when nothing is left; BLOCKING when that also refuses calls. */
export type BudgetState = 'OK' | 'WARNING' | 'EXCEEDED' | 'BLOCKING';

export interface BudgetStatus {
  /** The budget's limit and this period's top-ups. */
  readonly limitNanos: Nanos;
  readonly spentNanos: Nanos;
  readonly reservedNanos: Nanos;
  /** The part of what is spent that was billed beyond what had been held for it. */
  readonly overrunNanos: Nanos;
  /** What new calls can have; never below zero. */
  readonly remainingNanos: Nanos;
  readonly usedPercent: number;
  readonly state: BudgetState;
  readonly periodStart: number;
  readonly resetsAt: number | null;
  readonly burnPerHourNanos: Nanos;
  /** Spent by the end of the period if it goes on like this; null for a period without an end. */
  readonly forecastNanos: Nanos | null;
  /** When it will be used up at this rate, if that is before the period's end. */
  readonly exhaustedAt: number | null;
}

const HOUR_MS = 3_600_000;

export async function statusOf(
  database: Database,
  budget: BudgetRow,
  subject: string,
  nowMs: number,
): Promise<BudgetStatus> {
  const { id, span } = accountOf(budget, subject, nowMs);
  const [row] = await database.query<{
    limit: string;
    posted: string;
    reserved: string;
    overrun: string;
    burned: string;
  }>(
    `SELECT limit_nanos AS limit, posted_nanos AS posted, reserved_nanos AS reserved, overrun_nanos AS overrun,
            (SELECT coalesce(sum(posted_nanos), 0) FROM ledger_entry e WHERE e.account_id = a.id AND e.at > $2) AS burned
     FROM budget_account a WHERE id = $1`,
    [id, new Date(nowMs - HOUR_MS)],
  );
  const limitNanos = row ? BigInt(row.limit) : budget.limitNanos;
  const spentNanos = BigInt(row?.posted ?? 0);
  const reservedNanos = BigInt(row?.reserved ?? 0);
  const free = limitNanos - spentNanos - reservedNanos;
  const usedPercent = percentOf(spentNanos, limitNanos);
  const burnPerHourNanos = burnOf(BigInt(row?.burned ?? 0), nowMs - span.startMs);
  return {
    limitNanos,
    spentNanos,
    reservedNanos,
    overrunNanos: BigInt(row?.overrun ?? 0),
    remainingNanos: free > 0n ? free : 0n,
    usedPercent,
    state: stateOf(budget, usedPercent),
    periodStart: span.startMs,
    resetsAt: span.endMs,
    burnPerHourNanos,
    forecastNanos: span.endMs === null ? null : spentNanos + forHours(burnPerHourNanos, span.endMs - nowMs),
    exhaustedAt: exhaustionOf(limitNanos - spentNanos, burnPerHourNanos, nowMs, span.endMs),
  };
}

function stateOf({ onExceed, thresholdsPercent }: BudgetRow, usedPercent: number): BudgetState {
  if (usedPercent >= 100) return onExceed === 'BLOCK' ? 'BLOCKING' : 'EXCEEDED';
  return usedPercent >= Math.min(...thresholdsPercent, 100) ? 'WARNING' : 'OK';
}

/** Two decimals. A budget of nothing is always used up. */
export function percentOf(part: Nanos, whole: Nanos): number {
  return whole <= 0n ? 100 : Number((part * 10_000n) / whole) / 100;
}

/** The last hour's spending; in a period's first hour, what it comes to in an hour, from the first minute on. */
function burnOf(burned: Nanos, ageMs: number): Nanos {
  const minutes = BigInt(Math.max(1, Math.ceil(Math.min(HOUR_MS, ageMs) / 60_000)));
  return (burned * 60n) / minutes;
}

function forHours(perHour: Nanos, ms: number): Nanos {
  return (perHour * BigInt(Math.max(0, Math.round(ms)))) / BigInt(HOUR_MS);
}

function exhaustionOf(left: Nanos, perHour: Nanos, nowMs: number, endMs: number | null): number | null {
  if (left <= 0n) return nowMs;
  if (perHour === 0n) return null;
  const at = nowMs + Number((left * BigInt(HOUR_MS)) / perHour);
  return at < (endMs ?? Number.MAX_SAFE_INTEGER) && at < 8.64e15 ? at : null;
}
