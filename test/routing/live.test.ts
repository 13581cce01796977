import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeJson, encodeJson } from '../../src/core/json.ts';
import { replay } from '../../src/routing/index.ts';
import { saveBudget } from '../budgets/money.ts';
import { complete, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const large = { model: 'sim/large-1', retry: { maxAttempts: 1 } };
const small = { model: 'sim/small-1', retry: { maxAttempts: 1 } };
const short = { name: 'short', when: { inputChars: { lt: 300 } }, targets: [small] };
const rest = { name: 'rest', targets: [large] };

const SAVE = `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { __typename
  ... on RouteSaved { route { id revision } warnings { path message } diff { path } } ... on Error { message } } }`;
const PUBLISH = `mutation ($id: ID!, $version: Int!, $expectedRevision: Int!) {
  routePublish(id: $id, version: $version, expectedRevision: $expectedRevision) { __typename ... on RouteSaved { route { revision } } } }`;

interface Saved {
  readonly routeSave: {
    readonly route: { id: string; revision: number };
    readonly warnings: readonly { path: string[]; message: string }[];
  };
}

const save = async (slug: string, rules: object[], id?: string) =>
  (await gateway.ask<Saved>(SAVE, { input: { ...(id && { id }), slug, name: slug, rules } })).routeSave;

async function publish(id: string, version: number, expectedRevision: number): Promise<number> {
  const { routePublish } = await gateway.ask<{ routePublish: { route: { revision: number } } }>(PUBLISH, {
    id,
    version,
    expectedRevision,
  });
  return routePublish.route.revision;
}

async function published(slug: string, rules: object[]): Promise<string> {
  const { route } = await save(slug, rules);
  await publish(route.id, 1, route.revision);
  return route.id;
}

interface Explained {
  readonly routeExplain: {
    readonly __typename: string;
    readonly refusal: string | null;
    readonly decision: {
      rule: string;
      summary: string;
      inputsDigest: string;
      rulesEvaluated: { rule: string; matched: boolean; trace: string[] }[];
      selected: { model: string } | null;
      candidates: { model: string; eligible: boolean; rank: number | null; reasons: { code: string }[] }[];
    };
    readonly budgetChecks: readonly object[];
    readonly rateLimitChecks: readonly object[];
  };
}

const explain = async (variables: object) =>
  (await gateway.ask<Explained>(await operation('RouteExplain'), variables)).routeExplain;

test('the first rule that matches decides, for a real call', async () => {
  await published('by-length', [short, rest]);
  const [brief, long] = await Promise.all(
    ['Hi', 'word '.repeat(100)].map((text) =>
      complete(gateway, { target: { route: 'by-length' }, messages: [user(text)] }),
    ),
  );
  expect([brief!.completion!.model!.name, long!.completion!.model!.name]).toEqual(['sim/small-1', 'sim/large-1']);
});

test('an explanation decides like the call, leaf by leaf, and leaves nothing behind', async () => {
  await published('explained', [short, rest]);
  const input = { target: { route: 'explained' }, messages: [user('word '.repeat(100))] };
  const count = async () =>
    (await gateway.ask<{ requests: { nodes: unknown[] } }>('{ requests(first: 100) { nodes { id } } }')).requests.nodes
      .length;
  const before = await count();
  const { decision, refusal } = await explain({ input });
  expect(await count()).toBe(before);
  expect(refusal).toBeNull();
  expect(decision).toMatchObject({
    rule: 'rest',
    rulesEvaluated: [
      { rule: 'short', matched: false, trace: ['input under 300 characters: no, 500 characters'] },
      { rule: 'rest', matched: true, trace: [] },
    ],
    selected: { model: 'sim/large-1' },
    candidates: [{ model: 'sim/large-1', eligible: true, rank: 1, reasons: [{ code: 'OK' }] }],
  });
  const { completion } = await complete(gateway, input);
  expect(completion!.decision!.summary).toBe(decision.summary);
});

test('an explanation stores nothing, counts nothing, holds nothing and asks nobody, and says what would', async () => {
  const id = await published('rehearsed', [{ name: 'turns', strategy: 'ROUND_ROBIN', targets: [large, small] }]);
  const limit = { scope: { route: 'rehearsed' }, metric: 'REQUESTS', amount: 2 };
  await gateway.ask(LIMIT, { input: limit });
  await saveBudget(gateway, 10n ** 9n, { scope: { route: 'rehearsed' } });
  await gateway.ask(AGENT_LIMIT, { input: { scope: { route: 'rehearsed' }, maxSteps: 50 } });
  const { gateway: house } = gateway;
  const providers = house.rooms.providers as { attempt: (...given: never[]) => unknown };
  const { attempt } = providers;
  let asked = 0;
  providers.attempt = (...given) => {
    asked++;
    return attempt(...given);
  };
  const input = { target: { route: 'rehearsed' }, messages: [user('Hi')] };
  try {
    await explain({ input });
    await house.rooms.usage.flush();
    const before = await traceOf(house.prisma);
    for (const run of [null, null, { runId: 'looked-at', agent: 'planner' }, { runId: 'looked-at' }]) {
      const { decision, refusal, budgetChecks, rateLimitChecks } = await explain({ input: { ...input, run } });
      expect({ refusal, selected: decision.selected }).toEqual({ refusal: null, selected: { model: 'sim/large-1' } });
      expect(rateLimitChecks).toMatchObject([{ metric: 'REQUESTS', demanded: 1, remaining: 2, wouldExceed: false }]);
      expect(budgetChecks).toMatchObject([{ remaining: { nanos: String(10n ** 9n) }, wouldExceed: false }]);
    }
    await house.rooms.usage.flush();
    expect(await traceOf(house.prisma)).toEqual(before);
    expect(asked).toBe(0);
  } finally {
    providers.attempt = attempt;
  }
  const calls = [await complete(gateway, input), await complete(gateway, input), await complete(gateway, input)];
  expect(calls.map(({ completion, code }) => completion?.model?.name ?? code)).toEqual([
    'sim/large-1',
    'sim/small-1',
    'RATE_LIMITED',
  ]);
  expect((await explain({ input, route: id })).refusal).toMatch(
    /^Limit lim_\w+ \(REQUESTS\) has 0 left, and it needs 1\.$/,
  );
});

const LIMIT = 'mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { __typename } }';
const AGENT_LIMIT = `mutation ($input: AgentLimitSaveInput!) { agentLimitSave(input: $input) {
  __typename ... on Error { message } } }`;

/** Rows in which a process says that it is alive, and keys that they have been used: by whatever they ask. */
const SIGNS_OF_LIFE = new Set(['budget_owner', 'api_key']);

/** Everything that is stored: a digest of all rows of each table, and what Redis holds for this gateway's limits. */
async function traceOf(prisma: TestGateway['gateway']['prisma']): Promise<Record<string, string>> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const trace: Record<string, string> = {};
  for (const { name } of tables.filter(({ name }) => !SIGNS_OF_LIFE.has(name))) {
    const [row] = await prisma.$queryRawUnsafe<{ rows: string }[]>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(whole::text, '|' ORDER BY whole::text)), '') AS rows
       FROM "${name}" AS whole`,
    );
    trace[name] = row!.rows;
  }
  const limits = await prisma.rateLimit.findMany({ select: { id: true } });
  for (const { id } of limits) trace[id] = JSON.stringify(await keysOf(id));
  return trace;
}

/** What Redis holds for a limit, when the tests have one. */
async function keysOf(limitId: string): Promise<[string, string][]> {
  const url = process.env.GLIDEPATH_TEST_REDIS_URL;
  if (!url) return [];
  const redis = new Redis(url);
  try {
    const keys = (await redis.keys(`*${limitId}*`)).toSorted();
    return await Promise.all(
      keys.map(async (key): Promise<[string, string]> => [key, (await redis.dumpBuffer(key))?.toString('hex') ?? '']),
    );
  } finally {
    redis.disconnect();
  }
}

test('an explanation goes the whole way of a call: stored files, guard-rails, runs, and where budgets send it', async () => {
  await published('looked', [rest]);
  await published('cheaper', [{ name: 'all', targets: [small] }]);
  const input = { target: { route: 'looked' }, messages: [user('Hi')] };
  const { fileCreate } = await gateway.ask<{ fileCreate: { id: string } }>(
    'mutation ($input: FileCreateInput!) { fileCreate(input: $input) { ... on FileSaved { id } } }',
    { input: { filename: 'dot.png', mimeType: 'image/png', content: PNG } },
  );
  const lookAt = async (fileId: string, mimeType: string) => {
    const part = { image: { mimeType, source: { fileId } } };
    const messages = [{ role: 'USER', parts: [part] }];
    return await gateway.ask<{ routeExplain: { __typename: string; effectiveInput?: object } }>(
      await operation('RouteExplain'),
      { input: { ...input, messages } },
    );
  };
  expect(await lookAt('fil_nobody', 'image/png')).toMatchObject({ routeExplain: { __typename: 'NotFoundError' } });
  expect(await lookAt(fileCreate.id, 'image/gif')).toMatchObject({ routeExplain: { __typename: 'ValidationError' } });
  const { routeExplain: seen } = await lookAt(fileCreate.id, 'image/png');
  expect(seen).toMatchObject({
    __typename: 'RouteExplanation',
    effectiveInput: [{ parts: [{ kind: 'media', filename: 'dot.png', source: { base64: '' } }] }],
  });

  const rules = [
    { guardrail: { name: 'words', check: 'KEYWORDS', forbid: ['moonlight'], direction: 'INPUT', onFail: 'BLOCK' } },
  ];
  const { policySave } = await gateway.ask<{ policySave: { id: string } }>(POLICY, {
    input: { slug: 'looked', name: 'looked', rules },
  });
  await gateway.ask(BIND, { input: { policy: policySave.id, scope: { route: 'looked' }, mode: 'ENFORCE' } });
  const spoken = { ...input, messages: [user('By moonlight')] };
  const blocked = await explain({ input: spoken });
  const { code } = await complete(gateway, spoken);
  expect({ code, selected: blocked.decision.selected }).toEqual({
    code: 'POLICY_BLOCKED',
    selected: { model: 'sim/large-1' },
  });
  expect(blocked.refusal).toContain('words');

  await saveBudget(gateway, 1n, { scope: { route: 'looked' }, onExceed: 'DOWNGRADE', downgradeRoute: 'cheaper' });
  const sentOn = await explain({ input });
  const { completion } = await complete(gateway, input);
  expect(sentOn.decision.summary).toBe(completion!.decision!.summary);
  expect(sentOn.decision.selected).toEqual({ model: 'sim/small-1' });
});

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
const POLICY = `mutation ($input: PolicySaveInput!) { policySave(input: $input) {
  ... on PolicySaved { id } ... on Error { message } } }`;
const BIND = `mutation ($input: PolicyBindInput!) { policyBind(input: $input) { __typename ... on Error { message } } }`;

test('a model whose own limit is used up stays in the decision, ruled out, and the decision replays', async () => {
  const id = await published('crowded', [{ name: 'all', targets: [{ model: 'sim/echo-1' }, small] }]);
  await gateway.ask('mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { __typename } }', {
    input: { scope: { model: 'sim/echo-1' }, metric: 'REQUESTS', amount: 1 },
  });
  const input = { target: { route: 'crowded' }, messages: [user('Hi')] };
  await complete(gateway, input);
  const { completion } = await complete(gateway, input);
  expect(completion!.model!.name).toBe('sim/small-1');
  const { routing, usage, access } = gateway.gateway.rooms;
  const { organizationId } = await access.authenticate({ authorization: `Bearer ${gateway.key}`, ip: null });
  const { decision } = (await usage.find(organizationId, completion!.requestId))!;
  expect(decision!.candidates.map(({ target, reasons }) => [target.model, reasons[0]!.code])).toEqual([
    ['sim/small-1', 'OK'],
    ['sim/echo-1', 'RATE_LIMITED'],
  ]);
  expect(decodeJson(encodeJson(replay(decision!, await routing.version(organizationId, id, 1))))).toEqual(decision);
});

test('a version is compared with what serves traffic, or with any other, before it is published', async () => {
  const id = await published('compared', [rest]);
  await save('compared', [short, rest], id);
  const diff = async (variables: object) => {
    const { routeDiff } = await gateway.ask<{ routeDiff: { changes: { op: string; path: string[] }[] } }>(
      await operation('RouteDiff'),
      { route: id, ...variables },
    );
    return routeDiff.changes.map(({ op, path }) => `${op} ${path.slice(0, 3).join('.')}`);
  };
  expect(new Set(await diff({}))).toContain('REPLACE rules.0.name');
  expect(await diff({ from: 2 })).toEqual([]);
  expect(await diff({ from: 2, to: 1 })).not.toEqual([]);
  const stranger = await gateway.stranger();
  expect(await gateway.ask(await operation('RouteDiff'), { route: id }, stranger)).toMatchObject({
    routeDiff: { __typename: 'NotFoundError' },
  });
});

test('a draft can be explained before anybody publishes it, and an unknown version does not exist', async () => {
  const id = await published('drafted', [rest]);
  await save('drafted', [short, rest], id);
  const input = { target: { route: 'drafted' }, messages: [user('Hi')] };
  expect((await explain({ input })).decision.selected).toEqual({ model: 'sim/large-1' });
  expect((await explain({ input, route: id })).decision.selected).toEqual({ model: 'sim/small-1' });
  expect((await explain({ input, route: id, version: 1 })).decision.selected).toEqual({ model: 'sim/large-1' });
  expect((await explain({ input, route: id, version: 9 })).__typename).toBe('NotFoundError');
});

test('a call that nobody can take is explained with every reason', async () => {
  await published('narrow', [rest]);
  const input = { target: { route: 'narrow' }, messages: [user('Hi')], sampling: { maxOutputTokens: 10_000_000 } };
  const { decision, refusal } = await explain({ input });
  expect(decision).toMatchObject({
    selected: null,
    candidates: [{ eligible: false, rank: null, reasons: [{ code: 'CONTEXT_TOO_SMALL' }] }],
  });
  expect(refusal).toContain("No target of route 'narrow' can take this call.");
});

test('a stored decision can be made again, bit for bit', async () => {
  const lots = {
    name: 'lots',
    when: { all: [{ samplePercent: 60 }, { contains: { anyOf: ['hello'] } }] },
    strategy: 'WEIGHTED',
    targets: [large, { ...small, weight: 3 }],
    fallbacks: [{ model: 'sim/echo-1' }],
  };
  const id = await published('again', [lots, { ...rest, strategy: 'LOWEST_LATENCY', targets: [large, small] }]);
  const { routing, usage, access } = gateway.gateway.rooms;
  const { organizationId } = await access.authenticate({ authorization: `Bearer ${gateway.key}`, ip: null });
  const route = await routing.version(organizationId, id, 1);
  for (let call = 0; call < 12; call++) {
    const { completion } = await complete(gateway, { target: { route: 'again' }, messages: [user('Hello there')] });
    const { decision } = (await usage.find(organizationId, completion!.requestId))!;
    const remade = decodeJson(encodeJson(replay(decision!, route)));
    expect(remade).toEqual(decision);
    const tampered = {
      ...decision!,
      basis: { ...decision!.basis!, facts: { ...decision!.basis!.facts, matched: {} } },
    };
    expect(replay(tampered, route)?.rule).toBe('rest');
  }
});

test('only the failures a rule names lead to its fallbacks', async () => {
  const one = (fallbackOn: string[]) => [{ name: 'one', targets: [large], fallbacks: [small], fallbackOn }];
  await published('moves-on', one(['PROVIDER_OVERLOADED']));
  await published('stays', one(['PROVIDER_TIMEOUT']));
  const tried = async (route: string) => {
    const debug = { simulate: { failWith: 'PROVIDER_OVERLOADED' } };
    const { requestId } = await complete(gateway, { target: { route }, messages: [user('Hi')], debug });
    const { request } = await gateway.ask<{ request: { attempts: { model: string }[] } }>(
      'query ($id: ID!) { request(id: $id) { attempts { model } } }',
      { id: requestId },
    );
    return request.attempts.map(({ model }) => model);
  };
  expect(await tried('moves-on')).toEqual(['sim/large-1', 'sim/small-1']);
  expect(await tried('stays')).toEqual(['sim/large-1']);
});

test('a route that says what it will not do is told so when it is saved', async () => {
  const { warnings } = await save('odd', [
    short,
    { name: 'shorter', when: { inputChars: { lt: 100 } }, targets: [small] },
    { name: 'both', when: { all: [{ hasTools: true }, { hasTools: false }] }, targets: [small] },
    { ...rest, stickyBy: 'END_USER' },
  ]);
  expect(warnings.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    "rules.1.when: Rule 'shorter' is never reached: 'short' takes every call that it would take.",
    "rules.2.when: Rule 'both' never matches: no call is both sides of tools are given and no tools are given.",
    "rules.3.stickyBy: stickyBy does nothing in rule 'rest': PRIORITY deals no calls out.",
  ]);
});

test('a publish under load is whole at once: no call fails, and the next one after it goes the new way', async () => {
  const id = await published('moving', [{ name: 'all', targets: [small] }]);
  await save('moving', [{ name: 'all', targets: [large] }], id);
  let [revision, done] = [3, false];
  const outcomes: string[] = [];
  const load = Array.from({ length: 2 }, async () => {
    while (!done) {
      const { completion } = await complete(gateway, { target: { route: 'moving' }, messages: [user('Hi')] });
      outcomes.push(`${completion?.status} ${completion?.model?.name}`);
    }
  });
  try {
    for (let round = 0; round < 6; round++) {
      const [version, model] = round % 2 === 0 ? [2, 'sim/large-1'] : [1, 'sim/small-1'];
      revision = await publish(id, version!, revision);
      const { completion } = await complete(gateway, { target: { route: 'moving' }, messages: [user('Hi')] });
      expect(completion!.model!.name).toBe(model);
    }
  } finally {
    done = true;
    await Promise.all(load);
  }
  const kinds = new Set(outcomes);
  expect([...kinds].filter((kind) => kind !== 'SUCCEEDED sim/small-1' && kind !== 'SUCCEEDED sim/large-1')).toEqual([]);
  console.log(`published 6 times under ${outcomes.length} calls, none of which failed`);
}, 60_000);
