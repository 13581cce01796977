import type { AlertKind, Severity } from '../core/alert.ts';
import type { Clock } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import { followRows, type GrowingRows } from '../platform/follow-rows.ts';
import { newsTopic } from './raise.ts';
import { type AlertRow, alertOf } from './store.ts';

export interface AlertFilter {
  readonly kinds: readonly AlertKind[] | null;
  readonly severities: readonly Severity[] | null;
  readonly scope: ScopeRef | null;
  readonly acknowledged: boolean | null;
  readonly budgetId: string | null;
  readonly range: { readonly from: Date; readonly to: Date } | null;
}

export function alertWhere(organizationId: string, filter: AlertFilter): Prisma.AlertWhereInput {
  const { kinds, severities, scope, acknowledged, budgetId, range } = filter;
  return {
    organizationId,
    ...(kinds && { kind: { in: [...kinds] } }),
    ...(severities && { severity: { in: [...severities] } }),
    ...(scope && { scopeKind: scope.kind, scopeReference: scope.reference }),
    ...(acknowledged !== null && { acknowledgedAt: acknowledged ? { not: null } : null }),
    ...(budgetId !== null && { facts: { path: ['budgetId'], equals: budgetId } }),
    ...(range && { at: { gte: range.from, lt: range.to } }),
  };
}

/** See the door. The bus only says when to look; what there is, and in which order, is read. */
export async function* follow(
  { prisma }: Database,
  bus: Bus,
  clock: Clock,
  organizationId: string,
  filter: AlertFilter,
  after: bigint | null,
  signal: AbortSignal,
): AsyncGenerator<AlertRow> {
  const where = alertWhere(organizationId, filter);
  const rows: GrowingRows<AlertRow> = {
    read: async (seq, take) => {
      const page = await prisma.alert.findMany({
        where: { ...where, seq: { gt: seq } },
        orderBy: { seq: 'asc' },
        take,
      });
      return page.map(alertOf);
    },
    seqOf: ({ seq }) => seq,
    listen: (ring) =>
      bus.subscribe(newsTopic, (message) => {
        if ((message as { organizationId: string }).organizationId === organizationId) ring();
      }),
  };
  yield* followRows(rows, clock, after ?? (await newest(prisma, organizationId)), signal);
}

async function newest(prisma: Database['prisma'], organizationId: string): Promise<bigint> {
  const row = await prisma.alert.findFirst({
    where: { organizationId },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  return row?.seq ?? 0n;
}
