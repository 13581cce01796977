import { invariant } from '../core/assert.ts';
import type { experimentKinds } from '../core/experiment.ts';
import { type StickyKey, stickyKeys } from '../core/stickiness.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import './scores.graphql.ts';
import { type Arm as ArmValue, experimentStatuses, type Guardrail, type Stage } from './experiment.ts';
import type { ExperimentChange, Experiments } from './index.ts';
import { compared } from './judge.ts';
import { ArmResult, ExperimentMetric } from './results.graphql.ts';

// ---------------------------------------------------------------- what an experiment is

const ExperimentKind = builder.enumType('ExperimentKind', {
  values: {
    AB: { description: 'Arms side by side, each with its share.' },
    CANARY: {
      description: 'One arm whose share grows by a schedule, and which is taken back when it breaks a guard-rail.',
    },
    SHADOW: { description: 'A copy of each call, made when it has been answered; nobody gets the answer.' },
  },
});
const ExperimentStatus = builder.enumType('ExperimentStatus', { values: experimentStatuses });
const AssignBy = builder.enumType('AssignBy', {
  description: 'Whose calls stay in one arm.',
  values: stickyKeys,
});

const Arm = builder.objectRef<ArmValue>('ExperimentArm').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    control: t.exposeBoolean('control', { description: 'What the others are compared with.' }),
    weightPercent: t.exposeFloat('weightPercent', { description: 'A canary goes by its schedule instead.' }),
    model: t.exposeString('model', {
      nullable: true,
      description: 'provider/model, tried before all others; null = as the route decides.',
    }),
  }),
});

const CanaryStage = builder.objectRef<Stage>('CanaryStage').implement({
  fields: (t) => ({ weightPercent: t.exposeFloat('weightPercent'), holdMinutes: t.exposeInt('holdMinutes') }),
});

const ExperimentGuardrail = builder.objectRef<Guardrail>('ExperimentGuardrail').implement({
  fields: (t) => ({
    metric: t.expose('metric', { type: ExperimentMetric }),
    score: t.exposeString('score', { nullable: true }),
    maxDegradation: t.exposeFloat('maxDegradation'),
    minSamples: t.exposeInt('minSamples'),
  }),
});

nodeIds('exp', 'Experiment');
const Experiment = builder.prismaNode('Experiment', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: { scope: 'ROUTES_READ' },
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    kind: t.field({ type: ExperimentKind, resolve: ({ kind }) => kind as (typeof experimentKinds)[number] }),
    status: t.field({ type: ExperimentStatus, resolve: ({ status }) => status as (typeof experimentStatuses)[number] }),
    routeId: t.exposeID('routeId'),
    route: t.exposeString('routeSlug', { description: 'The slug of the route.' }),
    rule: t.exposeString('rule', { nullable: true, description: 'The rule whose calls take part; null = all.' }),
    assignBy: t.field({ type: AssignBy, resolve: ({ assignBy }) => assignBy as StickyKey }),
    arms: t.field({ type: [Arm], resolve: ({ arms }) => arms as unknown as ArmValue[] }),
    schedule: t.field({ type: [CanaryStage], resolve: ({ schedule }) => schedule as unknown as Stage[] }),
    guardrails: t.field({
      type: [ExperimentGuardrail],
      resolve: ({ guardrails }) => guardrails as unknown as Guardrail[],
    }),
    treatedPercent: t.float({
      description: 'The share of calls that are not the control, at the moment.',
      resolve: async (row, _args, { rooms }) => rooms.experiments.treatedPercent(await experimentOf(row, rooms)),
    }),
    conclusion: t.exposeString('conclusion', { nullable: true, description: 'Why it ended.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    results: t.field({
      type: [ArmResult],
      complexity: 20,
      description: 'Until now. Calls count for the arm they were assigned to, whoever answered in the end.',
      resolve: async (row, _args, { rooms }) => {
        const arms = await rooms.experiments.results(await experimentOf(row, rooms));
        const control = arms.find((arm) => arm.control)!;
        return arms.map((arm) => ({ ...arm, deltas: arm.control ? [] : compared(control, arm) }));
      },
    }),
  }),
});

async function experimentOf({ id, organizationId }: Of, rooms: { readonly experiments: Experiments }) {
  const experiment = await rooms.experiments.find(organizationId, id);
  invariant(experiment, 'experiments are never deleted');
  return experiment;
}

interface Of {
  readonly id: string;
  readonly organizationId: string;
}

// ---------------------------------------------------------------- reading

