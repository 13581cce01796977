import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { schema } from '../../src/graphql/schema.ts';
import { serve } from '../../src/server.ts';
import { budget, saveBudget } from '../budgets/money.ts';
import { cancel, complete, completion, follow, type SeenEvent, stream, to, user } from '../support/completions.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { gatewayAt, type TestGateway } from '../support/gateway.ts';
import { systemRuntime } from '../support/runtime.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';

const server = inject('databaseServer');
const redis = process.env.GLIDEPATH_TEST_REDIS_URL;
const reason = server && redis ? '' : ' (skipped: needs GLIDEPATH_TEST_DATABASE_URL and GLIDEPATH_TEST_REDIS_URL)';
const endless = { debug: { simulate: { tokensPerSecond: 20, reply: 'word '.repeat(2000) } } };

describe.skipIf(reason !== '')(`two instances over one PostgreSQL and one Redis${reason}`, () => {
  let drop: () => Promise<void>;
  let postgresWire: TcpProxy;
  let redisWire: TcpProxy;
  let one: TestGateway;
  let two: TestGateway;

  beforeAll(async () => {
    const copy = await testDatabaseUrl(server!);
    drop = copy.drop;
    const postgres = new URL(copy.url.reveal());
    postgresWire = await tcpProxy({ host: postgres.hostname, port: Number(postgres.port || 5432) });
    postgres.host = `127.0.0.1:${postgresWire.port}`;
    const store = new URL(redis!);
    redisWire = await tcpProxy({ host: store.hostname, port: Number(store.port || 6379) });
    store.host = `127.0.0.1:${redisWire.port}`;
    const key = `gp_live_test_${randomBytes(16).toString('hex')}`;
    const config = readConfig({
      DATABASE_URL: postgres.href,
      REDIS_URL: store.href,
      GLIDEPATH_ADMIN_KEY: key,
      GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
      GLIDEPATH_LOG_LEVEL: 'silent',
      GLIDEPATH_DATABASE_POOL: '4',
    });
    const open = async () => {
      const gateway = await openGateway(config, systemRuntime);
      return gatewayAt(gateway, await serve(gateway, { schema, host: '127.0.0.1', port: 0 }), key);
    };
    [one, two] = await Promise.all([open(), open()]);
    await saveBudget(one, 1_000_000_000_000n);
  });

  afterAll(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await Promise.all([postgresWire?.close(), redisWire?.close()]);
    await drop?.();
  });

  const ready = async (gateway: TestGateway) => (await fetch(`${gateway.url}/ready`)).status === 200;
  const hello = (gateway: TestGateway) => complete(gateway, { ...to('', 'Hello'), target: { route: 'default' } });

  test('the first start of both made one admin key and one default route', async () => {
    for (const gateway of [one, two]) expect(await hello(gateway)).toMatchObject({ __typename: 'CompletionAccepted' });
    const { routes } = await one.ask<{ routes: { slug: string }[] }>('{ routes { slug } }');
    expect(routes.filter(({ slug }) => slug === 'default')).toHaveLength(1);
  });

  test('a run started on one instance is followed, read and cancelled from the other', async () => {
    const { completion: run } = await complete(one, { ...to('sim/echo-1', 'x'), ...endless }, 0);
    const seen: SeenEvent[] = [];
    for await (const event of follow(two, run!.id)) {
      if (seen.filter(({ __typename }) => __typename === 'TextDelta').length === 3) {
        expect(await completion(two, run!.id)).toMatchObject({ status: 'RUNNING' });
        await cancel(two, run!.id, 'seen enough');
      }
      seen.push(event);
    }
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, place) => place + 1));
    expect(seen.at(-1)).toMatchObject({ __typename: 'CompletionFailed', error: { code: 'CANCELLED' } });
    expect(await completion(one, run!.id)).toMatchObject({
      status: 'CANCELLED',
      text: expect.stringContaining('word'),
    });
  });

  test('one key on both instances at once is one run, one charge and one answer', { timeout: 90_000 }, async () => {
    const id = await saveBudget(one, 10n ** 9n, { scope: { endUser: 'both' } });
    // Each instance pays from it once it knows of it.
    const known = (gateway: TestGateway) => gateway.gateway.rooms.budgets;
    const caller = await one.gateway.rooms.access.authenticate({ authorization: `Bearer ${one.key}`, ip: null });
    await expect.poll(() => known(two).status(caller, id), { timeout: 10_000 }).not.toBeNull();
    const input = { ...to('sim/small-1', 'Only once'), idempotencyKey: 'both', endUser: 'both' };
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, n) => complete(n % 2 ? one : two, input, 60_000)),
    );
    const said = new Set(results.map(({ completion: done }) => `${done?.id} ${done?.status} ${done?.text}`));
    expect([...said]).toEqual([expect.stringMatching(/^\S+ SUCCEEDED ./)]);
    expect(results.filter(({ replayed }) => replayed === false)).toHaveLength(1);
    const { status } = await budget(two, id);
    expect(status.spent.nanos).toBe(results[0]!.completion!.cost.total.nanos);
    expect(status.reserved.nanos).toBe('0');
  });

  test('a route published on one instance serves on the other within two seconds', async () => {
    const { routeSave } = await one.ask<{ routeSave: { route: { id: string; revision: number } } }>(
      'mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } } }',
      { input: { slug: 'news', name: 'News', rules: [{ name: 'all', targets: [{ model: 'sim/echo-1' }] }] } },
    );
    const { id, revision } = routeSave.route;
    await one.ask(
      'mutation ($id: ID!, $revision: Int!) { routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename } }',
      { id, revision },
    );
    const served = async () => (await complete(two, { target: { route: 'news' }, messages: [user('Hi')] })).__typename;
    await expect.poll(served, { timeout: 2000, interval: 50 }).toBe('CompletionAccepted');
  });

  test('a publish under load is whole: everywhere within 2 s, and no call fails', { timeout: 60_000 }, async () => {
    const { routing, models, access } = one.gateway.rooms;
    const caller = await access.authenticate({ authorization: `Bearer ${one.key}`, ip: null });
    const book = await models.book(caller.organizationId);
    const rules = (model: string) => [{ name: 'all', targets: [{ model }] }];
    const moving = { slug: 'moving', name: 'Moving' };
    const { routeId: id } = await routing.save(caller, { ...moving, rules: rules('sim/small-1') }, book);
    await routing.save(caller, { ...moving, id, rules: rules('sim/large-1') }, book);
    await routing.publish(caller, { id, version: 1, expectedRevision: 2 }, book);
    const input = { target: { route: 'moving' }, messages: [user('Hi')], debug: { simulate: { latencyMs: 0 } } };
    const serves = async (gateway: TestGateway) => (await complete(gateway, input)).completion?.model?.name;
    await expect.poll(() => serves(two), { timeout: 2000, interval: 50 }).toBe('sim/small-1');

    let done = false;
    const failed: unknown[] = [];
    const answers: { at: number; model: string }[] = [];
    const load = [one, two, one, two].map(async (gateway) => {
      while (!done) {
        const at = performance.now();
        const answer = await complete(gateway, input);
        if (answer.completion?.status === 'SUCCEEDED') answers.push({ at, model: answer.completion.model!.name });
        else failed.push(answer);
      }
    });
    try {
      for (const [round, model] of ['sim/large-1', 'sim/small-1', 'sim/large-1', 'sim/small-1'].entries()) {
        const version = model === 'sim/large-1' ? 2 : 1;
        await routing.publish(caller, { id, version, expectedRevision: 3 + round }, book);
        const publishedAt = performance.now();
        await expect
          .poll(() => Promise.all([serves(one), serves(two)]), { timeout: 2000, interval: 20 })
          .toEqual([model, model]);
        const everywhereAt = performance.now();
        await expect
          .poll(() => answers.filter(({ at }) => at > everywhereAt).length, { timeout: 20_000 })
          .toBeGreaterThan(8);
        const late = answers.filter(({ at }) => at > everywhereAt && at < performance.now());
        expect(new Set(late.map(({ model }) => model))).toEqual(new Set([model]));
        console.log(`published: live on both instances within ${Math.round(everywhereAt - publishedAt)} ms`);
      }
    } finally {
      done = true;
      await Promise.all(load);
    }
    console.log(`${answers.length} calls meanwhile, ${failed.length} failed`);
    expect(failed).toEqual([]);
  });

  test('a key revoked on one instance stops on the other, in open subscriptions too', async () => {
    const key = await one.keyWith('COMPLETIONS_READ', 'COMPLETIONS_WRITE');
    const { completion: run } = await complete(two, { ...to('sim/echo-1', 'x'), ...endless }, 0);
    const { viewer } = await one.ask<{ viewer: { apiKey: { id: string } } }>('{ viewer { apiKey { id } } }', {}, key);
    const ended = (async () => {
      for await (const _event of follow(two, run!.id, 0, key));
    })();
    expect((await two.raw('{ viewer { scopes } }', {}, key)).errors).toBeUndefined();
    await one.ask('mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "over") { __typename } }', {
      id: viewer.apiKey.id,
    });
    await expect(ended).rejects.toThrow();
    const refused = async () => (await two.raw('{ viewer { scopes } }', {}, key)).errors?.[0]?.extensions?.code;
    await expect.poll(refused, { timeout: 1000, interval: 50 }).toBe('UNAUTHENTICATED');
    await cancel(one, run!.id);
  });

  /** How calls end that a budget pays for: a completion, and one that is no conversation and has no key. */
  const ends = async () => {
    const hi = 'messages: [{ role: USER, parts: [{ text: "Hi" }] }]';
    const { data, errors } = await one.raw(`mutation {
      completion: completionCreate(input: { target: { route: "default" }, ${hi} }) { __typename ... on Error { code } }
      embeddings: embeddingCreate(input: { target: { model: "sim/embed-1" }, inputs: ["Hi"] }) { __typename ... on Error { code } } }`);
    const found = (data ?? {}) as Record<string, { readonly __typename: string; readonly code?: string } | undefined>;
    const failed = errors?.[0]?.extensions?.code;
    return [found.completion, found.embeddings].map((one) => one?.code ?? (one ? 'SUCCEEDED' : failed));
  };

  test.each([
    ['PostgreSQL', () => postgresWire, 'cut', 'UNAVAILABLE'],
    ['PostgreSQL', () => postgresWire, 'freeze', 'UNAVAILABLE'],
    // A run needs Redis for its readers elsewhere only: with rules that need it, it would be refused.
    ['Redis', () => redisWire, 'cut', 'SUCCEEDED'],
    ['Redis', () => redisWire, 'freeze', 'SUCCEEDED'],
  ] as const)(
    '%s gone (%#): calls end, /ready says no, and all heals by itself',
    { timeout: 60_000 },
    async (_name, wire, how, outcome) => {
      expect(await ready(one)).toBe(true);
      wire()[how]();
      // Before anybody has noticed: what holds money must not wait for a database that is gone.
      const early = ends();
      await expect.poll(() => ready(one), { timeout: 5000, interval: 50 }).toBe(false);
      expect(await ends()).toEqual([outcome, outcome]);
      expect(await early).toEqual([outcome, outcome]);
      if (how === 'cut') wire().mend();
      else wire().thaw();
      await expect.poll(() => ready(one), { timeout: 20_000, interval: 100 }).toBe(true);
      await expect.poll(async () => (await hello(one)).__typename, { timeout: 10_000 }).toBe('CompletionAccepted');
      await expect.poll(() => ready(two), { timeout: 20_000, interval: 100 }).toBe(true);
    },
  );

  test('a stream goes on while PostgreSQL is away, and its books are written when it is back', {
    timeout: 60_000,
  }, async () => {
    const reply = {
      debug: { simulate: { tokensPerSecond: 30, reply: 'one two three four five six seven eight nine ten' } },
    };
    const input = { ...to('sim/echo-1', 'x'), ...reply, idempotencyKey: 'through', endUser: 'through' };
    const events: SeenEvent[] = [];
    for await (const event of stream(one, input, { coalesceMs: 0 })) {
      if (event.__typename === 'TextDelta' && events.every(({ __typename }) => __typename !== 'TextDelta'))
        postgresWire.cut();
      events.push(event);
      if (event.__typename === 'UsageUpdated') postgresWire.mend();
    }
    expect(events.at(-1)).toMatchObject({ __typename: 'CompletionFinished' });
    const written = async () => {
      const { data } = await two.raw(
        'query ($filter: RequestFilter) { requests(first: 5, filter: $filter) { nodes { status } } }',
        { filter: { endUser: ['through'] } },
      );
      return (data?.requests as { nodes: object[] } | undefined)?.nodes;
    };
    await expect.poll(written, { timeout: 20_000, interval: 200 }).toEqual([{ status: 'SUCCEEDED' }]);
    const again = async () => (await complete(one, input)).replayed;
    await expect.poll(again, { timeout: 10_000 }).toBe(true);
  });
});
