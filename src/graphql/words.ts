import { severities } from '../core/alert.ts';
import type { FieldChange as Field, ChangeReceipt as Receipt } from '../core/change.ts';
import { modalities, type Tag as TagValue, tasks } from '../core/chat.ts';
import type { WithheldReason } from '../core/content.ts';
import {
  type Attempt as AttemptValue,
  type Candidate as CandidateValue,
  type Decision,
  eligibilityCodes,
  inputsDigest,
  type ModelCard,
  type RuleEvaluation as RuleEvaluationValue,
} from '../core/decision.ts';
import type { Timing as TimingValue } from '../core/event.ts';
import type { Assignment } from '../core/experiment.ts';
import { jobStatuses } from '../core/job.ts';
import { type Cost as CostValue, type CostLine as Line, meters, type UnitPrice as Price } from '../core/money.ts';
import type { RateStanding, BudgetStanding as Standing } from '../core/standing.ts';
import { totalTokens, type Usage as UsageValue } from '../core/usage.ts';
import { builder, ErrorCode } from './builder.ts';
import { Money } from './money.ts';

export { Money, MoneyInput } from './money.ts';

/** The schema's form of the words in core/, which several rooms use. A type of one room only lives in that room. */

export const Tag = builder.objectRef<TagValue>('Tag').implement({
  fields: (t) => ({ key: t.exposeString('key'), value: t.exposeString('value') }),
});

export const TagInput = builder.inputType('TagInput', {
  fields: (t) => ({ key: t.string({ required: true }), value: t.string({ required: true }) }),
});

export const TargetInput = builder.inputType('TargetInput', {
  isOneOf: true,
  description: 'What to run against. Routes are the normal way; a pinned model is for tests and comparisons.',
  fields: (t) => ({
    route: t.string({ description: 'The slug of a published route.' }),
    model: t.string({ description: 'provider/model, e.g. openai/gpt-4o-mini or sim/echo-1.' }),
  }),
});

const UsageSource = builder.enumType('UsageSource', {
  values: {
    PROVIDER: { description: 'Reported by the provider.' },
    ESTIMATED: { description: 'Counted by the gateway: the stream broke, or nothing was reported.' },
    MIXED: { description: 'Some of it was reported, some counted.' },
    NONE: { description: 'Nothing was consumed.' },
  },
});

export const Usage = builder.objectRef<UsageValue>('Usage').implement({
  fields: (t) => ({
    inputTokens: t.expose('inputTokens', { type: 'SafeInt', description: 'Includes cached tokens.' }),
    outputTokens: t.expose('outputTokens', { type: 'SafeInt', description: 'Includes reasoning tokens.' }),
    reasoningTokens: t.expose('reasoningTokens', { type: 'SafeInt' }),
    cacheReadTokens: t.expose('cacheReadTokens', { type: 'SafeInt' }),
    cacheWriteTokens: t.expose('cacheWriteTokens', { type: 'SafeInt' }),
    cacheWrite1hTokens: t.field({
      type: 'SafeInt',
      description: 'Part of cacheWriteTokens: kept for an hour.',
      resolve: ({ cacheWrite1hTokens }) => cacheWrite1hTokens ?? 0,
    }),
    audioTokens: t.field({
      type: 'SafeInt',
      description: 'Heard and spoken; parts of input and output.',
      resolve: ({ inputAudioTokens, outputAudioTokens }) => (inputAudioTokens ?? 0) + (outputAudioTokens ?? 0),
    }),
    images: t.int({ description: 'Made.', resolve: ({ images }) => images ?? 0 }),
    audioSeconds: t.int({
      description: 'Of sound that was listened to, rounded up.',
      resolve: ({ audioSeconds }) => audioSeconds ?? 0,
    }),
    characters: t.int({ description: 'That were spoken.', resolve: ({ characters }) => characters ?? 0 }),
    searches: t.int({
      description: 'What rankings are sold by: a query with up to 100 documents.',
      resolve: ({ searches }) => searches ?? 0,
    }),
    toolCalls: t.int({
      description: 'Of tools that the provider runs and charges for.',
      resolve: ({ toolCalls }) => toolCalls ?? 0,
    }),
    serviceTier: t.string({
      nullable: true,
      description: 'How the provider served it, when that is not the ordinary way, e.g. flex.',
      resolve: ({ serviceTier }) => serviceTier ?? null,
    }),
    totalTokens: t.field({ type: 'SafeInt', resolve: totalTokens }),
    source: t.expose('source', { type: UsageSource }),
  }),
});

