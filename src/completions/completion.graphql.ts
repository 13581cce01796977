import { type Shown, show } from '../content/index.ts';
import type { FinishReason, OutputPart, ToolCallPart as ToolCall } from '../core/chat.ts';
import type { Problem } from '../core/problem.ts';
import { builder, ErrorInterface, nodeIds } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { oncePerOperation } from '../graphql/once.ts';
import { PolicyVerdict } from '../graphql/policy-words.ts';
import {
  Attempt,
  BudgetStanding,
  Cost,
  Model,
  RateLimitStanding,
  RoutingDecision,
  Timing,
  Usage,
  Withheld,
} from '../graphql/words.ts';
import { ContentPart, placed, ToolCallPart } from './part.graphql.ts';
import type { CompletionState } from './state.ts';

nodeIds('cmp', 'Completion');

const CompletionStatus = builder.enumType('CompletionStatus', {
  values: ['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const,
});

const finishReasons: readonly FinishReason[] = [
  'STOP',
  'LENGTH',
  'TOOL_CALLS',
  'CONTENT_FILTER',
  'BUDGET',
  'CANCELLED',
  'ERROR',
  'UNKNOWN',
];
const FinishReasonEnum = builder.enumType('FinishReason', { values: finishReasons });

export const Completion = builder.objectRef<CompletionState>('Completion');

const looked = oncePerOperation<Shown>();

interface Said {
  readonly parts: readonly OutputPart[] | null;
  readonly withheld: Shown['withheld'];
}

/**
 * A field about what was said: from the run's log, at once, and when that is gone from where policies keep it, for those
 * who may read it.
 */
function ofSaid<T>(pick: (said: Said) => T) {
  return ({ parts, requestId }: CompletionState, _args: unknown, context: Context): T | Promise<T> => {
    if (parts !== null) return pick({ parts, withheld: null });
    const look = () => show(context.rooms, context.caller, requestId);
    return looked(context, requestId, look).then(({ said, withheld }) =>
      pick({ parts: said?.output ?? null, withheld }),
    );
  };
}

builder.node(Completion, {
  id: { resolve: ({ id }) => id },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'lastSeq' in value,
  loadOne: (id, { rooms, caller }) => rooms.runs.get(caller, id),
  authScopes: { scope: 'COMPLETIONS_READ' },
  fields: (t) => ({
    status: t.expose('status', { type: CompletionStatus }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => new Date(createdAt) }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ finishedAt }) => (finishedAt === null ? null : new Date(finishedAt)),
    }),
    parts: t.field({
      type: [ContentPart],
      nullable: true,
      description:
        'What the model said so far. While the run can be followed, an hour after its end as a rule, as it was given; ' +
        'then as far as logging policies keep it, to those with CONTENT_READ, and reading it is audited. Null otherwise: ' +
        'see `withheld`.',
      resolve: ofSaid(({ parts }) => parts?.map((part, index) => placed({ index, part })) ?? null),
    }),
    text: t.string({
      nullable: true,
      description: 'All text parts joined; what most callers want.',
      resolve: ofSaid(({ parts }) => parts?.map((part) => (part.kind === 'text' ? part.text : '')).join('') ?? null),
    }),
    object: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The answer as JSON, when `output` asked for it. Fits the schema, if there is one. Null once the run cannot be ' +
        'followed any more.',
      resolve: ({ object }) => object,
    }),
    toolCalls: t.field({
      type: [ToolCallPart],
      resolve: ofSaid(({ parts }) =>
        (parts ?? []).flatMap((part, index) => (part.kind === 'toolCall' ? { ...(part as ToolCall), index } : [])),
      ),
    }),
    withheld: t.field({
      type: Withheld,
      nullable: true,
      description: 'Why there is nothing to read, as `request(id) { content }` says it.',
      resolve: ofSaid(({ withheld }) => withheld),
    }),
    finishReason: t.expose('finishReason', { type: FinishReasonEnum, nullable: true }),
    model: t.field({
      type: Model,
      nullable: true,
      description: 'The model that gave the answer.',
      resolve: async ({ model, owner }, _args, { rooms }) =>
        model === null ? null : (await rooms.models.book(owner.organizationId)).get(model),
    }),
    usage: t.expose('usage', { type: Usage }),
    cost: t.expose('cost', { type: Cost }),
    rateLimits: t.field({
      type: [RateLimitStanding],
      description:
        'What was left of the rate limits it fell under when it ended; the first is the one that further calls meet ' +
        'first. Null while it runs, and when nobody knows any more: an hour after it ended.',
      nullable: true,
      resolve: ({ rates }) => rates && [...rates],
    }),
    budgets: t.field({
      type: [BudgetStanding],
      description:
        'What was left of the budgets that paid when it ended; the first is the one that further calls meet first. ' +
        'Null while it runs, and when nobody knows any more: an hour after it ended.',
      nullable: true,
      resolve: ({ budgets }) => budgets && [...budgets],
    }),
    timing: t.expose('timing', { type: Timing, nullable: true, description: 'Null while it is running.' }),
    decision: t.expose('decision', { type: RoutingDecision, nullable: true }),
    attempts: t.field({ type: [Attempt], resolve: ({ attempts }) => [...attempts] }),
    verdicts: t.field({
      type: [PolicyVerdict],
      description:
        'What rules had to say, those that only watch included; what found nothing says nothing. Empty while it runs.',
      resolve: ({ verdicts }) => [...verdicts],
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why it ended, when status is FAILED or CANCELLED.',
      resolve: ({ problem }) => problem as unknown as Problem | null,
    }),
    requestId: t.exposeID('requestId', { description: 'For `request(id)`.' }),
    lastSeq: t.exposeInt('lastSeq', {
      description: 'seq of the newest event; give it to completionEvents(afterSeq:) to follow without a replay.',
    }),
  }),
});
