import type { Tag } from '../core/chat.ts';
import type { Attempt } from '../core/decision.ts';
import { decodeJson } from '../core/json.ts';
import type { Cost, CostLine } from '../core/money.ts';
import type { Usage, UsageDetails, UsageSource } from '../core/usage.ts';
import type { Attempt as AttemptRow, Prisma } from '../generated/prisma/client.ts';

/** Stored rows as the words of core/: the way back of rows.ts. */
export function attemptOf(row: AttemptRow): Attempt {
  return {
    id: row.id,
    number: row.number,
    targetId: row.targetId,
    model: row.model,
    provider: row.provider,
    startedAt: row.startedAt.getTime(),
    outcome: row.outcome as Attempt['outcome'],
    durationMs: row.durationMs,
    ttftMs: row.ttftMs,
    errorCode: row.errorCode as Attempt['errorCode'],
    httpStatus: row.httpStatus,
    providerMessage: row.providerMessage,
    providerRequestId: row.providerRequestId,
    responseModel: row.responseModel,
    usage: usageOf(row),
    cost: costOf(row),
  };
}

interface UsageColumns extends Omit<Usage, 'source' | keyof UsageDetails> {
  readonly usageSource: string;
  readonly usageDetails: Prisma.JsonValue;
}

export function usageOf(row: UsageColumns): Usage {
  const { inputTokens, outputTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens, usageSource } = row;
  const source = usageSource as UsageSource;
  const details = row.usageDetails as UsageDetails;
  return { inputTokens, outputTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens, source, ...details };
}

interface CostColumns {
  readonly costNanos: bigint;
  readonly costComplete: boolean;
  readonly costLines: Prisma.JsonValue;
}

export function costOf({ costNanos, costComplete, costLines }: CostColumns): Cost {
  return { totalNanos: costNanos, lines: withMoney(costLines) as CostLine[], complete: costComplete };
}

/** A tag's value is text whatever its key, so there is no money to look for. */
export function tagsOf(tags: Prisma.JsonValue): Tag[] {
  return Object.entries(tags as Record<string, string>).map(([key, value]) => ({ key, value }));
}

/** As it was before it became JSON. */
export function withMoney(json: unknown): unknown {
  return decodeJson(JSON.stringify(json));
}
