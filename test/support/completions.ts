import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestGateway } from './gateway.ts';

/** The operations the tests of completions speak in, and the least that an answer has to say. */

/** A gateway to speak to. */
type Speaking = Pick<TestGateway, 'url' | 'key' | 'ask'>;

export interface SeenCompletion {
  readonly id: string;
  readonly requestId: string;
  readonly status: string;
  readonly text: string | null;
  readonly finishReason: string | null;
  readonly lastSeq: number;
  readonly toolCalls: readonly { name: string; arguments: unknown; toolCallId: string }[];
  readonly usage: { inputTokens: number; outputTokens: number; source: string };
  readonly cost: {
    total: { nanos: string };
    complete: boolean;
    lines: readonly { meter: string; amount: { nanos: string } }[];
  };
  readonly model: { name: string } | null;
  readonly attempts: readonly { number: number; model: string; outcome: string; errorCode: string | null }[];
  readonly decision: { summary: string; candidates: readonly { model: string }[] } | null;
}

export interface SeenResult {
  readonly __typename: string;
  readonly completion?: SeenCompletion;
  readonly replayed?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly requestId?: string;
  readonly issues?: readonly { path: string[]; code: string; suggestions: string[] }[];
}

const COMPLETION = `id requestId status text finishReason lastSeq toolCalls { name arguments toolCallId }
  usage { inputTokens outputTokens source } cost { total { nanos } complete lines { meter amount { nanos } } }
  model { name } attempts { number model outcome errorCode } decision { summary candidates { model } }`;
const RESULT = `__typename ... on CompletionAccepted { replayed completion { ${COMPLETION} } }
  ... on Error { code message retryable requestId } ... on ValidationError { issues { path code suggestions } }`;

export const user = (text: string) => ({ role: 'USER', parts: [{ text }] });
export const to = (model: string, ...texts: string[]) => ({ target: { model }, messages: texts.map(user) });

export async function complete(gateway: Speaking, input: object, waitMs = 10_000, key?: string): Promise<SeenResult> {
  const document = `mutation ($input: CompletionInput!, $waitMs: Int) { completionCreate(input: $input, waitMs: $waitMs) { ${RESULT} } }`;
  return (await gateway.ask<{ completionCreate: SeenResult }>(document, { input, waitMs }, key)).completionCreate;
}

export async function cancel(gateway: Speaking, id: string, reason?: string, key?: string): Promise<SeenResult> {
  const document = `mutation ($id: ID!, $reason: String) { completionCancel(id: $id, reason: $reason) { ${RESULT} } }`;
  return (await gateway.ask<{ completionCancel: SeenResult }>(document, { id, reason }, key)).completionCancel;
}

export async function completion(gateway: Speaking, id: string, key?: string): Promise<SeenCompletion | null> {
  const document = `query ($id: ID!) { completion(id: $id) { ${COMPLETION} } }`;
  return (await gateway.ask<{ completion: SeenCompletion | null }>(document, { id }, key)).completion;
}

export interface SeenEvent {
  readonly __typename: string;
  readonly seq: number;
  readonly completionId: string;
  readonly replayed?: boolean;
  readonly index?: number;
  readonly text?: string;
  readonly error?: {
    code: string;
    message: string;
    failure?: string;
    usage?: { outputTokens: number; source: string };
  };
  readonly completion?: SeenCompletion;
}

const EVENT = `__typename seq completionId ... on CompletionStarted { replayed } ... on TextDelta { index text }
  ... on CompletionFinished { completion { ${COMPLETION} } }
  ... on CompletionFailed { error { code message ... on IncompleteError { failure usage { outputTokens source } } } completion { ${COMPLETION} } }`;

/** Subscribes over a WebSocket of its own; leaving the loop ends the subscription and the socket. */
export async function* stream(gateway: Speaking, input: object, options: object = {}): AsyncGenerator<SeenEvent> {
  const document = `subscription ($input: CompletionInput!, $afterSeq: Int, $coalesceMs: Int) {
    completionStream(input: $input, afterSeq: $afterSeq, coalesceMs: $coalesceMs) { ${EVENT} } }`;
  yield* subscribe(gateway, document, { input, ...options }, 'completionStream');
}

export async function* follow(gateway: Speaking, id: string, afterSeq = 0, key?: string): AsyncGenerator<SeenEvent> {
  const document = `subscription ($id: ID!, $afterSeq: Int) { completionEvents(id: $id, afterSeq: $afterSeq) { ${EVENT} } }`;
  yield* subscribe(gateway, document, { id, afterSeq }, 'completionEvents', key);
}

/** Any subscription, by the type of its events. */
export async function* subscribe<Event = SeenEvent>(
  gateway: Speaking,
  query: string,
  variables: Record<string, unknown>,
  field: string,
  key = gateway.key,
): AsyncGenerator<Event> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate<Record<string, Event>>({ query, variables })) {
      if (errors)
        throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '));
      yield data![field]!;
    }
  } finally {
    await client.dispose();
  }
}