export const PriceMeter = builder.enumType('PriceMeter', {
  description:
    'What can have a price. Parts of input and output without one cost what input or output costs. Images, sound, ' +
    'text to speak and searches are sold by the piece or by the token: one of the two needs a price.',
  values: meters,
});

const QuantitySource = builder.enumType('QuantitySource', {
  values: {
    REPORTED: { description: 'By the provider.' },
    COUNTED: { description: 'By the gateway, exactly.' },
    ESTIMATED: { description: 'By the gateway: the stream broke, or nothing was reported.' },
  },
});

type PricePaid = Omit<Price, 'fromInputTokens'> & { readonly fromInputTokens?: number };

const UnitPrice = builder.objectRef<PricePaid>('UnitPrice').implement({
  fields: (t) => ({
    id: t.string({
      nullable: true,
      description: 'A price that was set (prc_…), or bundled:provider/model@day; null where none was noted.',
      resolve: ({ id }) => id ?? null,
    }),
    meter: t.expose('meter', { type: PriceMeter }),
    amount: t.field({
      type: Money,
      description: 'The price of `per` units.',
      resolve: ({ nanosPerUnit }) => ({ nanos: nanosPerUnit }),
    }),
    per: t.exposeInt('per'),
    fromInputTokens: t.int({
      description: 'The price holds when the whole input has at least this many tokens.',
      resolve: ({ fromInputTokens }) => fromInputTokens ?? 0,
    }),
    tier: t.string({
      nullable: true,
      description: 'The service tier it belongs to, or for IMAGE the size, e.g. 1024x1024; null for any other.',
      resolve: ({ tier }) => tier ?? null,
    }),
  }),
});

const CostLine = builder.objectRef<Line>('CostLine').implement({
  fields: (t) => ({
    meter: t.expose('meter', { type: PriceMeter }),
    quantity: t.expose('quantity', { type: 'SafeInt' }),
    source: t.field({
      type: QuantitySource,
      nullable: true,
      description: 'Who says how much it was; null on lines older than this field.',
      resolve: ({ source }) => source ?? null,
    }),
    unitPrice: t.field({
      type: UnitPrice,
      resolve: ({ priceId, ...line }) => ({ ...line, ...(priceId !== undefined && { id: priceId }) }),
    }),
    amount: t.field({ type: Money, resolve: ({ amountNanos }) => ({ nanos: amountNanos }) }),
  }),
});

export const Cost = builder.objectRef<CostValue>('Cost').implement({
  fields: (t) => ({
    total: t.field({ type: Money, resolve: ({ totalNanos }) => ({ nanos: totalNanos }) }),
    lines: t.field({ type: [CostLine], resolve: ({ lines }) => [...lines] }),
    complete: t.exposeBoolean('complete', {
      description: 'False when something consumed has no price; the total then covers only the priced lines.',
    }),
  }),
});

/** The limits room adds the limit itself. */
export const RateLimitStanding = builder.objectRef<RateStanding>('RateLimitStanding').implement({
  description: 'What a call left of one of its rate limits.',
  fields: (t) => ({
    remaining: t.expose('remaining', {
      type: 'SafeInt',
      description: 'As others found it when the call had been counted.',
    }),
    callsLeft: t.expose('callsLeft', {
      type: 'SafeInt',
      nullable: true,
      description: 'Further calls of the same size that fit just now; null when this one used nothing of it.',
    }),
  }),
});

