import type { AlertKind, Severity } from '../core/alert.ts';
import type { Clock } from '../core/runtime.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import { newsTopic } from './raise.ts';
import { type AlertRow, alertOf } from './store.ts';

export interface AlertFilter {
  readonly kinds: readonly AlertKind[] | null;
  readonly severities: readonly Severity[] | null;
  readonly scope: ScopeRef | null;
  readonly acknowledged: boolean | null;
  readonly range: { readonly from: Date; readonly to: Date } | null;
}

export function alertWhere(organizationId: string, filter: AlertFilter): Prisma.AlertWhereInput {
  const { kinds, severities, scope, acknowledged, range } = filter;
  return {
    organizationId,
    ...(kinds && { kind: { in: [...kinds] } }),
    ...(severities && { severity: { in: [...severities] } }),
    ...(scope && { scopeKind: scope.kind, scopeReference: scope.reference }),
    ...(acknowledged !== null && { acknowledgedAt: acknowledged ? { not: null } : null }),
    ...(range && { at: { gte: range.from, lt: range.to } }),
  };
}

/** How long lost news can hold an alert back. */
const LOOK_AGAIN_MS = 2000;
const PAGE = 100;

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
  let ring = () => {};
  const silence = bus.subscribe(newsTopic, (message) => {
    if ((message as { organizationId: string }).organizationId === organizationId) ring();
  });
  try {
    let last = after ?? (await newest(prisma, organizationId));
    while (!signal.aborted) {
      // Listening begins before reading: what is kept in between rings.
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      const rows = await prisma.alert.findMany({
        where: { ...alertWhere(organizationId, filter), seq: { gt: last } },
        orderBy: { seq: 'asc' },
        take: PAGE,
      });
      for (const row of rows) {
        last = row.seq;
        yield alertOf(row);
        if (signal.aborted) return;
      }
      if (rows.length < PAGE) await waitFor(rung, clock, signal);
    }
  } finally {
    silence();
  }
}

async function newest(prisma: Database['prisma'], organizationId: string): Promise<bigint> {
  const row = await prisma.alert.findFirst({
    where: { organizationId },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  return row?.seq ?? 0n;
}

async function waitFor(rung: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const stop = () => enough.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await Promise.race([rung, clock.sleep(LOOK_AGAIN_MS, enough.signal).catch(() => {})]);
  signal.removeEventListener('abort', stop);
  stop();
}
