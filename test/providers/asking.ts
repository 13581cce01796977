import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { CompletionRequest, FinishReason, OutputPart } from '../../src/core/chat.ts';
import type { Attempt, Candidate } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import { asked } from '../../src/providers/asked.ts';
import { attempt } from '../../src/providers/attempt.ts';
import type { AttemptJob, ReachableModel } from '../../src/providers/attempt-job.ts';
import type { CatalogueRow, Connection } from '../../src/providers/catalogue.ts';
import { ask as askModel } from '../../src/providers/language-model.ts';
import { aRequest } from '../support/requests.ts';
import { systemRuntime } from '../support/runtime.ts';

/** A model as the gateway reaches it. */
export function reachable(reached: Reached): ReachableModel {
  const { row } = reached;
  return {
    ask: (question, signal, hear) =>
      'model' in reached
        ? askModel(row, reached.model, question, signal, hear)
        : asked(row, reached.connection, reached.modelId, question, signal, hear),
  };
}

/** One behind a network, or one that a test has made up. */
export type Reached = { readonly row: CatalogueRow } & (
  | { readonly connection: Connection; readonly modelId: string }
  | { readonly model: LanguageModelV4 }
);

/** Puts one question to one model the way the gateway does, and keeps all that happened. */
export async function ask(
  reached: Reached,
  request: Partial<CompletionRequest> = {},
  options: {
    /** False asks for the whole answer at once. */
    readonly stream?: boolean;
    /** Whether what comes at once may be told as one. */
    readonly together?: boolean;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: AttemptEvent) => void;
    readonly maxAttempts?: number;
  } = {},
): Promise<Asked> {
  const job: AttemptJob = {
    organizationId: 'org_1',
    requestId: 'req_1',
    candidates: [aCandidate(options.maxAttempts ?? 1)],
    request: aRequest(request),
    stream: options.stream ?? true,
    together: options.together ?? false,
    deadlineMs: systemRuntime.clock.monotonic() + 15_000,
  };
  const events: AttemptEvent[] = [];
  let error: unknown;
  try {
    const signal = options.signal ?? new AbortController().signal;
    await attempt(
      systemRuntime,
      async () => reachable(reached),
      job,
      signal,
      (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    );
  } catch (thrown) {
    error = thrown;
  }
  return { events, error, ...endOf(events) };
}

export interface Asked {
  readonly events: readonly AttemptEvent[];
  readonly error: unknown;
  readonly parts: readonly OutputPart[];
  readonly attempts: readonly Attempt[];
  readonly finishReason: FinishReason | undefined;
}

function endOf(events: readonly AttemptEvent[]) {
  const ends = events.filter((event) => event.kind === 'attemptFailed' || event.kind === 'attemptSucceeded');
  const last = ends.at(-1);
  return {
    parts: events.flatMap((event) => (event.kind === 'partFinished' ? [event.part] : [])),
    attempts: ends.map((event) => event.attempt),
    finishReason: last?.kind === 'attemptSucceeded' ? last.finishReason : undefined,
  };
}

function aCandidate(maxAttempts: number): Candidate {
  return {
    target: { id: 'tgt_1', model: 'test/model-1', timeoutMs: 10_000, ttftTimeoutMs: null, maxAttempts },
    model: {
      name: 'test/model-1',
      modelId: 'model-1',
      providerId: 'prv_1',
      providerSlug: 'test',
      providerKind: 'test',
      contextTokens: null,
      maxOutputTokens: null,
      enabled: true,
      hasCredential: true,
      prices: null,
    },
    eligible: true,
    reasons: [],
    estimatedCostNanos: null,
  };
}
