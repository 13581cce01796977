import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { to } from '../support/completions.ts';
import type { TestGateway } from '../support/gateway.ts';
import { type Instances, manyInstances, whySkipped } from '../support/instances.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(whySkipped !== '')(`limits of two instances over one PostgreSQL and one Redis${whySkipped}`, () => {
  let instances: Instances;
  let wire: TcpProxy;
  let gateways: readonly [TestGateway, TestGateway];

  beforeAll(async () => {
    instances = await manyInstances();
    ({ wire } = instances);
    gateways = await Promise.all([instances.open(), instances.open()]);
  });

  afterAll(() => instances?.close());

  /** Saves a limit and waits until both instances know it. */
  async function limit(input: object): Promise<string> {
    const { rateLimitSave } = await gateways[0].ask<{ rateLimitSave: { id: string } }>(
      'mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { ... on RateLimitSaved { id } } }',
      { input },
    );
    const { id } = rateLimitSave;
    for (const gateway of gateways) await expect.poll(() => used(gateway, id), { timeout: 20_000 }).toBe(0);
    return id;
  }

  async function used(gateway: TestGateway, id: string): Promise<number | undefined> {
    const { node } = await gateway.ask<{ node: { state: { used: number } | null } | null }>(
      'query ($id: ID!) { node(id: $id) { ... on RateLimit { state { used } } } }',
      { id },
    );
    return node?.state?.used;
  }

  async function outcome(gateway: TestGateway, input: object): Promise<string> {
    const { completionCreate } = await gateway.ask<{ completionCreate: { __typename: string } }>(
      'mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename } }',
      { input },
    );
    return completionCreate.__typename;
  }

  /** How often each outcome came of `count` calls at once, by turns on both instances. */
  async function hammer(count: number, input: object): Promise<Record<string, number>> {
    const calls = Array.from({ length: count }, (_, n) => outcome(gateways[n % 2]!, input));
    const counts: Record<string, number> = {};
    for (const typename of await Promise.all(calls)) counts[typename] = (counts[typename] ?? 0) + 1;
    return counts;
  }

  const limitsOf = async (gateway: TestGateway) => {
    const { health } = await gateway.ask<{ health: { checks: { name: string; status: string }[] } }>(
      '{ health { checks { name status } } }',
    );
    return health.checks.find(({ name }) => name === 'limits.localShare')?.status;
  };

  test('a limit is met exactly, and what is refused has used nothing of any limit', async () => {
    const endUser = 'exact';
    const requests = await limit({ scope: { endUser }, metric: 'REQUESTS', amount: 20 });
    const tokens = await limit({ scope: { endUser }, metric: 'TOTAL_TOKENS', amount: 100_000 });
    const input = { ...to('sim/echo-1', 'Hello'), endUser };
    expect(await hammer(60, input)).toEqual({ CompletionAccepted: 20, RateLimitedError: 40 });
    expect(await used(gateways[0], requests)).toBe(20);
    const afterwards = await used(gateways[1], tokens);
    expect(await hammer(20, input)).toEqual({ RateLimitedError: 20 });
    expect(await used(gateways[0], tokens)).toBe(afterwards);
  });

  test('as many calls run at once on both as there are places', async () => {
    const endUser = 'crowd';
    const id = await limit({ scope: { endUser }, metric: 'CONCURRENT', amount: 5 });
    const slow = { ...to('sim/echo-1', 'Hello'), endUser, debug: { simulate: { latencyMs: 3000 } } };
    expect(await hammer(16, slow)).toEqual({ CompletionAccepted: 5, RateLimitedError: 11 });
    expect(await used(gateways[1], id)).toBe(0);
  });

  test('while Redis is late the instances together let in no more than the limit, and it counts all that they did', async () => {
    const endUser = 'late';
    const id = await limit({ scope: { endUser }, metric: 'REQUESTS', amount: 20, localSharePercent: 50 });
    wire.delay(60);
    const input = { ...to('sim/echo-1', 'Hello'), endUser };
    const { CompletionAccepted: letIn = 0 } = await hammer(60, input);
    wire.delay(0);
    expect(letIn).toBeGreaterThan(0);
    expect(letIn).toBeLessThanOrEqual(20);
    for (const gateway of gateways) {
      await expect.poll(() => limitsOf(gateway), { timeout: 20_000 }).toBe('HEALTHY');
      await expect.poll(() => used(gateway, id), { timeout: 20_000 }).toBe(letIn);
    }
  });

  test.each([
    ['cut', () => wire.cut(), () => wire.mend()],
    ['frozen', () => wire.freeze(), () => wire.thaw()],
  ])(
    'while Redis is %s each limit does what it says, health tells, and all heals by itself',
    async (how, breakIt, mendIt) => {
      const [strict, loose] = [`strict ${how}`, `loose ${how}`];
      await limit({ scope: { endUser: strict }, metric: 'REQUESTS', amount: 8, whenUnavailable: 'FAIL_CLOSED' });
      await limit({ scope: { endUser: loose }, metric: 'REQUESTS', amount: 8, localSharePercent: 50 });
      const calling = (endUser: string) => ({ ...to('sim/echo-1', 'Hello'), endUser });
      breakIt();
      expect(await hammer(4, calling(strict))).toEqual({ UnavailableError: 4 });
      expect(await hammer(20, calling(loose))).toEqual({ CompletionAccepted: 8, RateLimitedError: 12 }); // 4 on each
      for (const gateway of gateways) expect(await limitsOf(gateway)).toBe('DEGRADED');
      const ready = async (gateway: TestGateway) => (await fetch(`${gateway.url}/ready`)).status;
      for (const gateway of gateways) {
        await expect.poll(() => ready(gateway), { timeout: 10_000 }).toBe(503);
      }
      mendIt();
      for (const gateway of gateways) {
        await expect.poll(() => ready(gateway), { timeout: 20_000 }).toBe(200);
        await expect.poll(() => limitsOf(gateway), { timeout: 20_000 }).toBe('HEALTHY');
      }
      expect(await hammer(20, calling(strict))).toEqual({ CompletionAccepted: 8, RateLimitedError: 12 });
    },
  );
});
