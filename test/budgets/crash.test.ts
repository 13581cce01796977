import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { hastyRuntime } from '../support/runtime.ts';
import { scenarios } from './crash/scenarios.ts';
import { everyPoint, faultsOf, type House, live } from './crash/world.ts';

/**
 * A process that dies before or after each of its effects in turn, while a call goes through the whole house; then a
 * sweeper. `npm run bench:money` does it with calls side by side, for ten thousand points and more.
 */
/** Of the points of each scenario, in this test: all of them are a matter of minutes. */
const STRIDE = 4;

let gateway: TestGateway;
let database: Database;
let house: House;
beforeAll(async () => {
  gateway = await openTestGateway({ runtime: hastyRuntime });
  database = await testDatabase();
  const { viewer } = await gateway.ask<{ viewer: { organization: { id: string } } }>(
    '{ viewer { organization { id } } }',
  );
  house = { rooms: gateway.gateway.rooms, organizationId: viewer.organization.id, database };
});
afterAll(async () => {
  await database.close();
  await gateway.close();
});

test.each(scenarios)(
  '$name: wherever its process dies, nothing is lost, doubled or held for good',
  async (scenario) => {
    const { points, faults } = await everyPoint(house, [scenario], STRIDE);
    expect(faults).toEqual([]);
    expect(points).toBeGreaterThan(4);
  },
  120_000,
);

test('the calls of the scenarios end as their names say', async () => {
  const lived = await live(house, scenarios, null, 'before');
  expect(await faultsOf(database, lived)).toEqual([]);
  const asked = (name: string) => {
    const place = scenarios.findIndex((scenario) => scenario.name === name);
    return [...lived.heard.keys()].filter((hold) => hold.includes(`_${place}/`)).length;
  };
  expect(scenarios.map(({ name }) => [name, asked(name)])).toEqual([
    ['an answer', 1],
    ['a retry', 2],
    ['a fallback', 3],
    ['failure', 2],
    ['a stream that breaks', 2],
    ['a cancel before the answer', 0],
    ['a cancel in its middle', 1],
    ['tools', 1],
    ['a refusal', 0],
    ['a cheaper route', 1],
    ['an alert only', 1],
    ['an answer longer than the money', 1],
  ]);
});