export const BudgetStanding = builder.objectRef<Standing>('BudgetStanding').implement({
  description: 'How a budget that paid for a call stood when it ended.',
  fields: (t) => ({
    budgetId: t.exposeID('budgetId'),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'Whose account it is, where the budget has one for each.',
    }),
    limit: t.field({ type: Money, resolve: ({ limitNanos }) => ({ nanos: BigInt(limitNanos) }) }),
    remaining: t.field({
      type: Money,
      description: 'What new calls can have.',
      resolve: ({ remainingNanos }) => ({ nanos: BigInt(remainingNanos) }),
    }),
    usedPercent: t.exposeFloat('usedPercent', { description: 'Spent, of the limit.' }),
    overrun: t.field({
      type: Money,
      description: "Of this call's cost, what providers billed beyond what had been held for it.",
      resolve: ({ overrunNanos }) => ({ nanos: BigInt(overrunNanos ?? 0) }),
    }),
    resetsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it starts anew; null when it never does.',
      resolve: ({ resetsAt }) => (resetsAt === null ? null : new Date(resetsAt)),
    }),
  }),
});

export const Timing = builder.objectRef<TimingValue>('Timing').implement({
  fields: (t) => ({
    queuedMs: t.exposeInt('queuedMs'),
    routingMs: t.exposeFloat('routingMs'),
    ttftMs: t.exposeInt('ttftMs', { nullable: true, description: 'Time to first token.' }),
    totalMs: t.exposeInt('totalMs'),
    overheadMs: t.exposeFloat('overheadMs', {
      description: 'What the gateway added: total less waiting for providers.',
    }),
  }),
});

export const Model = builder.objectRef<ModelCard>('Model').implement({
  fields: (t) => ({
    name: t.exposeID('name', { description: 'provider/model, e.g. openai/gpt-4o-mini.' }),
    provider: t.exposeString('providerSlug'),
    contextTokens: t.exposeInt('contextTokens', { nullable: true }),
    maxOutputTokens: t.int({
      nullable: true,
      resolve: ({ maxOutputTokens, longestOutputTokens = null }) => maxOutputTokens ?? longestOutputTokens,
    }),
    enabled: t.exposeBoolean('enabled'),
    hasCredential: t.exposeBoolean('hasCredential'),
    prices: t.field({
      type: [UnitPrice],
      nullable: true,
      description: 'Null when nobody knows, which is not the same as free.',
      resolve: ({ prices }) => prices && [...prices.prices],
    }),
  }),
});

const EligibilityCode = builder.enumType('EligibilityCode', { values: eligibilityCodes });

const EligibilityReason = builder.objectRef<CandidateValue['reasons'][number]>('EligibilityReason').implement({
  fields: (t) => ({ code: t.expose('code', { type: EligibilityCode }), message: t.exposeString('message') }),
});

const Candidate = builder.objectRef<CandidateValue>('CandidateEvaluation').implement({
  fields: (t) => ({
    targetId: t.id({ resolve: ({ target }) => target.id }),
    model: t.string({ description: 'provider/model', resolve: ({ target }) => target.model }),
    eligible: t.exposeBoolean('eligible'),
    rank: t.int({ nullable: true, description: '1 is tried first.', resolve: ({ rank }) => rank ?? null }),
    score: t.float({
      nullable: true,
      description: 'What the strategy went by, in its own unit: nanos, ms, calls under way; less is better.',
      resolve: ({ score }) => score ?? null,
    }),
    reasons: t.field({ type: [EligibilityReason], resolve: ({ reasons }) => [...reasons] }),
    estimatedCost: t.field({
      type: Money,
      nullable: true,
      resolve: ({ estimatedCostNanos: nanos }) => (nanos === null ? null : { nanos }),
    }),
  }),
});

