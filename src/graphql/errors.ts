import type { ObjectRef, UnionRef } from '@pothos/core';
import { agentStops, errorCodes, type InputIssue as Issue, type Problem, type problems } from '../core/problem.ts';
import { Money } from './money.ts';
import { resultUnions } from './problems.ts';
import { builder, type SchemaTypesOfHouse } from './schema-builder.ts';

/** The schema's form of core/problem.ts: `interface Error`, one type per problem, and unions of a success with some. */

export const ErrorCode = builder.enumType('ErrorCode', { values: errorCodes });

export const ErrorInterface = builder.interfaceRef<Problem>('Error').implement({
  description: 'Every failure a caller can do something about.',
  resolveType: (problem) => problem.type,
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCode }),
    message: t.exposeString('message', { description: 'Safe to show to an end user.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'True when the same call can succeed later without change; use the same idempotencyKey.',
    }),
    retryAfterMs: t.exposeInt('retryAfterMs', {
      nullable: true,
      description: 'Wait at least this long before the retry.',
    }),
    requestId: t.exposeID('requestId', {
      nullable: true,
      description: 'The request this failure ended, for `request(id)`.',
    }),
  }),
});

export const InputIssue = builder.objectRef<Issue>('InputIssue').implement({
  fields: (t) => ({
    path: t.stringList({
      description: 'Path into the input, e.g. ["messages", "0", "parts"].',
      resolve: ({ path }) => [...path],
    }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    suggestions: t.stringList({
      description: 'Closest accepted values, for typos in names.',
      resolve: ({ suggestions }) => [...suggestions],
    }),
  }),
});

/** Backed by the plain form of a Problem (`toJSON`), whose fields carry the same names. */
const refOf = <Name extends keyof typeof problems>(name: Name) =>
  builder.objectRef<InstanceType<(typeof problems)[Name]>>(name);

const interfaces = [ErrorInterface];

export const AgentStop = builder.enumType('AgentStop', { values: agentStops });

/** A room that knows more about a problem adds fields to its type. */
export const problemTypes = {
  ValidationError: refOf('ValidationError').implement({
    description: 'Something about the input is not acceptable; `issues` says what and where.',
    interfaces,
    fields: (t) => ({ issues: t.field({ type: [InputIssue], resolve: ({ issues }) => [...issues] }) }),
  }),
  NotFoundError: refOf('NotFoundError').implement({
    description: "Also the answer for another organization's things: what one may not see does not exist.",
    interfaces,
    fields: (t) => ({
      resourceType: t.exposeString('resourceType'),
      reference: t.exposeString('reference'),
      suggestions: t.stringList({
        description: 'Names of things that there are, the nearest first. At most three.',
        // Events of runs that were logged before there were any have none.
        resolve: ({ suggestions = [] }) => [...suggestions],
      }),
    }),
  }),
  ForbiddenError: refOf('ForbiddenError').implement({
    description: 'The API key, or whoever is signed in, lacks a scope.',
    interfaces,
    fields: (t) => ({ missingScopes: t.stringList({ resolve: ({ missingScopes }) => [...missingScopes] }) }),
  }),
  ConflictError: refOf('ConflictError').implement({
    description: 'Somebody else changed the thing since `expectedRevision`.',
    interfaces,
    fields: (t) => ({ currentRevision: t.exposeInt('currentRevision') }),
  }),
  IdempotencyConflictError: refOf('IdempotencyConflictError').implement({
    description: 'The same idempotencyKey came with another input.',
    interfaces,
    fields: (t) => ({
      firstUsedAt: t.field({ type: 'DateTime', resolve: ({ firstUsedAt }) => new Date(firstUsedAt) }),
      originalId: t.exposeID('originalId'),
    }),
  }),
  RateLimitedError: refOf('RateLimitedError').implement({
    description: "A limit of this gateway is used up. A provider's own limit is a ProviderError with the same code.",
    interfaces,
  }),
  AgentStoppedError: refOf('AgentStoppedError').implement({
    description: 'The run of an agent came to one of its limits: no further call with this runId is admitted.',
    interfaces,
    fields: (t) => ({ runId: t.exposeString('runId'), stoppedBy: t.expose('stoppedBy', { type: AgentStop }) }),
  }),
  ContentTooLargeError: refOf('ContentTooLargeError').implement({
    description: 'The prompt is longer than its scope may send. No provider has seen it.',
    interfaces,
    fields: (t) => ({
      estimatedTokens: t.expose('estimatedTokens', { type: 'SafeInt' }),
      maxTokens: t.exposeInt('maxTokens'),
    }),
  }),
  PolicyBlockedError: refOf('PolicyBlockedError').implement({
    description: 'A rule of the organization does not let the call through; the message names policy and rule.',
    interfaces,
  }),
  BudgetExceededError: refOf('BudgetExceededError').implement({
    description: 'A budget that blocks has too little left for this call.',
    interfaces,
    fields: (t) => ({
      budgetId: t.exposeID('budgetId'),
      estimated: t.field({
        type: Money,
        description: 'What the call needs to be let begin.',
        resolve: ({ estimatedNanos }) => ({ nanos: BigInt(estimatedNanos) }),
      }),
      remaining: t.field({ type: Money, resolve: ({ remainingNanos }) => ({ nanos: BigInt(remainingNanos) }) }),
      resetsAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the budget starts anew; null when it never does.',
        resolve: ({ resetsAt }) => (resetsAt === null ? null : new Date(resetsAt)),
      }),
    }),
  }),
  NoEligibleTargetError: refOf('NoEligibleTargetError').implement({
    description: "None of the route's targets may or can answer; the message says why for each.",
    interfaces,
  }),
  ProviderError: refOf('ProviderError').implement({
    description: "All attempts failed; the request's `attempts` say what each of them met.",
    interfaces,
  }),
  IncompleteError: refOf('IncompleteError').implement({
    description:
      "The answer broke off before the provider's own end, after part of it had been passed on, and no other target " +
      'could start over. What was said stays readable, and was paid for.',
    interfaces,
    fields: (t) => ({ failure: t.expose('failure', { type: ErrorCode, description: 'What broke it off.' }) }),
  }),
  CancelledError: refOf('CancelledError').implement({
    description: 'Somebody stopped the completion.',
    interfaces,
    fields: (t) => ({ reason: t.exposeString('reason', { nullable: true }) }),
  }),
  UnavailableError: refOf('UnavailableError').implement({
    description: 'A part the gateway depends on cannot answer now.',
    interfaces,
    fields: (t) => ({ dependency: t.exposeString('dependency') }),
  }),
  InternalError: refOf('InternalError').implement({
    description: 'A bug of the gateway. Everything worth telling is in its log.',
    interfaces,
    fields: (t) => ({ incidentId: t.exposeString('incidentId', { description: 'Look this up in the log.' }) }),
  }),
} satisfies Record<keyof typeof problems, unknown>;

/**
 * The result of a write: its one success type, or one of the named problems. A problem thrown by the resolver (or by
 * the scope check before it) becomes the field's value; one that is not named leaves as an exception.
 * @param success there is exactly one, so clients match it and treat the rest as Error
 */
export function resultUnion<Success extends object>(
  name: string,
  success: ObjectRef<SchemaTypesOfHouse, Success>,
  names: readonly (keyof typeof problems)[],
): UnionRef<SchemaTypesOfHouse, Success> {
  const ref = builder.unionType(name, {
    types: [success, ...names.map((problem) => problemTypes[problem])] as never,
    resolveType: (value: object) =>
      'type' in value && names.includes(value.type as never) ? (value.type as never) : success,
  });
  resultUnions.set(ref, new Set(names));
  return ref as unknown as UnionRef<SchemaTypesOfHouse, Success>;
}
