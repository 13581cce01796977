import type { Clock } from '../core/runtime.ts';
import type { AuditEvent, Prisma } from '../generated/prisma/client.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import { followRows, type GrowingRows } from '../platform/follow-rows.ts';

/** News of what was noted without a change. Changes announce themselves, by their revisions. */
export const newsTopic = 'audit';

/** See the door. */
export async function* followEntries(
  { prisma }: Database,
  bus: Bus,
  clock: Clock,
  where: Prisma.AuditEventWhereInput & { readonly organizationId: string },
  after: bigint | null,
  signal: AbortSignal,
): AsyncGenerator<AuditEvent> {
  const { organizationId } = where;
  const rows: GrowingRows<AuditEvent> = {
    read: (seq, take) =>
      prisma.auditEvent.findMany({ where: { AND: [where, { seq: { gt: seq } }] }, orderBy: { seq: 'asc' }, take }),
    seqOf: ({ seq }) => seq!,
    listen(ring) {
      const silences = [
        bus.subscribe(newsTopic, (message) => {
          if ((message as { organizationId: string }).organizationId === organizationId) ring();
        }),
        bus.subscribe('revisions', (message) => {
          if ((message as { topic: string }).topic.endsWith(`:${organizationId}`)) ring();
        }),
      ];
      return () => {
        for (const silence of silences) silence();
      };
    },
  };
  yield* followRows(rows, clock, after ?? (await end(prisma, organizationId)), signal);
}

async function end(prisma: Database['prisma'], organizationId: string): Promise<bigint> {
  const head = await prisma.auditHead.findUnique({ where: { organizationId } });
  return head?.seq ?? 0n;
}
