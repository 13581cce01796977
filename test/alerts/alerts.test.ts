import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertRow, Alerts } from '../../src/alerts/index.ts';
import { createAlerts } from '../../src/alerts/index.ts';
import type { NewAlert } from '../../src/core/alert.ts';
import type { Caller } from '../../src/core/caller.ts';
import { Secret } from '../../src/core/secret.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createEgress, type Egress } from '../../src/platform/egress.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import type { Mailer } from '../../src/platform/mail.ts';
import { aCaller } from '../support/callers.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog, systemRuntime } from '../support/runtime.ts';

interface Received {
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

let database: Database;
let egress: Egress;
let url: string;
const received: Received[] = [];
let answerWith = 200;
const waiting: (() => void)[] = [];
const mails: { readonly to: readonly string[]; readonly subject: string }[] = [];
const mailer: Mailer = { send: async (mail) => void mails.push(mail), close() {} };

const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.writeHead(answerWith).end('noted');
    for (const wake of waiting.splice(0)) wake();
  });
});

beforeAll(async () => {
  database = await testDatabase();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/hook?token=abc`;
  egress = createEgress({ allow: [`127.0.0.1:${port}`] });
});
afterAll(async () => {
  await egress.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await database.close();
});

/** One instance of the room; several share the database, and nothing else. */
function anInstance(): Alerts {
  const bus = createMemoryBus(silentLog);
  const changes = createChanges(database, bus, async () => systemRuntime.ids.next('aud'));
  const keyring = createKeyring(new Secret('a secret of at least thirty-two letters'));
  const jobs = { every() {}, close: async () => {} };
  return createAlerts({ database, changes, bus, jobs, keyring, egress, mailer, runtime: systemRuntime });
}

const alert = (organizationId: string, key: string, more: Partial<NewAlert> = {}): NewAlert => ({
  organizationId,
  kind: 'BUDGET',
  key,
  severity: 'WARNING',
  title: `Budget ${key}`,
  message: 'Half of it is spent.',
  scope: null,
  facts: { thresholdPercent: 50 },
  ...more,
});
const all = { kinds: null, severities: null, scope: null, acknowledged: null, budgetId: null, range: null };
const rowsOf = (organizationId: string) =>
  database.query<{ key: string; id: string }>('SELECT key, id FROM alert WHERE organization_id = $1 ORDER BY seq', [
    organizationId,
  ]);
const hook = (name: string) => ({
  name,
  target: { type: 'WEBHOOK' as const, url, headers: { 'x-team': 'ops' } },
  kinds: ['BUDGET' as const],
  minSeverity: 'WARNING' as const,
  enabled: true,
});
const heard = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
const deliveriesOf = (channelId: string) =>
  database.query<{ id: string; status: string; attempt: number; http_status: number | null; next_at: Date | null }>(
    'SELECT * FROM alert_delivery WHERE channel_id = $1 ORDER BY id',
    [channelId],
  );

test('however often and by whichever instance an alert is raised, it is kept once per key and organization', async () => {
  let round = 0;
  const raise = fc.record({ instance: fc.nat(1), organization: fc.nat(1), key: fc.nat(4) });
  await fc.assert(
    fc.asyncProperty(fc.array(raise, { minLength: 1, maxLength: 25 }), async (raises) => {
      round += 1;
      const instances = [anInstance(), anInstance()];
      const name = (organization: number) => `org_once_${round}_${organization}`;
      const fresh = await Promise.all(
        raises.map(({ instance, organization, key }) =>
          instances[instance]!.raise(alert(name(organization), `k${key}`)),
        ),
      );
      const restarted = anInstance();
      for (const { organization, key } of raises) {
        expect(await restarted.raise(alert(name(organization), `k${key}`))).toBe(false);
      }
      const wanted = new Set(raises.map(({ organization, key }) => `${organization} k${key}`));
      expect(fresh.filter(Boolean)).toHaveLength(wanted.size);
      const kept = [...(await rowsOf(name(0))), ...(await rowsOf(name(1)))];
      expect(kept).toHaveLength(wanted.size);
      for (const room of [...instances, restarted]) await room.close();
    }),
    { numRuns: 15 },
  );
});

test('a follower gets what it missed first, then what comes, in order, also from an instance it hears no news of', async () => {
  const [here, there] = [anInstance(), anInstance()];
  const organization = 'org_follow';
  for (const key of ['a', 'b', 'c']) await there.raise(alert(organization, key));
  const stop = new AbortController();
  const seen: AlertRow[] = [];
  const firstOnly = here.follow(organization, all, 0n, stop.signal)[Symbol.asyncIterator]();
  const { value: first } = await firstOnly.next();
  for await (const row of here.follow(organization, all, (first as AlertRow).seq, stop.signal)) {
    seen.push(row);
    if (seen.length === 2) await there.raise(alert(organization, 'd'));
    if (seen.length === 3) break;
  }
  expect(seen.map(({ title }) => title)).toEqual(['Budget b', 'Budget c', 'Budget d']);
  stop.abort();
  await firstOnly.return?.();
  await here.close();
  await there.close();
});

test('a follower without a cursor begins now, and sees only what its filter wants', async () => {
  const room = anInstance();
  const organization = 'org_filter';
  await room.raise(alert(organization, 'old'));
  const stop = new AbortController();
  const filter = { ...all, kinds: ['LOOP' as const] };
  let found = false;
  const next = room.follow(organization, filter, null, stop.signal)[Symbol.asyncIterator]().next();
  void next.finally(() => {
    found = true;
  });
  // It begins when it has looked where the list ends: what is raised before that is not for it.
  for (let count = 0; !found && count < 100; count++) {
    await room.raise(alert(organization, `money ${count}`));
    await room.raise(alert(organization, `loop ${count}`, { kind: 'LOOP' }));
  }
  expect((await next).value).toMatchObject({ kind: 'LOOP' });
  stop.abort();
  await room.close();
});

test('a webhook is sent signed, once, whatever the number of instances, and the log says so', async () => {
  const instances = [anInstance(), anInstance()];
  const caller: Caller = aCaller('org_hook');
  const { channelId, signingSecret } = await instances[0]!.channelSave(caller, hook('ops'));
  received.length = 0;
  const arrived = heard();
  await instances[1]!.raise(alert('org_hook', 'x'));
  await instances[0]!.raise(alert('org_hook', 'mild', { severity: 'INFO' })); // milder than the channel wants
  await arrived;
  for (const room of instances) await room.close();
  expect(received).toHaveLength(1);
  const { headers, body } = received[0]!;
  const signed = createHmac('sha256', signingSecret!).update(`${headers['glidepath-timestamp']}.${body}`).digest('hex');
  expect(headers['glidepath-signature']).toBe(`v1=${signed}`);
  expect(headers['x-team']).toBe('ops');
  expect(JSON.parse(body)).toMatchObject({ kind: 'BUDGET', title: 'Budget x', facts: { thresholdPercent: 50 } });
  const [delivery] = await deliveriesOf(channelId);
  expect(delivery).toMatchObject({ status: 'DELIVERED', attempt: 1, http_status: 200, next_at: null });
});

test('a delivery that failed is tried again, by itself later or at once when asked', async () => {
  const room = anInstance();
  const caller = aCaller('org_retry');
  const { channelId } = await room.channelSave(caller, hook('ops'));
  answerWith = 503;
  let arrived = heard();
  await room.channelTest(caller, channelId);
  await arrived;
  await expect.poll(async () => (await deliveriesOf(channelId))[0]?.status).toBe('FAILED');
  const [failed] = await deliveriesOf(channelId);
  expect(failed).toMatchObject({ attempt: 1, http_status: 503, next_at: expect.any(Date) });
  answerWith = 200;
  arrived = heard();
  await room.deliveryRetry(caller, failed!.id);
  await arrived;
  await expect.poll(async () => (await deliveriesOf(channelId))[0]?.status).toBe('DELIVERED');
  await room.close();
});

test('Slack and e-mail get words, and addresses of this network are refused', async () => {
  const room = anInstance();
  const caller = aCaller('org_words');
  const rest = { kinds: ['LOOP' as const], minSeverity: 'INFO' as const, enabled: true };
  await room.channelSave(caller, { name: 'slack', target: { type: 'SLACK', url }, ...rest });
  await room.channelSave(caller, { name: 'mail', target: { type: 'EMAIL', to: ['ops@example.com'] }, ...rest });
  const inside = { type: 'WEBHOOK' as const, url: 'http://127.0.0.1:5432/', headers: null };
  const { channelId } = await room.channelSave(caller, { name: 'inside', target: inside, ...rest });
  received.length = 0;
  const arrived = heard();
  await room.raise(alert('org_words', 'loop', { kind: 'LOOP', title: 'Round\r\nand round' }));
  await arrived;
  await expect.poll(async () => (await deliveriesOf(channelId))[0]?.status).toBe('FAILED');
  expect(JSON.parse(received[0]!.body)).toEqual({ text: '[WARNING] Round and round\nHalf of it is spent.' });
  expect(mails).toEqual([expect.objectContaining({ to: ['ops@example.com'], subject: '[WARNING] Round and round' })]);
  await room.close();
});