export const RoutingStrategy = builder.enumType('RoutingStrategy', {
  values: {
    PRIORITY: { description: 'In the order written: the next is tried when the one before fails.' },
    WEIGHTED: { description: 'By lot, in proportion to the weights.' },
    ROUND_ROBIN: { description: 'One after the other.' },
    LOWEST_COST: { description: 'The cheapest for this very call, by its quote.' },
    LOWEST_LATENCY: { description: 'The shortest time to a typical answer, as observed lately.' },
    LEAST_BUSY: { description: 'Where the fewest calls are under way, in proportion to the weights.' },
    PREFIX_STICKY: {
      description: 'What begins alike goes to the same target, so that its prompt cache stays warm; loads stay even.',
    },
  },
});

export const Task = builder.enumType('Task', { values: tasks });

export const Modality = builder.enumType('Modality', { values: modalities });

const RuleEvaluation = builder.objectRef<RuleEvaluationValue>('RuleEvaluation').implement({
  fields: (t) => ({
    rule: t.exposeString('rule'),
    matched: t.exposeBoolean('matched'),
    trace: t.stringList({
      description: 'What was asked, and the answer: "input under 300 characters: no, 1204 characters".',
      resolve: ({ trace }) => [...trace],
    }),
  }),
});

const DecidedRoute = builder.objectRef<NonNullable<Decision['route']>>('DecidedRoute').implement({
  description: 'The route as it was when the decision was made.',
  fields: (t) => ({ id: t.exposeID('id'), slug: t.exposeString('slug'), version: t.exposeInt('version') }),
});

const ExperimentAssignment = builder.objectRef<Assignment>('ExperimentAssignment').implement({
  description: 'Which arm of which experiment a call belonged to.',
  fields: (t) => ({
    experimentId: t.exposeID('experimentId'),
    experiment: t.exposeString('slug', { description: 'Its slug.' }),
    arm: t.exposeString('arm'),
  }),
});

export const RoutingDecision = builder.objectRef<Decision>('RoutingDecision').implement({
  description: 'Why this target.',
  fields: (t) => ({
    route: t.expose('route', { type: DecidedRoute, nullable: true }),
    rule: t.exposeString('rule', { nullable: true }),
    strategy: t.expose('strategy', { type: RoutingStrategy }),
    summary: t.exposeString('summary', { description: 'One sentence for people.' }),
    rulesEvaluated: t.field({
      type: [RuleEvaluation],
      description: 'Up to the one that matched.',
      resolve: ({ rulesEvaluated }) => [...(rulesEvaluated ?? [])],
    }),
    selected: t.field({
      type: Candidate,
      nullable: true,
      description: 'The first to be tried; null when nobody could.',
      resolve: ({ candidates: [first] }) => (first?.eligible ? first : null),
    }),
    stickyHit: t.boolean({
      description: 'True when the same key, end user, run or prefix as before decided who comes first.',
      resolve: ({ stickyHit }) => stickyHit ?? false,
    }),
    experiment: t.field({
      type: ExperimentAssignment,
      nullable: true,
      resolve: ({ experiment }) => experiment ?? null,
    }),
    task: t.field({
      type: Task,
      nullable: true,
      description: 'What the call is about, as stated or as it looked.',
      resolve: ({ basis }) => basis?.facts.task ?? null,
    }),
    taskConfidence: t.float({ nullable: true, resolve: ({ basis }) => basis?.facts.taskConfidence ?? null }),
    inputsDigest: t.string({
      nullable: true,
      description: 'SHA-256 over everything that was decided from: equal digests, equal decisions.',
      resolve: inputsDigest,
    }),
    candidates: t.field({ type: [Candidate], resolve: ({ candidates }) => [...candidates] }),
    estimatedCost: t.field({
      type: Money,
      nullable: true,
      description: 'The worst the dearest eligible candidate can cost.',
      resolve: ({ quoteNanos: nanos }) => (nanos === null ? null : { nanos }),
    }),
    tookMicros: t.exposeInt('tookMicros'),
  }),
});

