import type { Nanos } from '../core/money.ts';
import { type ScopeKind, scopeKinds } from '../core/scope-ref.ts';
import { type ScopedCall, subjectsOf, unnamed } from '../core/subjects.ts';
import type { Database } from '../platform/database/database.ts';
import { type Period, periodAt, type Span } from './period.ts';

/** BLOCK refuses what does not fit. DOWNGRADE sends it to a cheaper route. ALERT_ONLY lets it pass. */
export const budgetActions = ['ALERT_ONLY', 'BLOCK', 'DOWNGRADE'] as const;
export type BudgetAction = (typeof budgetActions)[number];

/** Whose spending a budget limits. */
export interface BudgetScope {
  readonly kind: ScopeKind;
  /**
   * Team, project, API key: an id. Route: a slug. Model: `provider/model`. Tag: `key=value`. Empty for ORGANIZATION.
   * `*` (for tags `key=*`) gives each one an account of its own with the whole limit.
   */
  readonly ref: string;
}

export interface BudgetRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly scope: BudgetScope;
  readonly limitNanos: Nanos;
  readonly period: Period;
  readonly timezone: string;
  readonly thresholdsPercent: readonly number[];
  readonly onExceed: BudgetAction;
  readonly downgradeRoute: string | null;
  readonly revision: number;
}

/** All budgets of an organization, the widest scope first: a copy, see `Snapshots`. */
export type BudgetBook = readonly BudgetRow[];

/** One budget's balance in one period, by the name that every process gives it. */
export interface Account {
  readonly id: string;
  readonly budget: BudgetRow;
  readonly subject: string;
  readonly span: Span;
}

export const budgetColumns = `id, slug, name, scope_kind AS "scopeKind", scope_ref AS "scopeRef",
  limit_nanos AS "limitNanos", period, timezone, thresholds_percent AS "thresholdsPercent",
  on_exceed AS "onExceed", downgrade_route AS "downgradeRoute", revision`;

/** As the driver gives it: bigints are text. */
export interface BudgetRecord extends Omit<BudgetRow, 'scope' | 'limitNanos'> {
  readonly scopeKind: ScopeKind;
  readonly scopeRef: string;
  readonly limitNanos: string;
}

export function budgetOf({ scopeKind: kind, scopeRef: ref, limitNanos, ...rest }: BudgetRecord): BudgetRow {
  return { ...rest, scope: { kind, ref }, limitNanos: BigInt(limitNanos) };
}

export async function loadBook(database: Database, organizationId: string): Promise<BudgetBook> {
  const rows = await database.query<BudgetRecord>(
    `SELECT ${budgetColumns} FROM budget WHERE organization_id = $1 ORDER BY id`,
    [organizationId],
  );
  const width = ({ scope }: BudgetRow) => scopeKinds.indexOf(scope.kind);
  return rows.map(budgetOf).sort((a, b) => width(a) - width(b));
}

/** The accounts that pay for one attempt, the widest scope first. */
export function accountsOf(book: BudgetBook, call: ScopedCall, nowMs: number): Account[] {
  const accounts: Account[] = [];
  for (const budget of book) {
    const { kind, ref: reference } = budget.scope;
    for (const subject of subjectsOf({ kind, reference }, call)) accounts.push(accountOf(budget, subject, nowMs));
  }
  return accounts;
}

/** The same budget, subject and period always give the same id: nobody has to look it up. It stays in the ledger. */
export function accountOf(budget: BudgetRow, subject: string, nowMs: number): Account {
  const common = commonAccountOf(budget, nowMs);
  if (subject === '') return common;
  return { ...common, id: `${common.id}/${unnamed(budget.scope.kind, budget.id, subject)}`, subject };
}

const commonAccounts = new WeakMap<BudgetRow, Account>();

/** What the calendar says is asked once per period: the answer takes longer than all else that a reservation needs. */
function commonAccountOf(budget: BudgetRow, nowMs: number): Account {
  const known = commonAccounts.get(budget);
  if (known && isWithin(known.span, nowMs)) return known;
  const span = periodAt(budget.period, budget.timezone, nowMs);
  const id = `${budget.id}/${Math.floor(span.startMs / 1000).toString(36)}`;
  const account = { id, budget, subject: '', span };
  commonAccounts.set(budget, account);
  return account;
}

function isWithin({ startMs, endMs }: Span, nowMs: number): boolean {
  return startMs <= nowMs && (endMs === null || nowMs < endMs);
}
