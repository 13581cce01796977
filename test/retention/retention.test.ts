import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContent } from '../../src/content/index.ts';
import type { RetentionDemand } from '../../src/core/admission.ts';
import type { Caller } from '../../src/core/caller.ts';
import { scopes } from '../../src/core/caller.ts';
import type { Demand } from '../../src/core/policy.ts';
import { erasableScores } from '../../src/experiments/index.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createDataKeys } from '../../src/platform/data-keys.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { startRetention } from '../../src/retention/index.ts';
import { createUsage, keptRequests } from '../../src/usage/index.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { aRecord } from '../usage/records.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const DAY_MS = 24 * 60 * 60 * 1000;
let organizations = 0;

function demand(policySlug: string, said: Partial<RetentionDemand>, mode: 'ENFORCE' | 'MONITOR' = 'ENFORCE') {
  const config = { metadataMs: null, contentMs: null, auditMs: null, embeddingsMs: null, legalHold: false, ...said };
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: `pol_${policySlug}`, policySlug, version: 1, ruleIndex: 0, mode, scope };
  return { source, config } satisfies Demand<RetentionDemand>;
}

/** An organization with one call a day, whose rules can be changed at any time. */
function setup() {
  const organizationId = `org_kept_${++organizations}`;
  const runtime = testRuntime();
  const usage = createUsage({ database, bus: createMemoryBus(silentLog), metrics: null, traces: null, runtime });
  const content = createContent({
    database,
    keyring: testKeyring,
    dataKeys: createDataKeys(database, testKeyring, runtime),
    runtime,
  });
  const jobs = createJobs(database, runtime);
  let turns = 0;
  const rules = { demands: [] as Demand<RetentionDemand>[], of: (_apiKeyId: string) => rules.demands };
  startRetention({
    jobs,
    rows: [content.kept, keptRequests],
    copies: [],
    besides: [erasableScores],
    organizations: async () => {
      turns += 1;
      return [{ organizationId, mark: '', demandsAt: ({ apiKeyId }) => rules.of(apiKeyId) }];
    },
    runtime,
  });
  const caller = (apiKeyId: string): Caller => {
    const ids = { organizationId, teamId: 'team_1', projectId: 'prj_1', apiKeyId, apiKeyName: apiKeyId };
    return { ...ids, scopes: new Set(scopes), ip: null };
  };
  let calls = 0;
  return {
    rules,
    content,
    async call(apiKeyId = 'key_1', endUser: string | null = null): Promise<string> {
      const id = `req_${organizationId}_${++calls}`;
      const at = runtime.clock.now();
      usage.record(aRecord(id, { caller: caller(apiKeyId), startedAt: at }));
      const said = { input: [], output: [{ kind: 'text' as const, text: `said ${calls}`, citations: [] }] };
      content.keep({ requestId: id, caller: caller(apiKeyId), routeSlug: null, endUser, level: 'FULL', at, said });
      await usage.flush();
      await content.read(organizationId, id);
      return id;
    },
    async days(count: number) {
      await runtime.clock.advance(count * DAY_MS);
      // The turn under way may have begun before; the next one has not.
      const before = turns;
      const turn = async () => {
        await runtime.clock.advance(20_000);
        return turns;
      };
      await expect.poll(turn, { timeout: 10_000 }).toBeGreaterThan(before + 1);
      await jobs.close();
    },
    async state(id: string) {
      const [request] = await database.query('SELECT id FROM request WHERE id = $1', [id]);
      const read = await content.read(organizationId, id);
      return { history: request ? 'there' : 'gone', content: 'withheld' in read ? read : 'there' };
    },
    runtime,
    organizationId,
  };
}

test('content goes when its time is over, and says by whose rule; history stays as long as its own', async () => {
  const { rules, call, days, state, runtime } = setup();
  const id = await call();
  rules.demands = [
    demand('long', { contentMs: 9 * DAY_MS, metadataMs: 90 * DAY_MS }),
    demand('short', { contentMs: DAY_MS }),
  ];
  const calledAt = runtime.clock.now();
  await days(2);
  const content = { withheld: 'RETENTION_EXPIRED', policy: 'short', until: expect.any(Date) };
  expect(await state(id)).toEqual({ history: 'there', content });
  const { until } = (await state(id)).content as { until: Date };
  expect(until.getTime()).toBeGreaterThanOrEqual(calledAt + DAY_MS);
  expect(until.getTime()).toBeLessThanOrEqual(runtime.clock.now());
});

test('history goes with its attempts, and with what other rooms have about it', async () => {
  const { rules, call, days, state, organizationId } = setup();
  const id = await call();
  const score = [`sco_${id}`, organizationId, id, new Date()];
  await database.query(
    `INSERT INTO score (id, organization_id, request_id, name, source, created_by, created_at, comment)
     VALUES ($1, $2, $3, 'helpful', 'END_USER', 'key_1', $4, 'They liked it.')`,
    score,
  );
  rules.demands = [demand('short', { metadataMs: DAY_MS })];
  await days(2);
  expect(await state(id)).toMatchObject({ history: 'gone' });
  expect(await database.query('SELECT id FROM attempt WHERE request_id = $1', [id])).toEqual([]);
  expect(await database.query('SELECT id FROM score WHERE request_id = $1', [id])).toEqual([]);
});

test('what is held, or only watched, or belongs elsewhere, stays', async () => {
  const { rules, call, days, state } = setup();
  const [held, other] = [await call('key_held'), await call('key_other')];
  rules.of = (apiKeyId) =>
    apiKeyId === 'key_held'
      ? [demand('short', { contentMs: DAY_MS }), demand('hold', { legalHold: true })]
      : [demand('watching', { contentMs: DAY_MS }, 'MONITOR')];
  await days(2);
  expect(await state(held)).toEqual({ history: 'there', content: 'there' });
  expect(await state(other)).toEqual({ history: 'there', content: 'there' });
});

test('without its key what was said is unreadable, and no longer there', async () => {
  const { call, content, runtime, organizationId } = setup();
  const [ann, bob] = [await call('key_1', 'ann'), await call('key_1', 'bob')];
  await database.query(
    `DELETE FROM content_key WHERE organization_id = $1
       AND subject = (SELECT subject FROM content WHERE request_id = $2)`,
    [organizationId, ann],
  );
  await runtime.clock.advance(60_000);
  expect(await content.read(organizationId, ann)).toEqual({ withheld: 'ERASED', policy: null, until: null });
  expect(await content.read(organizationId, bob)).toMatchObject({ output: [{ text: 'said 2' }] });
  expect(await content.read('org_of_strangers', bob)).toEqual({ withheld: 'NOT_LOGGED', policy: null, until: null });
});
