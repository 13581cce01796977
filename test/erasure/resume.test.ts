import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../../src/audit/index.ts';
import { type Caller, scopes } from '../../src/core/caller.ts';
import { gone, type SubjectCall } from '../../src/core/erasure.ts';
import { createErasure } from '../../src/erasure/index.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const place = { teamId: 't', projectId: 'p', apiKeyId: 'k', route: null };
const ids = Array.from({ length: 1700 }, (_, n) => `req_${String(n).padStart(5, '0')}`);
const caller: Caller = {
  ...{ organizationId: 'org_resumed', teamId: 't', projectId: 'p', apiKeyId: 'k', apiKeyName: 'k' },
  scopes: new Set(scopes),
  ip: null,
};

test('an erasure whose process dies goes on in another one, from where it was, to the same end', async () => {
  const left = new Set(ids);
  const seen: string[] = [];
  const runtime = testRuntime();
  const changes = createChanges(database, createMemoryBus(runtime.log), appendAudit(runtime, testKeyring));
  /** One process. @param diesAfter so many calls */
  const process = (diesAfter: number) => {
    const jobs = createJobs(database, runtime);
    const erasure = createErasure({
      ...{ database, changes, jobs, keyring: testKeyring, runtime },
      parts: {
        finders: [
          {
            find: async (_tx, _organization, _subject, _before, after, limit) =>
              [...left]
                .sort()
                .filter((id) => id > after)
                .slice(0, limit)
                .map((requestId): SubjectCall => ({ requestId, completionId: null, runId: null, place })),
          },
        ],
        byCall: [
          {
            count: async (_tx, _organization, calls) => ({ things: calls.length }),
            async erase(_tx, _organization, calls) {
              if (seen.length >= diesAfter) throw new Error('the power fails');
              for (const { requestId } of calls) {
                left.delete(requestId);
                seen.push(requestId);
              }
              return { things: gone(calls.length) };
            },
          },
        ],
        bySubject: [],
        copies: [],
        holds: async () => () => null,
        written: async () => {},
      },
    });
    return { erasure, close: () => Promise.all([jobs.close(), erasure.close()]) };
  };

  const first = process(1000);
  const { erasureId } = await first.erasure.create(caller, {
    subject: { kind: 'END_USER', endUser: 'ann' },
    reason: 'Asked.',
    keepAggregates: true,
    dryRun: false,
    idempotencyKey: 'one',
  });
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(1000);
  await first.close();
  const state = async () => {
    const [row] = await database.query<{ status: string; calls: number; subject: Buffer | null }>(
      `SELECT status, (progress ->> 'calls')::int AS calls, subject FROM erasure_request WHERE id = $1`,
      [erasureId],
    );
    return row!;
  };
  expect(await state()).toMatchObject({ status: 'RUNNING', calls: 1000 });

  const second = process(Number.POSITIVE_INFINITY);
  const later = async () => {
    await runtime.clock.advance(6_000);
    return (await state()).status;
  };
  await expect.poll(later, { timeout: 30_000 }).toBe('SUCCEEDED');
  await second.close();
  expect(await state()).toMatchObject({ calls: 1700, subject: null });
  // None was left out and none was done twice.
  expect(seen).toEqual(ids);
});
