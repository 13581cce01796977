import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decision } from '../../src/core/decision.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createUsage, keptRequests } from '../../src/usage/index.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { aCaller, aDecision, aRecord } from './records.ts';

/** Models stand in a table of their own, once for all decisions that have them. */

const DAY_MS = 24 * 3_600_000;
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let organizations = 0;

const aRoom = (runtime = testRuntime()) => ({
  runtime,
  usage: createUsage({ database, bus: createMemoryBus(silentLog), metrics: null, traces: null, runtime }),
});

function setup({ organizationId = `org_parts_${++organizations}`, room = aRoom() } = {}) {
  const { usage, runtime } = room;
  const caller = aCaller(organizationId);
  return {
    organizationId,
    runtime,
    async call(number: number, decision: Decision = aDecision): Promise<string> {
      const id = `req_${organizationId}_${number}`;
      usage.record(aRecord(id, { caller, decision, startedAt: runtime.clock.now() }));
      await usage.flush();
      return id;
    },
    decided: async (id: string) => (await usage.find(organizationId, id))?.decision,
    parts: () =>
      database.query<{ digest: string; content: object; seenAt: Date }>(
        `SELECT digest, content, seen_at AS "seenAt" FROM decision_part WHERE organization_id = $1 ORDER BY digest`,
        [organizationId],
      ),
    expire: () =>
      database.transaction((tx) =>
        keptRequests.expire(
          tx,
          organizationId,
          { teamId: 'team_1', projectId: 'prj_1', apiKeyId: 'key_1', route: 'default' },
          { before: new Date(runtime.clock.now() - DAY_MS), now: new Date(runtime.clock.now()) },
          100,
          async () => {},
        ),
      ),
  };
}

/** The same way through other models, as many of them as there are candidates. */
function through(...names: string[]): Decision {
  const [{ target, model, ...candidate }] = aDecision.candidates as [Decision['candidates'][number]];
  const candidates = names.map((name) => ({
    ...candidate,
    target: { ...target, id: `tgt_${name}`, model: name },
    model: { ...model, name },
  }));
  return { ...aDecision, candidates };
}

test('decisions come back whole, and what they share is kept once', async () => {
  const { call, decided, parts } = setup();
  const [one, two, same] = [through('sim/small-1'), through('sim/small-1', 'sim/large-1'), through('sim/small-1')];
  const ids = [await call(1, one), await call(2, two), await call(3, same)];
  expect(await Promise.all(ids.map(decided))).toEqual([one, two, same]);
  expect(await parts()).toHaveLength(2);
});

test('what is read of it does not know whether another process wrote it', async () => {
  const one = setup();
  const id = await one.call(1, through('sim/small-1'));
  const other = setup({ organizationId: one.organizationId });
  await other.call(2, through('sim/small-1'));
  expect(await other.decided(id)).toEqual(through('sim/small-1'));
  expect(await one.parts()).toHaveLength(1);
});

test('no organization has to do with the parts of another', async () => {
  const room = aRoom();
  const [one, other] = [setup({ room }), setup({ room })];
  const ids = [await one.call(1), await other.call(1)] as const;
  expect([await one.parts(), await other.parts()]).toMatchObject([{ length: 1 }, { length: 1 }]);
  await database.query('DELETE FROM decision_part WHERE organization_id = $1', [other.organizationId]);
  expect(await one.decided(ids[0])).toEqual(aDecision);
  await expect(other.decided(ids[1])).rejects.toThrow('has lost its part');
});

test('rows of before, which have their models in them, are read as ever', async () => {
  const { call, decided } = setup();
  const id = await call(1);
  const before = JSON.stringify(aDecision, (_, value) => (typeof value === 'bigint' ? { $nanos: `${value}` } : value));
  await database.query('UPDATE request SET decision = $2 WHERE id = $1', [id, before]);
  expect(await decided(id)).toEqual(aDecision);
});

test('parts go with the last call that has them, and no sooner', async () => {
  const { call, decided, parts, expire, runtime } = setup();
  await call(1, through('sim/old-1'));
  await call(2, through('sim/small-1'));
  await runtime.clock.advance(3 * DAY_MS);
  const late = await call(3, through('sim/small-1'));
  const [before] = await Promise.all([parts(), expire()]);
  expect(before).toHaveLength(2);
  expect(await decided(late)).toEqual(through('sim/small-1'));
  expect(await parts()).toMatchObject([{ content: { name: 'sim/small-1' } }]);

  await runtime.clock.advance(3 * DAY_MS);
  await expire();
  expect(await parts()).toEqual([]);
});

test('a call keeps parts that were written with one half a day before, which is gone', async () => {
  const { call, decided, expire, runtime } = setup();
  await call(1);
  await runtime.clock.advance(DAY_MS / 2);
  const id = await call(2);
  await runtime.clock.advance(0.7 * DAY_MS);
  expect(await expire()).toBe(1);
  expect(await decided(id)).toEqual(aDecision);
});

test('who goes on deciding with a part says so once a day', async () => {
  const { call, parts, expire, decided, runtime } = setup();
  const seen: number[] = [];
  let id = '';
  for (let number = 0; number < 8; number++) {
    id = await call(number);
    seen.push((await parts())[0]!.seenAt.getTime() - runtime.clock.now());
    await runtime.clock.advance(DAY_MS / 2);
    await expire();
  }
  expect(seen).toEqual([0, -DAY_MS / 2, 0, -DAY_MS / 2, 0, -DAY_MS / 2, 0, -DAY_MS / 2]);
  expect(await decided(id)).toEqual(aDecision);
});

test('a decision that has lost a part says so, and the rest of the call can be read', async () => {
  const one = setup();
  const id = await one.call(1, through('sim/gone-1'));
  await database.query('DELETE FROM decision_part WHERE organization_id = $1', [one.organizationId]);
  await expect(setup({ organizationId: one.organizationId }).decided(id)).rejects.toThrow(
    'a decision has lost its part',
  );
});