builder.queryField('experiments', (t) =>
  t.prismaField({
    type: [Experiment],
    description: 'Newest first; a hundred at most.',
    authScopes: { scope: 'ROUTES_READ' },
    args: { status: t.arg({ type: [ExperimentStatus] }) },
    resolve: (query, _root, { status }, { prisma, caller: { organizationId } }) =>
      prisma.experiment.findMany({
        ...query,
        where: { organizationId, ...(status && { status: { in: status } }) },
        orderBy: { id: 'desc' },
        take: 100,
      }),
  }),
);

builder.queryField('experiment', (t) =>
  t.prismaField({
    type: Experiment,
    nullable: true,
    authScopes: { scope: 'ROUTES_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId } }) =>
      prisma.experiment.findUnique({ ...query, where: { id, organizationId } }),
  }),
);

// ---------------------------------------------------------------- changing

const ExperimentSaved = builder.objectRef<ExperimentChange>('ExperimentSaved').implement({
  fields: (t) => ({
    experiment: t.prismaField({
      type: Experiment,
      resolve: (query, { experimentId: id }, _args, { prisma, caller: { organizationId } }) =>
        prisma.experiment.findUniqueOrThrow({ ...query, where: { id, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ExperimentResult = resultUnion('ExperimentResult', ExperimentSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const ArmInput = builder.inputType('ExperimentArmInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    control: t.boolean({ defaultValue: false }),
    weightPercent: t.float({
      required: true,
      description: 'Of all calls: adds up to 100 in an A/B test; for a shadow the share that is copied.',
    }),
    model: t.string({ description: 'provider/model, tried before all others. Every arm but the control has one.' }),
  }),
});

const StageInput = builder.inputType('CanaryStageInput', {
  fields: (t) => ({ weightPercent: t.float({ required: true }), holdMinutes: t.int({ required: true }) }),
});

const GuardrailInput = builder.inputType('ExperimentGuardrailInput', {
  fields: (t) => ({
    metric: t.field({ type: ExperimentMetric, required: true }),
    score: t.string({ description: 'The name of the score, for SCORE_MEAN.' }),
    maxDegradation: t.float({
      required: true,
      description: "How much worse than the control: percentage points for ERROR_RATE, percent of the control's else.",
    }),
    minSamples: t.int({ defaultValue: 200, description: 'In each arm, within the last hour; 10 at least.' }),
  }),
});

const ExperimentCreateInput = builder.inputType('ExperimentCreateInput', {
  fields: (t) => ({
    slug: t.string({ required: true }),
    name: t.string({ required: true }),
    kind: t.field({ type: ExperimentKind, required: true }),
    route: t.id({ required: true }),
    rule: t.string({ description: 'The name of the rule whose calls take part; all when left out.' }),
    assignBy: t.field({ type: AssignBy, defaultValue: 'END_USER' }),
    arms: t.field({ type: [ArmInput], required: true, description: 'One of them is the control.' }),
    schedule: t.field({
      type: [StageInput],
      description: 'Of a canary; when left out 1 % for ten minutes, 5 % for 30, 25 % and 50 % for an hour each.',
    }),
    guardrails: t.field({ type: [GuardrailInput] }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('experimentCreate', (t) =>
  t.field({
    type: ExperimentResult,
    description: 'Makes a draft, which touches no call until it is started.',
    authScopes: { scope: 'ROUTES_WRITE' },
    args: { input: t.arg({ type: ExperimentCreateInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller }) =>
      rooms.experiments.create(caller, input, await rooms.models.book(caller.organizationId)),
  }),
);

builder.mutationField('experimentStart', (t) =>
  t.field({
    type: ExperimentResult,
    description: 'Assigns calls from now on, on every instance within two seconds. One runs on a route at a time.',
    authScopes: { scope: 'ROUTES_PUBLISH' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.experiments.start(caller, id),
  }),
);

builder.mutationField('experimentStop', (t) =>
  t.field({
    type: ExperimentResult,
    description: 'Everybody gets what the route says again; what was measured stays.',
    authScopes: { scope: 'ROUTES_PUBLISH' },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, args, { rooms, caller }) => rooms.experiments.stop(caller, args),
  }),
);

builder.mutationField('experimentPromote', (t) =>
  t.field({
    type: ExperimentResult,
    description: "Publishes a version of the route that asks the arm's model first, and ends the experiment.",
    authScopes: { scope: 'ROUTES_PUBLISH' },
    args: { id: t.arg.id({ required: true }), arm: t.arg.string({ required: true }), note: t.arg.string() },
    resolve: async (_root, args, { rooms, caller }) =>
      rooms.experiments.promote(caller, args, await rooms.models.book(caller.organizationId)),
  }),
);