const AttemptOutcome = builder.enumType('AttemptOutcome', {
  values: {
    RUNNING: {},
    SUCCEEDED: {},
    FAILED: {},
    TIMED_OUT: {},
    CANCELLED: {},
    DISCARDED: { description: 'A second attempt beside it spoke first (`hedgeAfterMs`). What it used is paid for.' },
  } as const,
});

export const Attempt = builder.objectRef<AttemptValue>('Attempt').implement({
  description: 'One call to one provider.',
  fields: (t) => ({
    id: t.exposeID('id'),
    number: t.exposeInt('number', { description: '1, 2, 3 … within the request.' }),
    targetId: t.exposeID('targetId'),
    model: t.exposeString('model', { description: 'provider/model' }),
    provider: t.exposeString('provider'),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => new Date(startedAt) }),
    durationMs: t.exposeInt('durationMs', { nullable: true }),
    ttftMs: t.exposeInt('ttftMs', { nullable: true }),
    outcome: t.expose('outcome', { type: AttemptOutcome }),
    errorCode: t.expose('errorCode', { type: ErrorCode, nullable: true }),
    httpStatus: t.exposeInt('httpStatus', { nullable: true }),
    providerMessage: t.exposeString('providerMessage', {
      nullable: true,
      description: "The provider's own words, shortened, without secrets.",
    }),
    providerRequestId: t.exposeString('providerRequestId', { nullable: true }),
    responseModel: t.exposeString('responseModel', {
      nullable: true,
      description: 'The model that answered, in its words.',
    }),
    usage: t.expose('usage', { type: Usage }),
    cost: t.expose('cost', { type: Cost }),
  }),
});

export const Severity = builder.enumType('Severity', { values: severities });

export const HealthStatus = builder.enumType('HealthStatus', {
  values: ['HEALTHY', 'DEGRADED', 'DOWN', 'UNKNOWN'] as const,
});

const ChangeOp = builder.enumType('ChangeOp', { values: ['ADD', 'REMOVE', 'REPLACE'] as const });

export const FieldChange = builder.objectRef<Field>('FieldChange').implement({
  fields: (t) => ({
    path: t.stringList({ resolve: ({ path }) => [...path] }),
    op: t.expose('op', { type: ChangeOp }),
    before: t.expose('before', { type: 'JSON', nullable: true }),
    after: t.expose('after', { type: 'JSON', nullable: true }),
    masked: t.exposeBoolean('masked', { description: 'A secret: shown as changed, never as a value.' }),
  }),
});

/** The audit room adds `auditEvent`. */
export const ChangeReceipt = builder.objectRef<Receipt>('ChangeReceipt').implement({
  description: 'Attached to every control-plane success: where it is recorded.',
  fields: (t) => ({
    revision: t.expose('revision', { type: 'BigInt' }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True when the idempotencyKey matched an earlier change and nothing was done now.',
    }),
  }),
});

export const JobStatus = builder.enumType('JobStatus', { values: jobStatuses });

const WithheldReasonEnum = builder.enumType('WithheldReason', {
  values: {
    NOT_LOGGED: {
      description: 'No policy asked for it to be kept: content is there only while the run can be followed.',
    },
    RETENTION_EXPIRED: { description: 'It was kept as long as policies allow.' },
    ERASED: { description: 'Whom it was about had it erased.' },
    NO_PERMISSION: { description: 'You lack the scope CONTENT_READ.' },
  } satisfies Record<WithheldReason, object>,
});

export const Withheld = builder
  .objectRef<{ readonly reason: WithheldReason; readonly policy: string | null; readonly until: Date | null }>(
    'Withheld',
  )
  .implement({
    description: 'Why content is null.',
    fields: (t) => ({
      reason: t.expose('reason', { type: WithheldReasonEnum }),
      policy: t.exposeString('policy', { nullable: true, description: 'The slug of the policy that says so.' }),
      until: t.expose('until', {
        type: 'DateTime',
        nullable: true,
        description: 'Until when it could be read. Null: it never was kept, or nobody knows.',
      }),
    }),
  });
