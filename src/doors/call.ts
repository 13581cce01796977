import { type CallDone, checked } from '../calls/index.ts';
import { invariant } from '../core/assert.ts';
import type { CallAnswer, CallKind, CallRequest } from '../core/call.ts';
import { callContextOf } from '../core/call-context.ts';
import { type InputIssue, ValidationProblem } from '../core/problem.ts';
import type { CallInput } from './call-input.ts';
import { bareName } from './model-name.ts';
import { placeHeaders, spentWords } from './receipt.ts';
import { targetFor } from './target.ts';
import type { Visit } from './visit.ts';

export type Done<Kind extends CallKind> = Omit<CallDone, 'answer'> & {
  readonly answer: Extract<CallAnswer, { kind: Kind }>;
  /** As the provider calls its model. */
  readonly modelName: string;
};

/**
 * Asks what is no conversation, and waits for the answer. A caller who hangs up has it cancelled, unless they said
 * otherwise or can come back for it by their idempotency key.
 * @throws Refusal, Problem
 */
export async function askCall<Kind extends CallKind>(
  visit: Visit,
  model: string,
  request: Extract<CallRequest, { kind: Kind }>,
  labels: Partial<CallInput> = visit.words.input,
): Promise<Done<Kind>> {
  const { caller, rooms, signal, words, trace, onDisconnect } = visit;
  const issues: InputIssue[] = [];
  const context = callContextOf(labels, (path, code, message, suggestions = []) => {
    issues.push({ path: path.split('.'), code, message, suggestions });
  });
  if (issues.length > 0) throw new ValidationProblem(issues);
  const way = words.onDisconnect ?? onDisconnect;
  const keyed = labels.idempotencyKey != null;
  const done = await rooms.calls.call(
    caller,
    {
      ...context,
      target: await targetFor(visit, model),
      request: checked(request),
      idempotencyKey: labels.idempotencyKey ?? null,
      onDisconnect: way === 'CANCEL' ? (keyed ? 'CANCEL_AFTER_GRACE' : null) : way,
      trace,
    },
    signal,
  );
  invariant(done.answer.kind === request.kind, 'an answer is of the kind that was asked for');
  const modelName = done.model === null ? model : bareName(done.model);
  return { ...(done as Omit<Done<Kind>, 'modelName'>), modelName };
}

export function callHeaders({ requestId, model, decision, cost, budgets, replayed }: CallDone): Record<string, string> {
  return {
    ...placeHeaders(model === null ? null : decision, model),
    'x-glidepath-request-id': requestId,
    ...spentWords({ cost, budgets }),
    ...(replayed && { 'x-glidepath-replayed': 'true' }),
    'x-request-id': requestId,
  };
}
