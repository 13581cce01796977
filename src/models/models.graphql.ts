import { resolveArrayConnection } from '@pothos/plugin-relay';
import { type Features, modelFeatures, type Observation } from '../core/decision.ts';
import { builder } from '../graphql/builder.ts';
import { HealthStatus, Modality, Model } from '../graphql/words.ts';
import { searchModels } from './search.ts';
import { healthOf, inputModalitiesOf } from './standing.ts';

const ObservedPerformance = builder.objectRef<Observation>('ObservedPerformance').implement({
  description: 'As the instance that answers has seen it: a minute ago counts half.',
  fields: (t) => ({
    inFlight: t.exposeInt('inFlight', { description: 'Calls under way.' }),
    ttftMs: t.exposeFloat('ttftMs', { nullable: true, description: 'Time to first token; null: none seen lately.' }),
    tokensPerSecond: t.exposeFloat('tokensPerSecond', { nullable: true }),
    errorRatePercent: t.float({ resolve: ({ errorRate }) => errorRate * 100 }),
  }),
});

const ModelFeatureName = builder.enumType('ModelFeatureName', { values: modelFeatures });

const ModelFeatures = builder.objectRef<Features>('ModelFeatures').implement({
  description:
    'What a model can do; null where nobody knows. Routing passes over models without tools that a call needs.',
  fields: (t) => {
    const feature = (name: (typeof modelFeatures)[number], description?: string) =>
      t.boolean({ nullable: true, ...(description && { description }), resolve: (features) => features[name] ?? null });
    return {
      streaming: feature('STREAMING'),
      tools: feature('TOOLS'),
      parallelTools: feature('PARALLEL_TOOLS', 'Several tools called at once.'),
      structuredOutput: feature(
        'STRUCTURED_OUTPUT',
        'Holds an answer to a JSON Schema by itself; else it is told in words.',
      ),
      reasoning: feature('REASONING'),
      promptCaching: feature('PROMPT_CACHING', 'What was kept of a prompt has a price of its own.'),
    };
  },
});

builder.objectFields(Model, (t) => ({
  supports: t.field({ type: ModelFeatures, resolve: ({ features = {} }) => features }),
  outputModalities: t.field({
    type: [Modality],
    nullable: true,
    description: 'What it answers with; null where nobody knows.',
    resolve: ({ gives }) => (gives ? [...gives] : null),
  }),
  inputModalities: t.field({
    type: [Modality],
    nullable: true,
    description: 'What it takes in a question, as far as its provider and it are known. Null where nobody knows.',
    resolve: (card) => {
      const known = inputModalitiesOf(card);
      return known && [...known];
    },
  }),
  observed: t.field({
    type: ObservedPerformance,
    resolve: ({ name }, _args, { rooms, caller }) => rooms.routing.observed(caller.organizationId, name),
  }),
  health: t.field({
    type: HealthStatus,
    description:
      'DOWN while calls pass it over, DEGRADED when a fifth of them fail, UNKNOWN when there were none lately.',
    resolve: (card, _args, { rooms, caller }) =>
      healthOf(rooms.routing.observed(caller.organizationId, card.name), rooms.providers.restOf(card) !== null),
  }),
}));

const ModelFilter = builder.inputType('ModelFilter', {
  fields: (t) => ({
    provider: t.stringList({ description: 'Slugs of providers.' }),
    enabled: t.boolean({ description: 'True: switched on and reachable with a credential; false: the others.' }),
    inputModality: t.field({ type: [Modality], description: 'All of them.' }),
    outputModality: t.field({ type: [Modality], description: 'All of them.' }),
    feature: t.field({ type: [ModelFeatureName], description: 'All of them, as far as somebody knows.' }),
    search: t.string({ description: 'Words of a name, in any order, e.g. "openai mini".' }),
  }),
});

builder.queryField('models', (t) =>
  t.connection(
    {
      type: Model,
      description:
        'Models you can name as a target, by name. Providers may accept further names, which `model(name)` finds.',
      authScopes: { anyone: true },
      args: { filter: t.arg({ type: ModelFilter }) },
      resolve: async (_root, { filter, ...page }, { rooms, caller }) => {
        const book = await rooms.models.book(caller.organizationId);
        const found = searchModels(book.list(), filter ?? {});
        return { ...resolveArrayConnection({ args: page }, found), totalCount: found.length };
      },
    },
    { name: 'ModelConnection', fields: (connection) => ({ totalCount: connection.exposeInt('totalCount') }) },
    { name: 'ModelEdge' },
  ),
);

builder.queryField('model', (t) =>
  t.field({
    type: Model,
    nullable: true,
    description: 'One model by provider/model, dated and unlisted names included; null when nobody offers it.',
    authScopes: { anyone: true },
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_root, { name }, { rooms, caller }) => (await rooms.models.book(caller.organizationId)).get(name),
  }),
);
