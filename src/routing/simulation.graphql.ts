import type { Json } from '../core/json.ts';
import type { Nanos } from '../core/money.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { JobStatus, Money } from '../graphql/words.ts';
import type { Simulation } from './simulation/jobs.ts';
import type { Example, Share } from './simulation/replaying.ts';
import type { Suggestion } from './simulation/search.ts';

const percent = (part: number, whole: number) => (whole === 0 ? 0 : (100 * part) / whole);
const money = (nanos: Nanos | undefined) => ({ nanos: nanos ?? 0n });

const SimulatedShare = builder.objectRef<Share & { total: number }>('SimulatedShare').implement({
  fields: (t) => ({
    model: t.exposeString('model', { description: 'provider/model' }),
    beforePercent: t.float({ resolve: ({ before, total }) => percent(before, total) }),
    afterPercent: t.float({ resolve: ({ after, total }) => percent(after, total) }),
  }),
});

const SimulatedExample = builder.objectRef<Example>('SimulatedExample').implement({
  fields: (t) => ({
    requestId: t.exposeID('requestId'),
    before: t.exposeString('before'),
    after: t.exposeString('after', { nullable: true, description: 'Null: nobody would have taken it.' }),
    reason: t.exposeString('reason'),
  }),
});

const SimulatedSuggestion = builder
  .objectRef<Suggestion & { total: number; before: Nanos }>('SimulatedSuggestion')
  .implement({
    description:
      'The one condition that would have saved the most by sending calls to the cheapest model of the route, of those ' +
      'that move at most half of the calls. About money alone: nobody knows how well that model would have answered.',
    fields: (t) => ({
      condition: t.field({
        type: 'JSON',
        description: 'In the shape of ConditionInput.',
        resolve: ({ condition }) => condition as unknown as Json,
      }),
      conditionSummary: t.exposeString('summary'),
      model: t.exposeString('model'),
      movedPercent: t.float({ resolve: ({ moved, total }) => percent(moved, total) }),
      costAfter: t.field({ type: Money, resolve: ({ costAfter }) => money(costAfter) }),
      savedPercent: t.float({
        resolve: ({ before, costAfter }) => percent(Number(before - costAfter), Number(before)),
      }),
    }),
  });

const RouteSimulation = builder.objectRef<Simulation>('RouteSimulation').implement({
  description:
    'Recorded calls decided again, by a version of the route, from what was kept of them: numbers and names, no ' +
    'content. Deployments count as healthy and idle, answers as long as they were.',
  fields: (t) => ({
    id: t.exposeID('id'),
    status: t.expose('status', { type: JobStatus }),
    version: t.exposeInt('version'),
    error: t.exposeString('error', { nullable: true }),
    requestsReplayed: t.exposeInt('replayed', { description: 'So far.' }),
    maxRequests: t.exposeInt('total'),
    changedDecisions: t.int({ resolve: ({ result }) => result?.changed ?? 0 }),
    refusedRequests: t.int({
      description: 'That nobody would have taken.',
      resolve: ({ result }) => result?.refused ?? 0,
    }),
    undecidableRequests: t.int({
      description: 'A condition asks about text, which is not kept: decided as if it did not match.',
      resolve: ({ result }) => result?.undecidable ?? 0,
    }),
    unpricedRequests: t.int({
      description: 'Their new model has no known price: counted at what they did cost.',
      resolve: ({ result }) => result?.unpriced ?? 0,
    }),
    costBefore: t.field({ type: Money, resolve: ({ result }) => money(result?.costBefore) }),
    costAfter: t.field({ type: Money, resolve: ({ result }) => money(result?.costAfter) }),
    savedPercent: t.float({
      resolve: ({ result }) =>
        result ? percent(Number(result.costBefore - result.costAfter), Number(result.costBefore)) : 0,
    }),
    byTarget: t.field({
      type: [SimulatedShare],
      resolve: ({ result }) => (result?.byModel ?? []).map((share) => ({ ...share, total: result!.replayed })),
    }),
    examples: t.field({
      type: [SimulatedExample],
      description: 'Some of the calls that would have gone elsewhere.',
      resolve: ({ result }) => [...(result?.examples ?? [])],
    }),
    suggestion: t.field({
      type: SimulatedSuggestion,
      nullable: true,
      resolve: ({ result }) =>
        result?.suggestion ? { ...result.suggestion, total: result.replayed, before: result.costBefore } : null,
    }),
  }),
});

const RouteSimulationResult = resultUnion('RouteSimulationResult', RouteSimulation, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'UnavailableError',
]);

const RouteSimulateInput = builder.inputType('RouteSimulateInput', {
  fields: (t) => ({
    route: t.id({ required: true }),
    version: t.int({ description: 'The newest when left out.' }),
    range: t.field({ type: TimeRangeInput, required: true }),
    maxRequests: t.int({ defaultValue: 20_000, description: 'The oldest of the range first; 100000 at most.' }),
  }),
});

builder.mutationField('routeSimulate', (t) =>
  t.field({
    type: RouteSimulationResult,
    description: 'Begins to replay recorded calls against a version; follow it with routeSimulation.',
    authScopes: { scope: 'ROUTES_WRITE' },
    complexity: 50,
    args: { input: t.arg({ type: RouteSimulateInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller, runtime }) => {
      const range = timeRange(input.range, runtime.clock.now(), 'input.range');
      const wanted = { ...input, range, maxRequests: input.maxRequests ?? 20_000 };
      const { organizationId } = caller;
      return rooms.routing.simulations.start(caller, wanted, await rooms.models.book(organizationId), (part) =>
        rooms.usage.history(organizationId, part),
      );
    },
  }),
);

builder.queryField('routeSimulation', (t) =>
  t.field({
    type: RouteSimulation,
    nullable: true,
    authScopes: { scope: 'ROUTES_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.routing.simulations.find(caller.organizationId, id),
  }),
);
