import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContent } from '../../src/content/index.ts';
import { subjectsOf } from '../../src/content/subjects.ts';
import { type Caller, scopes } from '../../src/core/caller.ts';
import type { SubjectCall } from '../../src/core/erasure.ts';
import { encodeJson } from '../../src/core/json.ts';
import { createDataKeys } from '../../src/platform/data-keys.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';

/** What was said lies under keys that can be taken away by themselves: a backup without them says nothing. */

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const place = { teamId: 't', projectId: 'p', apiKeyId: 'k', route: null };
const at = new Date('2026-01-01T00:00:00Z');
let organizations = 0;

/** An organization with three calls: two about Ann, one about Bob. */
async function setup() {
  const organizationId = `org_keys_${++organizations}`;
  const runtime = testRuntime();
  const dataKeys = createDataKeys(database, testKeyring, runtime);
  const content = createContent({ database, keyring: testKeyring, dataKeys, runtime });
  const caller: Caller = {
    ...{ organizationId, teamId: 't', projectId: 'p', apiKeyId: 'k', apiKeyName: 'k' },
    scopes: new Set(scopes),
    ip: null,
  };
  const said = (text: string) => ({ input: [], output: [{ kind: 'text' as const, text, citations: [] }] });
  const [ann1, ann2, bob] = ['ann 1', 'ann 2', 'bob 1'].map((text) => {
    const requestId = `req_${organizationId}_${text.replace(' ', '_')}`;
    const about = { requestId, caller, routeSlug: null, endUser: text.split(' ')[0]! };
    content.keep({ ...about, level: 'FULL', at: at.getTime(), said: said(text) });
    return requestId;
  }) as [string, string, string];
  await content.flush();
  const backup = await database.query<{ request_id: string; subject: Buffer; sealed: Buffer }>(
    'SELECT request_id, subject, sealed FROM content WHERE organization_id = $1',
    [organizationId],
  );
  return {
    ...{ organizationId, dataKeys, content, ann1, ann2, bob, said },
    read: async (id: string) => {
      const found = await content.read(organizationId, id);
      return 'withheld' in found ? found.withheld : (found.output[0] as { text: string }).text;
    },
    erase: (...ids: string[]) =>
      database.transaction((tx) => {
        const calls = ids.map((requestId): SubjectCall => ({ requestId, completionId: null, runId: null, place }));
        return content.erasable.erase(tx, organizationId, calls, { at });
      }),
    keys: async () =>
      (await database.query('SELECT FROM content_key WHERE organization_id = $1', [organizationId])).length,
    /** Puts the rows of contents back as they were; keys are backed up elsewhere, and for a short time. */
    async restore() {
      for (const { request_id, subject, sealed } of backup) {
        const sql = 'UPDATE content SET subject = $2, sealed = $3, gone = NULL, gone_at = NULL WHERE request_id = $1';
        await database.query(sql, [request_id, subject, sealed]);
      }
    },
  };
}

test('one call that is erased is unreadable in a backup too, and the others about the same person are not', async () => {
  const { ann1, ann2, bob, read, erase, keys, restore } = await setup();
  expect(await keys()).toBe(3 + 2);
  expect(await erase(ann1)).toMatchObject({ content: { erased: 1 }, contentKeys: { erased: 1 } });
  await restore();
  expect([await read(ann1), await read(ann2), await read(bob)]).toEqual(['ERASED', 'ann 2', 'bob 1']);
  expect(await erase(ann2)).toMatchObject({ contentKeys: { erased: 1 } });
});

test('with the last call about a person their own key goes', async () => {
  const { ann1, ann2, bob, read, erase, keys, restore } = await setup();
  expect(await erase(ann1, ann2)).toMatchObject({ content: { erased: 2 }, contentKeys: { erased: 3 } });
  expect(await keys()).toBe(2);
  await restore();
  expect([await read(ann1), await read(ann2), await read(bob)]).toEqual(['ERASED', 'ERASED', 'bob 1']);
});

test('what has been kept long enough is unreadable in a backup too', async () => {
  const { organizationId, content, ann1, bob, read, restore } = await setup();
  const overdue = { before: new Date(at.getTime() + 1), policy: 'short', now: at };
  expect(await database.transaction((tx) => content.kept.expire(tx, organizationId, place, overdue, 100))).toBe(3);
  expect(await read(ann1)).toBe('RETENTION_EXPIRED');
  await restore();
  expect([await read(ann1), await read(bob)]).toEqual(['ERASED', 'ERASED']);
});

test('what was kept before calls had keys of their own is read, and erased', async () => {
  const { organizationId, dataKeys, ann1, said, read, erase } = await setup();
  const subject = subjectsOf(testKeyring)(organizationId, { endUser: 'ann', apiKeyId: 'k' });
  const persons = await dataKeys.keyring(organizationId, subject);
  const sealed = persons.seal(encodeJson(said('of old')), `content ${organizationId} ${ann1}`);
  await database.query('UPDATE content SET sealed = $2, own_key = false WHERE request_id = $1', [ann1, sealed]);
  expect(await read(ann1)).toBe('of old');
  await erase(ann1);
  expect(await read(ann1)).toBe('ERASED');
});
