import fc from 'fast-check';
import type { Attempt } from '../../src/core/decision.ts';
import type { Cost } from '../../src/core/money.ts';
import { CancelledProblem, ProviderProblem, ValidationProblem } from '../../src/core/problem.ts';
import { noUsage, type Usage } from '../../src/core/usage.ts';
import type { RequestRecord } from '../../src/usage/record.ts';
import { aCaller, aDecision, anAttempt, aRecord } from './records.ts';

/** Text as PostgreSQL can hold it; what it cannot hold has a test of its own. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((any) => any.replaceAll('\0', '0').toWellFormed());
const tokens = fc.integer({ min: 0, max: 2_000_000 });
const ms = fc.integer({ min: 0, max: 600_000 });
const nanos = fc.bigInt({ min: 0n, max: 10n ** 12n });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const usage: fc.Arbitrary<Usage> = fc.oneof(
  fc.constant(noUsage),
  fc.record({
    inputTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    source: fc.constantFrom('PROVIDER', 'ESTIMATED', 'MIXED'),
  }),
);

const cost: fc.Arbitrary<Cost> = fc.record({
  totalNanos: nanos,
  complete: fc.boolean(),
  lines: fc.array(
    fc.record({
      meter: fc.constantFrom('INPUT_TOKEN', 'OUTPUT_TOKEN', 'CACHE_READ_TOKEN', 'REQUEST'),
      quantity: tokens,
      nanosPerUnit: nanos,
      per: fc.constantFrom(1, 1_000_000),
      amountNanos: nanos,
    }),
    { maxLength: 3 },
  ),
});

/** The time is 2026-01-01 and the ten days after it, so that many fall into one bucket and some on its edge. */
const startedAt = fc.oneof(
  fc.integer({ min: 0, max: 10 * 24 * 3600 }).map((second) => Date.UTC(2026, 0, 1) + second * 1000),
  fc.integer({ min: 0, max: 240 }).map((hour) => Date.UTC(2026, 0, 1) + hour * 3_600_000),
);

const attempt = (requestId: string, number: number): fc.Arbitrary<Attempt> =>
  fc
    .record({
      model: fc.constantFrom('sim/small-1', 'sim/large-1', 'openai/gpt-4o-mini'),
      startedAt,
      outcome: fc.constantFrom('SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED'),
      durationMs: maybe(ms),
      ttftMs: maybe(ms),
      errorCode: maybe(fc.constantFrom('PROVIDER_ERROR', 'PROVIDER_TIMEOUT', 'RATE_LIMITED')),
      httpStatus: maybe(fc.integer({ min: 100, max: 599 })),
      providerMessage: maybe(text),
      providerRequestId: maybe(text),
      responseModel: maybe(text),
      usage,
      cost,
    })
    .map((changes) => {
      return anAttempt(requestId, { ...changes, number, provider: changes.model.split('/')[0]! }) as Attempt;
    });

const problem = fc.constantFrom(
  new ProviderProblem('PROVIDER_OVERLOADED', 'All targets are busy.', { retryable: true, retryAfterMs: 700 }),
  ValidationProblem.at('target.route', 'UNKNOWN', "There is no route 'defualt'.", ['default']),
);
const ending = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ status: 'SUCCEEDED', problem: null, finishReason: 'STOP' } as const) },
  problem.map((problem) => ({ status: 'FAILED', problem, finishReason: null }) as const),
  fc.constant({ status: 'CANCELLED', problem: new CancelledProblem('enough'), finishReason: 'CANCELLED' } as const),
);

const decision = fc.oneof(
  fc.constant(null),
  fc.record({ summary: text, quoteNanos: maybe(nanos), tookMicros: ms }).map((own) => ({ ...aDecision, ...own })),
  fc.constantFrom('fast', 'cheap').map((slug) => ({ ...aDecision, route: { id: `rte_${slug}`, slug, version: 1 } })),
);

const callers = fc.record({
  teamId: fc.constantFrom('team_1', 'team_2'),
  projectId: fc.constantFrom('prj_1', 'prj_2', 'prj_3'),
  apiKeyId: fc.constantFrom('key_1', 'key_2'),
});

/** A call by anybody of the organization, with any ending. Times and keys repeat a lot, numbers hardly ever. */
export function arbitraryRecord(id: string, organizationId: string): fc.Arbitrary<RequestRecord> {
  return fc
    .record({
      caller: callers.map((own) => ({ ...aCaller(organizationId), ...own })),
      startedAt,
      request: fc.record({
        endUser: maybe(fc.oneof(fc.constantFrom('ada', 'grace', ''), text)),
        agent: maybe(fc.record({ runId: fc.constantFrom('run_1', 'run_2'), name: maybe(text) })),
        tags: fc.uniqueArray(
          fc.record({ key: fc.oneof(fc.constantFrom('feature', '$nanos', '__proto__'), text), value: text }),
          { maxLength: 3, selector: ({ key }) => key },
        ),
      }),
      streamed: fc.boolean(),
      trace: maybe(
        fc.constantFrom('0af7', 'b7ad').map((id) => ({ traceId: id.repeat(8), spanId: id.repeat(4), sampled: true })),
      ),
      decision,
      attempts: fc.integer({ min: 0, max: 3 }).chain((count) => {
        return fc.tuple(...Array.from({ length: count }, (_, index) => attempt(id, index + 1)));
      }),
      usage,
      cost,
      timing: fc.record({ queuedMs: ms, routingMs: ms, ttftMs: maybe(ms), totalMs: ms, overheadMs: ms }),
      ending,
    })
    .map(({ ending, ...changes }) => aRecord(id, { ...changes, ...ending, finishedAt: changes.startedAt + 1 }));
}

export function arbitraryRecords(count: number, organizationId: string): fc.Arbitrary<RequestRecord[]> {
  const ids = Array.from({ length: count }, (_, index) => `req_${organizationId}_${String(index).padStart(6, '0')}`);
  return fc.tuple(...ids.map((id) => arbitraryRecord(id, organizationId)));
}
