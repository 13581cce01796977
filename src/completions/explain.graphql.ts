import type { Json } from '../core/json.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { RoutingDecision } from '../graphql/words.ts';
import { type Explanation, explain } from './explain.ts';
import { CompletionInput } from './input.graphql.ts';
import { toRequest } from './request.ts';

const RouteExplanation = builder.objectRef<Explanation>('RouteExplanation').implement({
  description: 'What a call would meet on its way. Nothing was sent, stored, counted or paid.',
  fields: (t) => ({
    decision: t.expose('decision', { type: RoutingDecision }),
    refusal: t.exposeString('refusal', {
      nullable: true,
      description: 'Why the gateway would not make the call; null when it would.',
    }),
    hints: t.stringList({
      description: 'Models that another one beats in price and in how it has been doing lately.',
      resolve: ({ hints }) => [...hints],
    }),
    effectiveInput: t.field({
      type: 'JSON',
      description: 'The messages as providers would receive them, after redaction.',
      resolve: ({ effective }) => effective.messages as unknown as Json,
    }),
    wouldHitCache: t.exposeBoolean('wouldHitCache'),
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
      'Decides as completionCreate would, by the same code, and says why. With `route`, as a version of it would: the ' +
      'newest, or `version`.',
    authScopes: { scope: 'ROUTES_READ' },
    complexity: 5,
    args: {
      input: t.arg({ type: CompletionInput, required: true }),
      route: t.arg.id(),
      version: t.arg.int(),
    },
    resolve: (_root, { input, route, version }, { rooms, caller }) =>
      explain(
        rooms,
        caller,
        toRequest(input, caller),
        route == null ? null : { routeId: route, version: version ?? null },
      ),
  }),
);
