import { builder, resultUnion } from '../graphql/builder.ts';
import {
  type ScoreSaved as Saved,
  type Score as ScoreValue,
  scoreSources,
  type ScoreValue as Value,
} from './scores.ts';

const ScoreSource = builder.enumType('ScoreSource', { values: scoreSources });

const NumericScore = builder
  .objectRef<Extract<Value, { number: number }>>('NumericScore')
  .implement({ fields: (t) => ({ number: t.exposeFloat('number') }) });
const BooleanScore = builder
  .objectRef<Extract<Value, { passed: boolean }>>('BooleanScore')
  .implement({ fields: (t) => ({ passed: t.exposeBoolean('passed') }) });
const CategoryScore = builder
  .objectRef<Extract<Value, { category: string }>>('CategoryScore')
  .implement({ fields: (t) => ({ category: t.exposeString('category') }) });

const ScoreValueUnion = builder.unionType('ScoreValue', {
  types: [NumericScore, BooleanScore, CategoryScore],
  resolveType: (value) => ('number' in value ? NumericScore : 'passed' in value ? BooleanScore : CategoryScore),
});

const Score = builder.objectRef<ScoreValue>('Score').implement({
  description: 'What somebody or something thought of an answer.',
  fields: (t) => ({
    id: t.exposeID('id'),
    requestId: t.exposeID('requestId', { nullable: true, description: "Null for a run's." }),
    runId: t.exposeString('runId', { nullable: true }),
    name: t.exposeString('name'),
    value: t.field({ type: ScoreValueUnion, resolve: ({ value }) => value }),
    comment: t.exposeString('comment', { nullable: true }),
    source: t.expose('source', { type: ScoreSource }),
    createdBy: t.exposeID('createdBy', { description: 'An API key, or `system`.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

builder.prismaObjectField('GatewayRequest', 'scores', (t) =>
  t.field({
    type: [Score],
    description: "Its own and its run's, oldest first; a hundred at most.",
    select: { id: true, organizationId: true },
    complexity: 5,
    resolve: async ({ id, organizationId }, _args, { rooms }) => [
      ...(await rooms.experiments.scoresOf(organizationId, id)),
    ],
  }),
);

const ScoreSaved = builder.objectRef<Saved>('ScoreSaved').implement({
  fields: (t) => ({
    score: t.expose('score', { type: Score }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True when the idempotencyKey had been used before and nothing was done now.',
    }),
  }),
});

const ScoreResult = resultUnion('ScoreResult', ScoreSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const ScoreSubject = builder.inputType('ScoreSubject', {
  isOneOf: true,
  fields: (t) => ({
    request: t.id(),
    completion: t.id({ description: 'Counts for its request.' }),
    run: t.string({ description: 'An agent run as a whole: counts once, however many calls it made.' }),
  }),
});

const ScoreValueInput = builder.inputType('ScoreValueInput', {
  isOneOf: true,
  fields: (t) => ({ number: t.float(), passed: t.boolean(), category: t.string() }),
});

const ScoreCreateInput = builder.inputType('ScoreCreateInput', {
  fields: (t) => ({
    subject: t.field({ type: ScoreSubject, required: true }),
    name: t.string({ required: true, description: 'What was judged, e.g. helpful.' }),
    value: t.field({ type: ScoreValueInput, required: true }),
    comment: t.string(),
    source: t.field({ type: ScoreSource, defaultValue: 'END_USER' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('scoreCreate', (t) =>
  t.field({
    type: ScoreResult,
    description: 'Says how good an answer was. Experiments compare their arms by it, and routeExplain its models.',
    authScopes: { scope: 'COMPLETIONS_WRITE' },
    args: { input: t.arg({ type: ScoreCreateInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.experiments.score(caller, input),
  }),
);
