import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt } from '../core/change.ts';
import { encodeJson } from '../core/json.ts';
import { type Cost, costOf, type Nanos } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { type ChargedAttempt, type ChargedCall, callsIn, correct, type Span } from './history.ts';
import type { PricesAt } from './prices.ts';

/** What past calls would have cost by the prices as they are known now. */
export interface Rerated extends Difference {
  /** Names the correction in the history of adjustments; null for a dry run. */
  readonly id: string | null;
  readonly calls: number;
  /** Calls of which at least one attempt costs something else. */
  readonly changed: number;
  /** Attempts that were left as they are, because nobody knows their model or its price any more. */
  readonly skipped: number;
  /** Where it differs, by day and model. */
  readonly rows: readonly RerateRow[];
  /** Null for a dry run. */
  readonly change: ChangeReceipt | null;
}

export interface RerateRow extends Difference {
  /** 2026-11-23, UTC. */
  readonly day: string;
  /** `provider/model` */
  readonly model: string;
  readonly attempts: number;
}

export interface Difference {
  readonly beforeNanos: Nanos;
  readonly afterNanos: Nanos;
}

/** Calls in one transaction: few enough for others to get their turn, and for 15 s. */
const BATCH = 200;

interface Needs {
  readonly database: Database;
  readonly changes: Changes;
  readonly runtime: Runtime;
}

/**
 * Prices past calls again; see the door. The correction is announced, with its audit event, before anything is
 * written. Each batch is one transaction: its calls are locked, priced, noted as adjustments and corrected, or none of
 * it. Broken off in the middle, what is corrected stays corrected, and the same again does the rest.
 */
export function rerate({ database, changes, runtime }: Needs) {
  const { clock, ids } = runtime;

  return async (caller: Caller, span: Span, dryRun: boolean, prices: PricesAt): Promise<Rerated> => {
    const { organizationId } = caller;
    const tally = startTally();
    if (dryRun) {
      await inBatches(
        (after) => callsIn(database, organizationId, span, after, BATCH, false),
        (calls) => tally.see(calls, prices),
      );
      return { id: null, change: null, ...tally.sums() };
    }

    const id = ids.next('rer');
    const change = await changes.make(`costs:${organizationId}`, async (tx) => {
      await tx.query(
        `INSERT INTO cost_rerate (id, organization_id, range_from, range_to, started_by, started_at)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, organizationId, span.from, span.to, caller.apiKeyId, new Date(clock.now())],
      );
      const range = { from: span.from.toISOString(), to: span.to.toISOString() };
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'usage.rerate',
        resourceType: 'CostRerate',
        resourceId: id,
        diff: [{ path: ['range'], op: 'ADD', before: null, after: range, masked: false }],
      };
    });
    await inBatches((after) =>
      database.transaction(async (tx) => {
        const calls = await callsIn(tx, organizationId, span, after, BATCH, true);
        const changed = tally.see(calls, prices);
        if (changed.length > 0) {
          await note(tx, organizationId, id, changed);
          await correct(tx, organizationId, changed.map(corrected));
        }
        return calls;
      }),
    );
    await database.query('UPDATE cost_rerate SET finished_at = $2 WHERE id = $1', [id, new Date(clock.now())]);
    return { id, change, ...tally.sums() };
  };
}

/** Page after page, until there is none left. */
async function inBatches(
  next: (after: ChargedCall | null) => Promise<readonly ChargedCall[]>,
  see: (calls: readonly ChargedCall[]) => void = () => {},
): Promise<void> {
  let after: ChargedCall | null = null;
  for (;;) {
    const calls = await next(after);
    see(calls);
    if (calls.length < BATCH) return;
    after = calls.at(-1)!;
  }
}

/** An attempt with what it costs by the prices of now; the same cost when there is no difference. */
interface Repriced extends ChargedAttempt {
  readonly after: Cost;
}

interface RepricedCall extends ChargedCall {
  readonly attempts: readonly Repriced[];
}

/** Adds up what changes while pages go by. */
function startTally() {
  const rows = new Map<string, { day: string; model: string; attempts: number } & Record<keyof Difference, Nanos>>();
  const sums = { calls: 0, changed: 0, skipped: 0, beforeNanos: 0n, afterNanos: 0n };

  const count = ({ model, startedAt, cost, after }: Repriced) => {
    sums.beforeNanos += cost.totalNanos;
    sums.afterNanos += after.totalNanos;
    if (after === cost) return;
    const day = startedAt.toISOString().slice(0, 10);
    const row = rows.get(`${day} ${model}`) ?? { day, model, attempts: 0, beforeNanos: 0n, afterNanos: 0n };
    row.attempts++;
    row.beforeNanos += cost.totalNanos;
    row.afterNanos += after.totalNanos;
    rows.set(`${day} ${model}`, row);
  };

  return {
    /** @returns the calls that cost something else now */
    see(calls: readonly ChargedCall[], prices: PricesAt): RepricedCall[] {
      sums.calls += calls.length;
      const repriced = calls.map((call) => ({ ...call, attempts: call.attempts.map((one) => reprice(one, prices)) }));
      for (const { attempts } of repriced) for (const one of attempts) count(one);
      sums.skipped += repriced.flatMap(({ attempts }) => attempts).filter((one) => isUnknown(one, prices)).length;
      const changed = repriced.filter(({ attempts }) => attempts.some(({ cost, after }) => cost !== after));
      sums.changed += changed.length;
      return changed;
    },
    sums: () => ({
      ...sums,
      rows: [...rows.values()].sort((a, b) => (`${a.day} ${a.model}` < `${b.day} ${b.model}` ? -1 : 1)),
    }),
  };
}

function reprice(attempt: ChargedAttempt, prices: PricesAt): Repriced {
  const { model, startedAt, usage, cost } = attempt;
  const sheet = prices.sheetAt(model, startedAt.getTime());
  // A price that nobody knows any more is no reason to forget what was charged.
  const after = sheet === null ? cost : costOf(usage, sheet);
  const same = after.totalNanos === cost.totalNanos && after.complete === cost.complete;
  return { ...attempt, after: same ? cost : after };
}

function isUnknown({ model, startedAt, usage }: ChargedAttempt, prices: PricesAt): boolean {
  return usage.source !== 'NONE' && prices.sheetAt(model, startedAt.getTime()) === null;
}

function corrected(call: RepricedCall): ChargedCall {
  return { ...call, attempts: call.attempts.map(({ after, ...attempt }) => ({ ...attempt, cost: after })) };
}

async function note(
  tx: Transaction,
  organizationId: string,
  rerateId: string,
  calls: readonly RepricedCall[],
): Promise<void> {
  const rows = calls.flatMap(({ id, attempts }) =>
    attempts
      .filter(({ cost, after }) => cost !== after)
      .map((attempt) => ({
        attempt_id: attempt.id,
        request_id: id,
        before_nanos: attempt.cost.totalNanos.toString(),
        after_nanos: attempt.after.totalNanos.toString(),
        before_lines: attempt.cost.lines,
      })),
  );
  await tx.query(
    `INSERT INTO cost_adjustment (rerate_id, organization_id, attempt_id, request_id, before_nanos, after_nanos, before_lines)
     SELECT $1, $2, attempt_id, request_id, before_nanos, after_nanos, before_lines
     FROM jsonb_to_recordset($3::jsonb) AS row
       (attempt_id text, request_id text, before_nanos bigint, after_nanos bigint, before_lines jsonb)`,
    [rerateId, organizationId, encodeJson(rows)],
  );
}
