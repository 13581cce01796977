import type { Caller } from '../core/caller.ts';
import type { CompletionEvent as Event } from '../core/event.ts';
import type { Problem } from '../core/problem.ts';
import { builder, ErrorInterface, problemTypes } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { Attempt, Cost, RoutingDecision, Usage } from '../graphql/words.ts';
import { Completion } from './completion.graphql.ts';
import { ContentPart, placed } from './part.graphql.ts';

/** An event as a subscriber sees it. */
export interface SeenEvent {
  readonly seq: number;
  readonly at: number;
  readonly completionId: string;
  /** Conversations are never `answered`. */
  readonly event: Exclude<Event, { kind: 'answered' }> | { readonly kind: 'heartbeat' };
  /** True for whoever was attached to an earlier run by an idempotency key. */
  readonly replayed: boolean;
}

type Kind = SeenEvent['event']['kind'];
type Seen<K extends Kind> = SeenEvent & { readonly event: Extract<SeenEvent['event'], { kind: K }> };

export const CompletionEvent = builder.interfaceRef<SeenEvent>('CompletionEvent').implement({
  description:
    'The log of one completion, in order and without gaps. Applying events 1..n always gives the same state, so ' +
    'replaying and dropping known seqs is all a client has to do. CompletionFinished or CompletionFailed ends it.',
  resolveType: ({ event }) => typeNames[event.kind],
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: '1, 2, 3 … without gaps.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    completionId: t.exposeID('completionId'),
  }),
});

const typeNames: Record<Kind, string> = {
  started: 'CompletionStarted',
  routeDecided: 'RouteDecided',
  attemptStarted: 'AttemptStarted',
  attemptFailed: 'AttemptFailed',
  attemptSucceeded: 'AttemptSucceeded',
  partStarted: 'PartStarted',
  textDelta: 'TextDelta',
  reasoningDelta: 'ReasoningDelta',
  toolCallDelta: 'ToolCallDelta',
  partFinished: 'PartFinished',
  outputReset: 'OutputReset',
  usageUpdated: 'UsageUpdated',
  heartbeat: 'Heartbeat',
  finished: 'CompletionFinished',
  failed: 'CompletionFailed',
};

function typeOf<K extends Kind>(kind: K) {
  return builder.objectRef<Seen<K>>(typeNames[kind]);
}

builder.objectField(problemTypes.IncompleteError, 'usage', (t) =>
  t.expose('usage', { type: Usage, description: 'Of the attempt that broke off, estimated from what it had said.' }),
);

const interfaces = [CompletionEvent];

typeOf('started').implement({
  interfaces,
  fields: (t) => ({
    requestId: t.id({ resolve: ({ event }) => event.requestId }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True when the idempotencyKey matched an earlier call and nothing new was sent to a provider.',
    }),
  }),
});

typeOf('routeDecided').implement({
  interfaces,
  fields: (t) => ({ decision: t.field({ type: RoutingDecision, resolve: ({ event }) => event.decision }) }),
});

typeOf('attemptStarted').implement({
  interfaces,
  fields: (t) => ({ attempt: t.field({ type: Attempt, resolve: ({ event }) => event.attempt }) }),
});

typeOf('attemptFailed').implement({
  interfaces,
  fields: (t) => ({
    attempt: t.field({ type: Attempt, resolve: ({ event }) => event.attempt }),
    next: t.string({
      nullable: true,
      description:
        'provider/model that is to be tried next. Null when none is: it was the last attempt, or a second one beside it ' +
        '(`hedgeAfterMs`) goes on.',
      resolve: ({ event }) => event.next,
    }),
  }),
});

typeOf('attemptSucceeded').implement({
  interfaces,
  fields: (t) => ({ attempt: t.field({ type: Attempt, resolve: ({ event }) => event.attempt }) }),
});

const PartKind = builder.enumType('PartKind', {
  values: {
    TEXT: { value: 'text' },
    REASONING: { value: 'reasoning' },
    TOOL_CALL: { value: 'toolCall' },
    MEDIA: { value: 'media' },
    REFUSAL: { value: 'refusal' },
    UNKNOWN: { value: 'unknown' },
  } as const,
});

typeOf('partStarted').implement({
  interfaces,
  fields: (t) => ({
    index: t.int({ resolve: ({ event }) => event.index }),
    kind: t.field({ type: PartKind, resolve: ({ event }) => event.part }),
    toolCallId: t.string({ nullable: true, resolve: ({ event }) => event.toolCallId ?? null }),
    toolName: t.string({ nullable: true, resolve: ({ event }) => event.toolName ?? null }),
  }),
});

typeOf('textDelta').implement({
  description: 'Append `text` to the part at `index`.',
  interfaces,
  fields: (t) => ({
    index: t.int({ resolve: ({ event }) => event.index }),
    text: t.string({ resolve: ({ event }) => event.text }),
  }),
});

typeOf('reasoningDelta').implement({
  description: 'Append `text` to the part at `index`.',
  interfaces,
  fields: (t) => ({
    index: t.int({ resolve: ({ event }) => event.index }),
    text: t.string({ resolve: ({ event }) => event.text }),
  }),
});

typeOf('toolCallDelta').implement({
  description: 'Append to rawArguments of the part at `index`; valid JSON only with PartFinished.',
  interfaces,
  fields: (t) => ({
    index: t.int({ resolve: ({ event }) => event.index }),
    argumentsDelta: t.string({ resolve: ({ event }) => event.argumentsDelta }),
  }),
});

typeOf('partFinished').implement({
  description: 'The complete part: replaces everything streamed for this index.',
  interfaces,
  fields: (t) => ({
    index: t.int({ resolve: ({ event }) => event.index }),
    part: t.field({ type: ContentPart, resolve: ({ event }) => placed(event) }),
  }),
});

const ResetReason = builder.enumType('ResetReason', {
  values: {
    FALLBACK: { description: 'The attempt failed; another one starts.' },
    REPAIR: { description: 'The answer did not fit output.jsonSchema; the model is asked again.' },
  } as const,
});

typeOf('outputReset').implement({
  description: 'Throw away parts with index >= fromIndex and keep reading: the answer starts over.',
  interfaces,
  fields: (t) => ({
    fromIndex: t.int({ resolve: ({ event }) => event.fromIndex }),
    reason: t.field({ type: ResetReason, resolve: ({ event }) => event.reason }),
  }),
});

typeOf('usageUpdated').implement({
  interfaces,
  fields: (t) => ({
    usage: t.field({ type: Usage, resolve: ({ event }) => event.usage }),
    cost: t.field({ type: Cost, resolve: ({ event }) => event.cost }),
  }),
});

typeOf('heartbeat').implement({
  description: 'Nothing happened for 15 s, and the connection is alive. Repeats the last seq.',
  interfaces,
});

typeOf('finished').implement({
  description: 'The end. The books have it: usage and cost are settled.',
  interfaces,
  fields: (t) => ({
    completion: t.field({
      type: Completion,
      resolve: ({ completionId }, _args, context) => wholeOf(completionId, context),
    }),
  }),
});

typeOf('failed').implement({
  description: 'The end. Partial output, usage and cost are on `completion`.',
  interfaces,
  fields: (t) => ({
    error: t.field({ type: ErrorInterface, resolve: ({ event }) => event.problem as unknown as Problem }),
    completion: t.field({
      type: Completion,
      resolve: ({ completionId }, _args, context) => wholeOf(completionId, context),
    }),
  }),
});

async function wholeOf(completionId: string, { rooms, caller }: { rooms: Context['rooms']; caller: Caller }) {
  return rooms.runs.whole(caller, completionId);
}
