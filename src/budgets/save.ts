import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey, idempotencyKeyNeeded } from '../core/plain-text.ts';
import { ConflictProblem, NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { scopeKinds } from '../core/scope-ref.ts';
import { type Changes, type Idempotency, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { accountOf, type BudgetRecord, type BudgetRow, budgetActions, budgetColumns, budgetOf } from './book.ts';
import { adjustLimits } from './ledger.ts';
import { isTimezone, periods } from './period.ts';
import { openAccounts } from './reserve.ts';

/** What people do with budgets. All of it is audited, all of it per organization. */
export interface ControlBudgets {
  /**
   * Makes a budget, or changes the one with `id`. A new limit holds at once, for the period that runs too; scope,
   * period and time zone stay, since the accounts are kept by them.
   * @throws ValidationProblem, NotFoundProblem, ConflictProblem, IdempotencyConflictProblem
   */
  save(caller: Caller, input: BudgetSaveInput): Promise<BudgetChange>;
  /** Adds to the running period only. @throws ValidationProblem, NotFoundProblem, IdempotencyConflictProblem */
  adjust(caller: Caller, input: BudgetAdjustInput): Promise<BudgetChange>;
  /** Calls under way are still settled; the ledger stays. @throws NotFoundProblem */
  delete(caller: Caller, id: string): Promise<BudgetChange>;
}

export interface BudgetChange {
  readonly budgetId: string;
  readonly change: ChangeReceipt;
}

const nanos = z.bigint().min(0n).max(1_000_000_000_000_000_000n);

const saveInput = z.object({
  id: z.string().nullish(),
  expectedRevision: z.int().nullish(),
  slug: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a slug is lower-case words joined by hyphens, e.g. team-monthly'),
  name: z.string().trim().min(1).max(100),
  scope: z.object({ kind: z.enum(scopeKinds), ref: z.string().max(300) }),
  limitNanos: nanos,
  period: z.enum(periods),
  timezone: z
    .string()
    .nullish()
    .transform((name) => name ?? 'UTC')
    .refine(isTimezone, 'a time zone is an IANA name, e.g. Europe/Berlin'),
  thresholdsPercent: z
    .array(z.number().positive().max(1_000))
    .max(20)
    .nullish()
    .transform((percents) => percents ?? [50, 80, 100]),
  onExceed: z
    .enum(budgetActions)
    .nullish()
    .transform((action) => action ?? 'BLOCK'),
  downgradeRoute: z.string().max(60).nullish(),
  idempotencyKey,
});

const adjustInput = z.object({
  budget: z.string(),
  /** Whose account, where the budget has one for each. */
  subject: z
    .string()
    .max(300)
    .nullish()
    .transform((subject) => subject ?? ''),
  addNanos: z.bigint().min(-1_000_000_000_000_000_000n).max(1_000_000_000_000_000_000n),
  reason: z.string().trim().min(1).max(500),
  idempotencyKey: idempotencyKeyNeeded,
});

export type BudgetSaveInput = z.input<typeof saveInput>;
export type BudgetAdjustInput = z.input<typeof adjustInput>;
type BudgetToSave = z.output<typeof saveInput>;

/** What snapshots of an organization's budgets are refreshed by. */
export function topicOf(organizationId: string): string {
  return `budgets:${organizationId}`;
}

/** @param onCrossing called after each change: a limit that was lowered may have come to a threshold */
export function controlBudgets(changes: Changes, runtime: Runtime, onCrossing: () => void): ControlBudgets {
  const { clock } = runtime;

  const change = async (
    caller: Caller,
    action: string,
    write: (tx: Transaction) => Promise<Written>,
    idempotency?: Idempotency,
  ): Promise<BudgetChange> => {
    const { organizationId } = caller;
    const made = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const { id, before, after, reason } = await write(tx);
        const diff = diffOf(before, after);
        return { organizationId, actor: actorOf(caller), action, resourceType: 'Budget', resourceId: id, reason, diff };
      },
      idempotency,
    );
    onCrossing();
    return { budgetId: made.resourceId, change: made };
  };

  return {
    async save(caller, input) {
      const wanted = parse(saveInput, input);
      refuseNonsense(wanted);
      const idempotency = idempotencyOf(caller, 'budgetSave', plain(wanted));
      return change(caller, 'budget.save', (tx) => write(tx, caller.organizationId, wanted, runtime), idempotency);
    },
    async adjust(caller, input) {
      const wanted = parse(adjustInput, input);
      const { budget: id, subject, addNanos, reason } = wanted;
      const add = async (tx: Transaction): Promise<Written> => {
        const budget = await existing(tx, caller.organizationId, id);
        const account = accountOf(budget, subject, clock.now());
        await openAccounts(tx, [account]);
        await adjustLimits(tx, new Map([[account.id, addNanos]]), reason);
        return { id, before: null, after: { addedToPeriod: usdFromNanos(addNanos), subject }, reason };
      };
      return change(caller, 'budget.adjust', add, idempotencyOf(caller, 'budgetAdjust', plain(wanted)));
    },
    delete: (caller, id) =>
      change(caller, 'budget.delete', async (tx) => {
        const budget = await existing(tx, caller.organizationId, id);
        await tx.query('DELETE FROM budget WHERE id = $1', [id]);
        return { id, before: contentOf(budget), after: null, reason: null };
      }),
  };
}

