import { WithheldError } from './errors.ts';
import {
  type CompletionContentFragment,
  CompletionCreateDocument,
  type CompletionInput,
  type FinishReason,
  type ToolCallFragment,
} from './generated/graphql.ts';
import { unwrap } from './problems.ts';
import { type RetryOptions, retrying } from './retry.ts';
import type { Transport } from './transport.ts';

/** A completion that has succeeded. */
export interface Answer {
  /** The completion's id. */
  readonly id: string;
  /** All text parts joined; empty when the model only called tools. */
  readonly text: string;
  readonly toolCalls: readonly ToolCallFragment[];
  readonly finishReason: FinishReason | null;
  /** provider/model that answered. */
  readonly model: string | null;
  readonly usage: CompletionContentFragment['usage'];
  readonly cost: CompletionContentFragment['cost'];
  readonly timing: CompletionContentFragment['timing'];
  /** True when the idempotencyKey matched an earlier call and nothing was sent to a provider. */
  readonly replayed: boolean;
  /** All of it, as the schema has it. */
  readonly completion: CompletionContentFragment;
}

/** How long the gateway keeps one request waiting, and how much longer the network may take. */
const WAIT_MS = 55_000;
const MARGIN_MS = 15_000;

/**
 * Runs a completion to its end. A long one takes several requests, a broken connection too: they carry the same
 * idempotency key, so all of them ask for the same run.
 * @throws GlidepathError, the signal's reason
 */
export async function answerTo(
  transport: Transport,
  input: CompletionInput & { readonly idempotencyKey: string },
  options: RetryOptions,
): Promise<Answer> {
  const patience = { signal: options.signal, silenceMs: WAIT_MS + MARGIN_MS };
  for (;;) {
    const { completion, replayed } = await retrying(async () => {
      const variables = { input, waitMs: WAIT_MS };
      const { completionCreate } = await transport.post(CompletionCreateDocument, variables, patience);
      return unwrap(completionCreate);
    }, options);
    if (completion.status !== 'RUNNING') return toAnswer(completion, replayed);
  }
}

function toAnswer(completion: CompletionContentFragment, replayed: boolean): Answer {
  const { id, text, toolCalls, finishReason, model, usage, cost, timing, requestId } = completion;
  if (text === null) throw new WithheldError(id, requestId);
  return { id, text, toolCalls, finishReason, model: model?.name ?? null, usage, cost, timing, replayed, completion };
}
