import type { BudgetCheck as BudgetForecast } from '../budgets/index.ts';
import type { Json } from '../core/json.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { PolicyVerdict } from '../graphql/policy-words.ts';
import { Money, RoutingDecision } from '../graphql/words.ts';
import type { RateLimitCheck as LimitForecast } from '../limits/index.ts';
import { type Explanation, explain } from './explain.ts';
import { CompletionInput } from './input.graphql.ts';
import { toRequest } from './request.ts';

const BudgetCheck = builder.objectRef<BudgetForecast>('BudgetCheck').implement({
  fields: (t) => ({
    budgetId: t.exposeID('budgetId'),
    slug: t.exposeString('slug'),
    subject: t.exposeString('subject', { description: 'Whose account, where it has one for each.' }),
    estimated: t.field({
      type: Money,
      nullable: true,
      description: 'What must be left; null when nobody knows the price.',
      resolve: ({ estimatedNanos: nanos }) => (nanos === null ? null : { nanos }),
    }),
    remaining: t.field({ type: Money, resolve: ({ remainingNanos: nanos }) => ({ nanos }) }),
    wouldExceed: t.exposeBoolean('wouldExceed'),
  }),
});

const RateLimitCheck = builder.objectRef<LimitForecast>('RateLimitCheck').implement({
  fields: (t) => ({
    limitId: t.exposeID('limitId'),
    metric: t.exposeString('metric'),
    demanded: t.expose('demanded', { type: 'SafeInt', description: 'What the call takes beforehand.' }),
    remaining: t.expose('remaining', { type: 'SafeInt' }),
    wouldExceed: t.exposeBoolean('wouldExceed'),
  }),
});

const RouteExplanation = builder.objectRef<Explanation>('RouteExplanation').implement({
  description: 'What a call would meet on its way. Nothing was sent, stored, counted or paid.',
  fields: (t) => ({
    decision: t.expose('decision', { type: RoutingDecision }),
    refusal: t.exposeString('refusal', {
      nullable: true,
      description: 'Why the gateway would not make the call; null when it would.',
    }),
    hints: t.stringList({
      description:
        'Models that another one beats in price, in how it has been doing lately, and in what people thought of it.',
      resolve: ({ hints }) => [...hints],
    }),
    verdicts: t.field({
      type: [PolicyVerdict],
      description: 'What rules have to say about the question and about who would answer it, watching ones included.',
      resolve: ({ verdicts }) => [...verdicts],
    }),
    effectiveInput: t.field({
      type: 'JSON',
      description: 'The messages as providers would receive them, after redaction; the bytes of media are left out.',
      resolve: ({ effective }) => effective as unknown as Json,
    }),
    wouldHitCache: t.exposeBoolean('wouldHitCache', { description: "The gateway's own cache." }),
    budgetChecks: t.field({
      type: [BudgetCheck],
      description: 'The budgets that would pay, the widest first.',
      resolve: ({ budgetChecks }) => [...budgetChecks],
    }),
    rateLimitChecks: t.field({
      type: [RateLimitCheck],
      description: 'The limits it falls under, those of the first candidate included.',
      resolve: ({ rateLimitChecks }) => [...rateLimitChecks],
    }),
  }),
});

const RouteExplanationResult = resultUnion('RouteExplanationResult', RouteExplanation, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'UnavailableError',
]);

builder.queryField('routeExplain', (t) =>
  t.field({
    type: RouteExplanationResult,
    description:
      'Goes the way of completionCreate, by the same code, up to the first thing that costs something, and says why. ' +
      'What would stop the call is told in `refusal`, and the rest as if it had not. With `route`, as a version of it ' +
      'would: the newest, or `version`.',
    authScopes: { scope: 'ROUTES_READ' },
    complexity: 5,
    args: {
      input: t.arg({ type: CompletionInput, required: true }),
      route: t.arg.id(),
      version: t.arg.int(),
    },
    resolve: (_root, { input, route, version }, { rooms, caller, signal }) =>
      explain(
        rooms,
        caller,
        toRequest(input, caller),
        route == null ? null : { routeId: route, version: version ?? null },
        signal,
      ),
  }),
);
