import type { FinishReason } from '../core/chat.ts';
import type { Attempt, Decision, DecisionOf } from '../core/decision.ts';
import type { RunOwner, Timing } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import type { Cost } from '../core/money.ts';
import type { PolicyVerdict } from '../core/policy.ts';
import type { Usage } from '../core/usage.ts';
import type { Database } from '../platform/database/database.ts';
import { attemptOf, costOf, usageOf } from './read.ts';
import type { RequestStatus } from './record.ts';

/** A recorded call, read back. */
export interface StoredRequest {
  readonly id: string;
  readonly completionId: string;
  readonly owner: RunOwner;
  readonly status: RequestStatus;
  /** Unix ms, like `finishedAt`. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** `provider/model` that gave the kept answer, or was tried last. */
  readonly model: string | null;
  readonly decision: Decision | null;
  readonly attempts: readonly Attempt[];
  readonly usage: Usage;
  readonly cost: Cost;
  readonly timing: Timing;
  readonly finishReason: FinishReason | null;
  readonly verdicts: readonly PolicyVerdict[];
  /** A Problem's JSON. */
  readonly problem: Json | null;
}

export async function findRequest(
  { prisma }: Database,
  decisionOf: DecisionOf,
  organizationId: string,
  id: string,
): Promise<StoredRequest | null> {
  const row = await prisma.gatewayRequest.findUnique({
    where: { id, organizationId },
    include: { attempts: { orderBy: { number: 'asc' } } },
  });
  if (!row) return null;
  const { projectId, apiKeyId, queuedMs, routingMs, ttftMs, totalMs, overheadMs } = row;
  return {
    id: row.id,
    completionId: row.completionId,
    owner: { organizationId, projectId, apiKeyId },
    status: row.status as RequestStatus,
    startedAt: row.startedAt.getTime(),
    finishedAt: row.finishedAt?.getTime() ?? null,
    model: row.model,
    decision: await decisionOf(organizationId, row),
    attempts: row.attempts.map(attemptOf),
    usage: usageOf(row),
    cost: costOf(row),
    timing: { queuedMs, routingMs, ttftMs, totalMs, overheadMs },
    finishReason: row.finishReason as FinishReason | null,
    verdicts: row.verdicts as unknown as PolicyVerdict[],
    problem: row.problem as Json | null,
  };
}