interface Written {
  readonly id: string;
  readonly before: Json;
  readonly after: Json;
  readonly reason: string | null;
}

/** As JSON can say it. */
function plain(input: BudgetToSave | z.output<typeof adjustInput>): object {
  const fields = Object.entries(input);
  return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]));
}

function refuseNonsense({ scope, onExceed, downgradeRoute }: BudgetToSave): void {
  if ((onExceed === 'DOWNGRADE') !== (downgradeRoute != null)) {
    const message = 'DOWNGRADE needs the slug of a cheaper route, and only DOWNGRADE takes one.';
    throw ValidationProblem.at('downgradeRoute', 'INVALID', message);
  }
  if ((scope.kind === 'ORGANIZATION') !== (scope.ref === '')) {
    throw ValidationProblem.at('scope', 'INVALID', 'A scope other than the organization names what it applies to.');
  }
}

async function existing(tx: Transaction, organizationId: string, id: string): Promise<BudgetRow> {
  const [row] = await tx.query<BudgetRecord>(
    `SELECT ${budgetColumns} FROM budget WHERE organization_id = $1 AND id = $2 FOR UPDATE`,
    [organizationId, id],
  );
  if (!row) throw new NotFoundProblem('Budget', id);
  return budgetOf(row);
}

async function write(
  tx: Transaction,
  organizationId: string,
  wanted: BudgetToSave,
  { clock, ids }: Runtime,
): Promise<Written> {
  const before = wanted.id ? await existing(tx, organizationId, wanted.id) : null;
  if (before) refuseMoves(before, wanted);
  await refuseTakenSlug(tx, organizationId, wanted);
  const { slug, name, scope, limitNanos, period, timezone, thresholdsPercent, onExceed } = wanted;
  const downgradeRoute = wanted.downgradeRoute ?? null;
  const id = before?.id ?? ids.next('bud');
  const revision = (before?.revision ?? 0) + 1;
  await tx.query(
    `INSERT INTO budget (id, organization_id, slug, name, scope_kind, scope_ref, limit_nanos, period, timezone,
       thresholds_percent, on_exceed, downgrade_route, revision, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
     ON CONFLICT (id) DO UPDATE SET slug = $3, name = $4, limit_nanos = $7, thresholds_percent = $10,
       on_exceed = $11, downgrade_route = $12, revision = $13, updated_at = $14`,
    [
      ...[id, organizationId, slug, name, scope.kind, scope.ref, String(limitNanos), period, timezone],
      ...[thresholdsPercent, onExceed, downgradeRoute, revision, new Date(clock.now())],
    ],
  );
  if (before && before.limitNanos !== limitNanos) {
    await moveLimits(tx, id, limitNanos - before.limitNanos, clock.now());
  }
  const after = { ...wanted, id, revision, downgradeRoute };
  return { id, before: before && contentOf(before), after: contentOf(after), reason: null };
}

/** Accounts of the running period have the limit written into them. */
async function moveLimits(tx: Transaction, budgetId: string, change: Nanos, nowMs: number): Promise<void> {
  const running = await tx.query<{ id: string }>(
    'SELECT id FROM budget_account WHERE budget_id = $1 AND (period_end IS NULL OR period_end > $2)',
    [budgetId, new Date(nowMs)],
  );
  await adjustLimits(tx, new Map(running.map(({ id }) => [id, change])), 'the limit of the budget was changed');
}

function refuseMoves(before: BudgetRow, wanted: BudgetToSave): void {
  if (typeof wanted.expectedRevision === 'number' && wanted.expectedRevision !== before.revision) {
    const message = `Budget '${before.slug}' has been changed in the meantime. Read it again and repeat.`;
    throw new ConflictProblem(message, before.revision);
  }
  const moved =
    wanted.scope.kind !== before.scope.kind ||
    wanted.scope.ref !== before.scope.ref ||
    wanted.period !== before.period ||
    wanted.timezone !== before.timezone;
  if (!moved) return;
  const message =
    'Scope, period and time zone of a budget stay as they are: its accounts are kept by them. Save a new one.';
  throw ValidationProblem.at('period', 'FIXED', message);
}

async function refuseTakenSlug(tx: Transaction, organizationId: string, { id, slug }: BudgetToSave): Promise<void> {
  const [taken] = await tx.query<{ id: string }>('SELECT id FROM budget WHERE organization_id = $1 AND slug = $2', [
    organizationId,
    slug,
  ]);
  if (!taken || taken.id === id) return;
  const message = `There is a budget '${slug}' already. To change it, pass its id ${taken.id}.`;
  throw ValidationProblem.at('slug', 'SLUG_TAKEN', message);
}

/** What the audit shows of a budget. */
function contentOf({
  slug,
  name,
  scope,
  limitNanos,
  period,
  timezone,
  thresholdsPercent,
  onExceed,
  downgradeRoute,
}: Omit<BudgetRow, 'id' | 'revision'>): Json {
  return {
    ...{ slug, name, scope: `${scope.kind} ${scope.ref}`.trim(), limit: usdFromNanos(limitNanos), period, timezone },
    ...{ thresholdsPercent: [...thresholdsPercent], onExceed, downgradeRoute },
  };
}
