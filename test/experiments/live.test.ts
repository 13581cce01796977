import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { complete, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

vi.setConfig({ testTimeout: 90_000 }); // dozens of calls a test

let gateway: TestGateway;
let ask: <Data>(name: string, variables: object, key?: string) => Promise<Data>;
beforeAll(async () => {
  gateway = await openTestGateway();
  const documents = new Map<string, string>();
  ask = async (name, variables, key) => {
    if (!documents.has(name)) documents.set(name, await operation(name));
    return gateway.ask(documents.get(name)!, variables, key);
  };
});
afterAll(() => gateway.close());

const large = { model: 'sim/large-1' };
let made = 0;
let slug: string;
let routeId: string;
beforeEach(async () => {
  slug = `tried-${++made}`;
  const input = { slug, name: slug, rules: [{ name: 'all', targets: [large] }] };
  const { routeSave } = await ask<{ routeSave: { route: { id: string } } }>('RouteSave', { input });
  routeId = routeSave.route.id;
  await ask('RoutePublish', { id: routeId, version: 1, expectedRevision: 1 });
});

interface Changed {
  readonly __typename: string;
  readonly message?: string;
  readonly experiment?: { readonly id: string; readonly status: string; readonly treatedPercent: number };
}

interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface Results {
  readonly status: string;
  readonly conclusion: string | null;
  readonly results: readonly {
    readonly arm: string;
    readonly samples: number;
    readonly cost: { readonly nanos: string };
    readonly metrics: readonly { metric: string; score: string | null; samples: number; estimate: Estimate }[];
    readonly vsControl: readonly { metric: string; score: string | null; delta: Estimate; significant: boolean }[];
  }[];
}

const control = { name: 'now', control: true, weightPercent: 50 };
const small = { name: 'small', weightPercent: 50, model: 'sim/small-1' };

async function create(different: object, key?: string): Promise<Changed> {
  const input = { slug, name: slug, kind: 'AB', route: routeId, arms: [control, small], ...different };
  return (await ask<{ experimentCreate: Changed }>('ExperimentCreate', { input }, key)).experimentCreate;
}

async function started(different: object): Promise<string> {
  const { experiment, message } = await create(different);
  if (!experiment) throw new Error(message);
  const { experimentStart } = await ask<{ experimentStart: Changed }>('ExperimentStart', { id: experiment.id });
  expect(experimentStart.experiment?.status).toBe('RUNNING');
  return experiment.id;
}

const results = async (id: string) => (await ask<{ experiment: Results }>('Experiment', { id })).experiment;

interface Answered {
  readonly requestId: string;
  readonly completionId: string;
  readonly model: string;
  readonly arm: string | null;
}

/** End users, one call each, all at once; every one of them is told which arm it was in. */
async function calls(count: number, different: (call: number) => object = () => ({})): Promise<Answered[]> {
  const made = await Promise.all(
    Array.from({ length: count }, async (_, call) => {
      const { completion, message } = await complete(gateway, {
        target: { route: slug },
        messages: [user('Say something about the sea.')],
        endUser: `user ${call}`,
        debug: { simulate: quick },
        ...different(call),
      });
      if (!completion) throw new Error(message);
      return completion;
    }),
  );
  await gateway.gateway.rooms.usage.flush();
  const rows = await gateway.gateway.prisma.gatewayRequest.findMany({
    where: { id: { in: made.map(({ requestId }) => requestId) } },
  });
  return made.map(({ id: completionId, requestId, model }) => {
    const { experimentArm: arm, decision } = rows.find(({ id }) => id === requestId)!;
    expect((decision as { experiment?: { arm: string } }).experiment?.arm ?? null).toBe(arm);
    return { requestId, completionId, model: model!.name, arm };
  });
}

const quick = { latencyMs: 0, tokensPerSecond: 100_000, reply: 'The sea is wide.' };

describe('an A/B test', () => {
  test('gives each end user one arm, counts every call for its arm, and compares with intervals', async () => {
    const id = await started({});
    const [first, again] = [await calls(12), await calls(12)];
    expect(again.map(({ arm }) => arm)).toEqual(first.map(({ arm }) => arm));
    for (const { arm, model } of first) expect(model).toBe(arm === 'small' ? 'sim/small-1' : 'sim/large-1');
    const inSmall = first.filter(({ arm }) => arm === 'small').length;
    expect(inSmall % 12).not.toBe(0);
    const { results: arms } = await results(id);
    expect(arms.map(({ arm, samples }) => [arm, samples])).toEqual([
      ['now', 2 * (12 - inSmall)],
      ['small', 2 * inSmall],
    ]);
    const cost = arms[1]!.vsControl.find(({ metric }) => metric === 'COST_PER_REQUEST')!;
    expect(cost.significant).toBe(true);
    expect(cost.delta.high).toBeLessThan(0);
    expect(cost.delta.low).toBeLessThanOrEqual(cost.delta.value);
  });

  test('is fed by scores of requests, completions and runs, each once', async () => {
    const id = await started({ assignBy: 'RUN' });
    const run = { run: { runId: 'voyage' } };
    const [one, two] = await calls(2, () => run);
    expect(two!.arm).toBe(one!.arm);
    const score = (subject: object, value: object, name = 'helpful', more: object = {}) =>
      ask<{ scoreCreate: { __typename: string; replayed?: boolean; score?: object } }>('ScoreCreate', {
        input: { subject, name, value, ...more },
      });
    await score({ request: one!.requestId }, { passed: true });
    await score({ completion: two!.completionId }, { passed: false });
    await score({ run: 'voyage' }, { number: 4 }, 'stars');
    await score({ request: one!.requestId }, { category: 'polite' }, 'tone');
    const keyed = () => score({ run: 'voyage' }, { number: 2 }, 'stars', { idempotencyKey: 'once' });
    const twice = [await keyed(), await keyed()];
    expect(twice.map(({ scoreCreate }) => scoreCreate.replayed)).toEqual([false, true]);
    expect(await score({ run: 'voyage' }, { number: 3 }, 'stars', { idempotencyKey: 'once' })).toMatchObject({
      scoreCreate: { __typename: 'IdempotencyConflictError' },
    });
    for (const nothing of [{ request: 'req_none' }, { completion: 'cmp_none' }, { completion: one!.requestId }]) {
      expect(await score(nothing, { passed: true })).toMatchObject({ scoreCreate: { __typename: 'NotFoundError' } });
    }

    const arm = (await results(id)).results.find(({ arm }) => arm === one!.arm)!;
    const scores = arm.metrics.filter(({ metric }) => metric === 'SCORE_MEAN');
    expect(scores.map(({ score: name, samples, estimate }) => [name, samples, estimate.value])).toEqual([
      ['helpful', 2, 0.5],
      ['stars', 2, 3],
    ]);
    const { request } = await gateway.ask<{ request: { scores: { name: string }[] } }>(
      'query ($id: ID!) { request(id: $id) { scores { name value { __typename } } } }',
      { id: one!.requestId },
    );
    expect(request.scores.map(({ name }) => name)).toEqual(['helpful', 'stars', 'tone', 'stars']);
  });

  test('ends when an arm is promoted: the route asks its model first from then on', async () => {
    const id = await started({});
    const { experimentPromote } = await ask<{ experimentPromote: Changed }>('ExperimentPromote', { id, arm: 'small' });
    expect(experimentPromote.experiment).toMatchObject({ status: 'COMPLETED', treatedPercent: 0 });
    const answers = await calls(3);
    expect(answers.map(({ model, arm }) => [model, arm])).toEqual(Array(3).fill(['sim/small-1', null]));
    const { route } = await ask<{ route: { published: { version: number; note: string } } }>('Route', {
      ref: { id: routeId },
    });
    expect(route.published).toMatchObject({ version: 2 });
  });

  test('stops when somebody says so, and what it measured stays', async () => {
    const id = await started({});
    await calls(2);
    await ask('ExperimentStop', { id, reason: 'seen enough' });
    expect((await calls(2)).map(({ arm }) => arm)).toEqual([null, null]);
    const { status, conclusion, results: arms } = await results(id);
    expect([status, conclusion]).toEqual(['COMPLETED', 'seen enough']);
    expect(arms.reduce((sum, { samples }) => sum + samples, 0)).toBe(2);
  });
});

describe('a canary', () => {
  test('whose model fails is taken back by itself, and people hear of it', async () => {
    const id = await started({
      kind: 'CANARY',
      arms: [
        { ...control, weightPercent: 100 },
        { ...small, weightPercent: 0 },
      ],
      schedule: [{ weightPercent: 50, holdMinutes: 60 }],
      guardrails: [{ metric: 'ERROR_RATE', maxDegradation: 5, minSamples: 10 }],
    });
    const { experiments } = gateway.gateway.rooms;
    // The second attempt rescues the calls; the arm has failed all the same. Nobody knows when its guard looks by itself.
    const dead = { debug: { simulate: { ...quick, failWith: 'PROVIDER_ERROR', failFirstAttempts: 1 } } };
    const arms = new Map((await calls(40)).map(({ arm }, call) => [call, arm]));
    await experiments.guard();
    expect((await results(id)).status).toBe('RUNNING');
    await calls(40, (call) => (arms.get(call) === 'small' ? dead : {}));
    await experiments.guard();
    const { status, conclusion } = await results(id);
    expect(status).toBe('ROLLED_BACK');
    expect(conclusion).toMatch(/^Arm small: ERROR_RATE is at least \d+\.\d percentage points worse/);
    expect((await calls(2)).map(({ arm }) => arm)).toEqual([null, null]);
    const alert = async () => {
      const { alerts } = await gateway.ask<{ alerts: { nodes: { __typename: string; experimentId?: string }[] } }>(
        '{ alerts(first: 5) { nodes { __typename ... on ExperimentAlert { experimentId } } } }',
      );
      return alerts.nodes.find(({ experimentId }) => experimentId === id);
    };
    await expect.poll(alert, { timeout: 30_000 }).toMatchObject({ __typename: 'ExperimentAlert' });
  });
});

describe('a shadow', () => {
  test('copies calls when they are answered, pays for the copies, compares and shows them', async () => {
    const id = await started({
      kind: 'SHADOW',
      arms: [
        { ...control, weightPercent: 0 },
        { name: 'copy', weightPercent: 100, model: 'sim/small-1' },
      ],
    });
    const answers = await calls(3);
    expect(answers.map(({ model, arm }) => [model, arm])).toEqual(Array(3).fill(['sim/large-1', 'now']));
    const seen = async () => {
      const { results: arms } = await results(id);
      const copies = arms.find(({ arm }) => arm === 'copy')!;
      const agreement = copies.metrics.find(({ score }) => score === 'agreement');
      return { samples: copies.samples, paid: BigInt(copies.cost.nanos) > 0n, compared: agreement?.samples ?? 0 };
    };
    await expect.poll(seen, { timeout: 30_000 }).toEqual({ samples: 3, paid: true, compared: 3 });
    const { requests } = await gateway.ask<{
      requests: { nodes: { shadowOf: string | null; model: string; experimentArm: string }[] };
    }>('{ requests(first: 10) { nodes { shadowOf model experimentArm } } }');
    const copies = requests.nodes.filter(({ shadowOf }) => answers.some(({ requestId }) => requestId === shadowOf));
    expect(copies).toHaveLength(3);
    expect(copies[0]).toMatchObject({ model: 'sim/small-1', experimentArm: 'copy' });
  });
});

describe('an experiment is refused', () => {
  test.each([
    ['whose weights do not add up', { arms: [control, { ...small, weightPercent: 40 }] }, 'add up to 90'],
    ['without a control', { arms: [{ ...control, control: false, model: 'sim/echo-1' }, small] }, 'exactly one arm'],
    ['of an unknown model', { arms: [control, { ...small, model: 'sim/smal-1' }] }, "no model 'sim/smal-1'"],
    ['on an unknown rule', { rule: 'al' }, "no rule 'al'"],
    [
      'with a guard-rail of a score without a name',
      { guardrails: [{ metric: 'SCORE_MEAN', maxDegradation: 1 }] },
      'score',
    ],
  ])('%s', async (_what, different, message) => {
    const refused = await create(different);
    expect(refused.__typename).toBe('ValidationError');
    expect(refused.message).toContain(message);
  });

  test('on a route where another one runs', async () => {
    await started({});
    const { experiment } = await create({ slug: `${slug}-b` });
    const { experimentStart } = await ask<{ experimentStart: Changed }>('ExperimentStart', { id: experiment!.id });
    expect(experimentStart.message).toContain('one runs at a time');
  });

  test('to strangers, whatever they ask', async () => {
    const id = await started({});
    const stranger = await gateway.stranger();
    expect((await create({ slug: 'theirs' }, stranger)).__typename).not.toBe('ExperimentSaved');
    expect(await ask('Experiment', { id }, stranger)).toEqual({ experiment: null });
    expect(await ask('Experiments', {}, stranger)).toEqual({ experiments: [] });
    const stop = await ask<{ experimentStop: Changed }>('ExperimentStop', { id, reason: 'mine' }, stranger);
    expect(stop.experimentStop.__typename).toBe('NotFoundError');
  });
});
