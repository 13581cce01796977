import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAudit } from '../../src/audit/index.ts';
import type { RetentionDemand } from '../../src/core/admission.ts';
import { systemActor } from '../../src/core/change.ts';
import { systemClock, timeSortedIds } from '../../src/core/runtime.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { startRetention } from '../../src/retention/index.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const DAY_MS = 24 * 60 * 60 * 1000;

/** A log with one entry a day, and a rule that keeps ten days of it. */
async function house(organizationId: string, rule: Partial<RetentionDemand>) {
  const runtime = { ...testRuntime(), ids: timeSortedIds(systemClock) };
  const jobs = createJobs(database, runtime);
  const bus = createMemoryBus(runtime.log);
  const audit = createAudit({ database, bus, jobs, keyring: testKeyring, checkpointFile: null, runtime });
  let turns = 0;
  const config = { metadataMs: null, contentMs: null, auditMs: null, embeddingsMs: null, legalHold: false, ...rule };
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: 'pol_1', policySlug: 'p', version: 1, ruleIndex: 0, mode: 'ENFORCE', scope } as const;
  startRetention({
    ...{ jobs, runtime, rows: [audit.kept], copies: [], besides: [] },
    organizations: async () => {
      turns += 1;
      return [{ organizationId, mark: '', demandsAt: () => [{ source, config }] }];
    },
  });
  const write = (reason: string) =>
    audit.write({
      ...{ organizationId, actor: systemActor, action: 'test.write', resourceType: 'Test', resourceId: 't' },
      ...{ outcome: 'ALLOWED', reason },
    });
  for (let day = 1; day <= 30; day++) {
    await write(`day ${day}`);
    await runtime.clock.advance(DAY_MS);
  }
  const from = turns;
  const turn = async () => {
    await runtime.clock.advance(20_000);
    return turns;
  };
  await expect.poll(turn, { timeout: 20_000 }).toBeGreaterThan(from + 1);
  await jobs.close();
  const seqs = async () =>
    (
      await database.query<{ seq: string }>('SELECT seq FROM audit_event WHERE organization_id = $1 ORDER BY seq', [
        organizationId,
      ])
    ).map(({ seq }) => Number(seq));
  return { audit, write, seqs, verify: () => audit.verify(organizationId, null) };
}

test('the log is kept as long as a rule says, what is left is whole, and goes on', async () => {
  const { seqs, verify, write } = await house('org_trimmed', { auditMs: 10 * DAY_MS });
  const left = await seqs();
  expect(left.at(-1)).toBe(30);
  expect(left.length).toBeGreaterThanOrEqual(8);
  expect(left.length).toBeLessThanOrEqual(10);
  expect(await verify()).toMatchObject({ ok: true, checked: left.length });
  await write('later');
  expect(await verify()).toMatchObject({ ok: true, checked: left.length + 1 });
});

test('what somebody else took away from the beginning is missed, whatever they write about it', async () => {
  const organizationId = 'org_cut';
  const { seqs, verify } = await house(organizationId, { auditMs: 10 * DAY_MS });
  const [first = 0] = await seqs();
  const [entry] = await database.query<{ hash: Buffer }>(
    'DELETE FROM audit_event WHERE organization_id = $1 AND seq = $2 RETURNING hash',
    [organizationId, first],
  );
  expect(await verify()).toMatchObject({ ok: false, firstBrokenSeq: BigInt(first) });
  await database.query('UPDATE audit_trim SET seq = $2, hash = $3 WHERE organization_id = $1', [
    organizationId,
    first,
    entry!.hash,
  ]);
  expect(await verify()).toMatchObject({ ok: false, firstBrokenSeq: 1n, problem: 'It is missing.' });
});

test('a legal hold keeps all of it', async () => {
  const { seqs } = await house('org_held', { auditMs: DAY_MS, legalHold: true });
  expect(await seqs()).toHaveLength(30);
});
