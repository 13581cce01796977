import type { NewAlert } from '../core/alert.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import type { Transaction } from '../platform/database/database.ts';

interface Row {
  readonly accountId: string;
  readonly organizationId: string;
  readonly subject: string;
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly limitNanos: string;
  readonly postedNanos: string;
  readonly budgetId: string;
  readonly name: string;
  readonly scopeKind: ScopeKind;
  readonly scopeRef: string;
}

/** Before this share of its period has passed, a budget's rate says nothing yet: a busy first minute is no trend. */
export const LEAST_SHARE = 0.05;
const MOST = 1000;

/** Of an account `a` at $1: how much of its period has passed, and how long it is. */
export const PACE = `LATERAL (SELECT extract(epoch FROM $1::timestamptz - a.period_start) AS past,
                       extract(epoch FROM a.period_end - a.period_start) AS whole) AS seconds`;
/** Whether it will be used up before its period ends; $2 is LEAST_SHARE. Never of a period without an end. */
export const OUTPACED = `(a.period_end > $1 AND seconds.past >= seconds.whole * $2::numeric
         AND a.posted_nanos * seconds.whole > a.limit_nanos * seconds.past)`;

/**
 * Budgets that will be used up before their period ends if spending goes on at the rate it had in the period so far.
 * Those without an end are left out, and those that are used up already: that is a threshold's business. The key of an
 * alert lets it be raised once per period, however often it is found.
 */
export async function runningOut(tx: Pick<Transaction, 'query'>, nowMs: number): Promise<NewAlert[]> {
  const rows = await tx.query<Row>(
    `SELECT a.id AS "accountId", a.organization_id AS "organizationId", a.subject, a.period_start AS "periodStart",
            a.period_end AS "periodEnd", a.limit_nanos AS "limitNanos", a.posted_nanos AS "postedNanos",
            b.id AS "budgetId", b.name, b.scope_kind AS "scopeKind", b.scope_ref AS "scopeRef"
     FROM budget_account a JOIN budget b ON b.id = a.budget_id, ${PACE}
     WHERE a.period_start < $1 AND a.posted_nanos < a.limit_nanos AND ${OUTPACED}
     ORDER BY a.id LIMIT ${MOST}`,
    [new Date(nowMs), LEAST_SHARE],
  );
  return rows.map((row) => alertOf(row, nowMs));
}

function alertOf(row: Row, nowMs: number): NewAlert {
  const { accountId, organizationId, subject, periodStart, periodEnd, budgetId, name, scopeKind, scopeRef } = row;
  const [limit, posted] = [BigInt(row.limitNanos), BigInt(row.postedNanos)];
  const exhaustedAt = new Date(exhaustion(periodStart.getTime(), nowMs, posted, limit)).toISOString();
  return {
    organizationId,
    kind: 'BUDGET',
    key: `budget:${accountId}:forecast`,
    severity: 'WARNING',
    title: `Budget '${name}' will not last its period${subject === '' ? '' : ` for ${subject}`}`,
    message:
      `$${usdFromNanos(posted)} of $${usdFromNanos(limit)} are spent. At this rate it is used up at ${exhaustedAt}; ` +
      `it starts anew at ${periodEnd.toISOString()}.`,
    scope: { kind: scopeKind, reference: subject || scopeRef || null },
    facts: {
      budgetId,
      subject: subject === '' ? null : subject,
      exhaustedAt,
      spentNanos: String(posted),
      limitNanos: String(limit),
      periodStart: periodStart.toISOString(),
      resetsAt: periodEnd.toISOString(),
    },
  };
}

/** Unix ms at which all is spent if it goes on as it did from `startMs` to `nowMs`. */
function exhaustion(startMs: number, nowMs: number, posted: Nanos, limit: Nanos): number {
  return startMs + Number((BigInt(nowMs - startMs) * limit) / posted);
}
