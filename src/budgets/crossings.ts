import type { NewAlert, Severity } from '../core/alert.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import type { Database } from '../platform/database/database.ts';

/**
 * Thresholds that spending has come to. The statement that posts, or that lowers a limit, notes them under the
 * account's lock: once per account (so once per period) and threshold, whichever instance it runs on. Whoever finds a
 * note that is not told yet raises the alert and says so; an alert's key lets two of them raise only one.
 */

/** Follows a `moved` with `id, budget_id, limit_nanos, posted_nanos` as the statement leaves them. */
export const CROSSED = `
, crossed AS (
  INSERT INTO budget_crossing (account_id, threshold_percent, at, posted_nanos, limit_nanos, told)
  SELECT moved.id, threshold.percent, clock_timestamp(), moved.posted_nanos, moved.limit_nanos, false
  FROM moved JOIN budget b ON b.id = moved.budget_id CROSS JOIN unnest(b.thresholds_percent) AS threshold (percent)
  WHERE moved.posted_nanos > 0 AND moved.posted_nanos::numeric * 100 >= moved.limit_nanos * threshold.percent::numeric
  ON CONFLICT (account_id, threshold_percent) DO NOTHING
  RETURNING account_id
)`;

/** Raises alerts for what has been crossed and not told, by whomever. */
export interface Teller {
  /** Looks in the background, soon. Never throws: what fails is tried with the next look. */
  tell(): void;
  /** Resolves when nothing is being told any more. */
  close(): Promise<void>;
}

export function createTeller(
  database: Pick<Database, 'query'>,
  raise: (alert: NewAlert) => Promise<boolean>,
  { log }: Pick<Runtime, 'log'>,
): Teller {
  let looking: Promise<void> | null = null;
  let again = false;

  const look = async () => {
    do {
      again = false;
      try {
        for (const crossing of await untold(database)) {
          await raise(alertOf(crossing));
          await database.query(
            'UPDATE budget_crossing SET told = true WHERE account_id = $1 AND threshold_percent = $2',
            [crossing.accountId, crossing.thresholdPercent],
          );
        }
      } catch (error) {
        log.warn({ err: error }, 'alerts of budgets could not be raised now; they are kept');
      }
    } while (again);
    looking = null;
  };
  return {
    tell() {
      again = true;
      looking ??= look();
    },
    close: async () => void (await looking),
  };
}

interface Crossing {
  readonly accountId: string;
  readonly thresholdPercent: number;
  readonly postedNanos: Nanos;
  readonly limitNanos: Nanos;
  readonly organizationId: string;
  readonly subject: string;
  readonly periodStart: Date;
  readonly periodEnd: Date | null;
  readonly budgetId: string;
  readonly name: string;
  readonly scopeKind: ScopeKind;
  readonly scopeRef: string;
  readonly onExceed: string;
}

const MOST = 100;

async function untold(database: Pick<Database, 'query'>): Promise<Crossing[]> {
  type Row = Omit<Crossing, 'postedNanos' | 'limitNanos'> & { postedNanos: string; limitNanos: string };
  const rows = await database.query<Row>(
    `SELECT c.account_id AS "accountId", c.threshold_percent AS "thresholdPercent", c.posted_nanos AS "postedNanos",
            c.limit_nanos AS "limitNanos", a.organization_id AS "organizationId", a.subject,
            a.period_start AS "periodStart", a.period_end AS "periodEnd", b.id AS "budgetId", b.name,
            b.scope_kind AS "scopeKind", b.scope_ref AS "scopeRef", b.on_exceed AS "onExceed"
     FROM budget_crossing c JOIN budget_account a ON a.id = c.account_id JOIN budget b ON b.id = a.budget_id
     WHERE NOT c.told ORDER BY c.at, c.account_id, c.threshold_percent LIMIT ${MOST}`,
  );
  return rows.map((row) => ({
    ...row,
    postedNanos: BigInt(row.postedNanos),
    limitNanos: BigInt(row.limitNanos),
  }));
}

function alertOf(crossing: Crossing): NewAlert {
  const { accountId, thresholdPercent, postedNanos, limitNanos, name, subject, budgetId, onExceed } = crossing;
  const whose = subject === '' ? '' : ` for ${subject}`;
  const until = crossing.periodEnd ? ` It starts anew at ${crossing.periodEnd.toISOString()}.` : '';
  const then = thresholdPercent >= 100 && onExceed === 'BLOCK' ? ' Calls that it pays for are refused.' : '';
  return {
    organizationId: crossing.organizationId,
    kind: 'BUDGET',
    key: `budget:${accountId}:${thresholdPercent}`,
    severity: severityOf(thresholdPercent),
    title: `Budget '${name}' has come to ${thresholdPercent} %${whose}`,
    message: `$${usdFromNanos(postedNanos)} of $${usdFromNanos(limitNanos)} are spent.${then}${until}`,
    scope: { kind: crossing.scopeKind, reference: subject || crossing.scopeRef || null },
    facts: {
      budgetId,
      subject: subject === '' ? null : subject,
      thresholdPercent,
      spentNanos: String(postedNanos),
      limitNanos: String(limitNanos),
      periodStart: crossing.periodStart.toISOString(),
      resetsAt: crossing.periodEnd?.toISOString() ?? null,
    },
  };
}

function severityOf(thresholdPercent: number): Severity {
  if (thresholdPercent >= 100) return 'CRITICAL';
  return thresholdPercent >= 80 ? 'WARNING' : 'INFO';
}
