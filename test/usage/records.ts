import type { Caller } from '../../src/core/caller.ts';
import type { Attempt, Decision } from '../../src/core/decision.ts';
import { type Cost, costOf, type PriceSheet } from '../../src/core/money.ts';
import type { Usage } from '../../src/core/usage.ts';
import type { RequestRecord } from '../../src/usage/record.ts';

/** A call that went well: 1,000 tokens in and 200 out of sim/small-1, over the route `default`. */
export function aRecord(id: string, changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id,
    completionId: id.replace('req', 'cmp'),
    caller: aCaller('org_a'),
    kind: 'COMPLETION',
    status: 'SUCCEEDED',
    startedAt: Date.UTC(2026, 0, 1),
    finishedAt: Date.UTC(2026, 0, 1) + 400,
    request: { endUser: null, agent: null, tags: [] },
    streamed: false,
    trace: null,
    decision: aDecision,
    attempts: [anAttempt(id)],
    usage: someUsage,
    cost: someCost,
    timing: { queuedMs: 1, routingMs: 2, ttftMs: 80, totalMs: 400, overheadMs: 5 },
    finishReason: 'STOP',
    problem: null,
    verdicts: [],
    ...changes,
  };
}

export function aCaller(organizationId: string): Caller {
  return {
    organizationId,
    teamId: 'team_1',
    projectId: 'prj_1',
    apiKeyId: 'key_1',
    apiKeyName: 'test',
    scopes: new Set(['USAGE_READ']),
    ip: null,
  };
}

export const someUsage: Usage = {
  inputTokens: 1000,
  outputTokens: 200,
  reasoningTokens: 50,
  cacheReadTokens: 300,
  cacheWriteTokens: 0,
  source: 'PROVIDER',
};

const prices: PriceSheet = {
  source: 'BUNDLED',
  prices: [
    { meter: 'INPUT_TOKEN', nanosPerUnit: 150_000_000n, per: 1_000_000, fromInputTokens: 0 },
    { meter: 'OUTPUT_TOKEN', nanosPerUnit: 600_000_000n, per: 1_000_000, fromInputTokens: 0 },
  ],
};

export const someCost: Cost = costOf(someUsage, prices);

export function anAttempt(requestId: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    id: `${requestId.replace('req', 'att')}_${changes.number ?? 1}`,
    number: 1,
    targetId: 'tgt_1',
    model: 'sim/small-1',
    provider: 'sim',
    startedAt: Date.UTC(2026, 0, 1) + 3,
    outcome: 'SUCCEEDED',
    durationMs: 395,
    ttftMs: 77,
    errorCode: null,
    httpStatus: 200,
    providerMessage: null,
    providerRequestId: 'chatcmpl-1',
    responseModel: 'small-1-2026-01-01',
    usage: someUsage,
    cost: someCost,
    ...changes,
  };
}

export const aDecision: Decision = {
  route: { id: 'rte_1', slug: 'default', version: 3 },
  rule: null,
  strategy: 'PRIORITY',
  summary: 'First target of route default.',
  candidates: [
    {
      target: { id: 'tgt_1', model: 'sim/small-1', timeoutMs: 60_000, ttftTimeoutMs: null, maxAttempts: 2 },
      model: {
        name: 'sim/small-1',
        providerId: 'prv_1',
        providerSlug: 'sim',
        providerKind: 'simulator',
        modelId: 'small-1',
        contextTokens: 128_000,
        maxOutputTokens: 4_096,
        enabled: true,
        hasCredential: true,
        prices,
      },
      eligible: true,
      reasons: [{ code: 'OK', message: 'Can answer.' }],
      estimatedCostNanos: 2_607_600n,
    },
  ],
  quoteNanos: 2_607_600n,
  tookMicros: 41,
};
