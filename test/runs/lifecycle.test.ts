import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { complete, completion, follow, type SeenResult, stream, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { freePort } from '../support/ports.ts';

const endless = { debug: { simulate: { tokensPerSecond: 20, reply: 'word '.repeat(2000) } } };

test('CANCEL_AFTER_GRACE cancels a run that nobody listens to any more, and no sooner', async () => {
  const gateway = await openTestGateway({ runs: { graceMs: 300 } });
  onTestFinished(() => gateway.close());
  const input = { ...to('sim/echo-1', 'x'), ...endless, idempotencyKey: 'grace', onDisconnect: 'CANCEL_AFTER_GRACE' };
  let id = '';
  for await (const event of stream(gateway, input)) {
    id = event.completionId;
    if (event.__typename === 'TextDelta') break;
  }
  for await (const event of follow(gateway, id)) if (event.__typename === 'TextDelta') break; // came back in time
  expect(await completion(gateway, id)).toMatchObject({ status: 'RUNNING' });
  await expect.poll(async () => (await completion(gateway, id))?.status, { timeout: 10_000 }).toBe('CANCELLED');
});

test('CANCEL cancels a run as soon as nobody listens any more, but not when a wait has run out', async () => {
  const gateway = await openTestGateway();
  onTestFinished(() => gateway.close());
  const input = { ...to('sim/echo-1', 'x'), ...endless, onDisconnect: 'CANCEL' };
  const waited = await complete(gateway, input, 50);
  expect(waited.completion).toMatchObject({ status: 'RUNNING' });
  const { id } = waited.completion!;
  const second = follow(gateway, id);
  await second.next();
  for await (const event of follow(gateway, id)) if (event.__typename === 'TextDelta') break;
  // One of two has gone: the other still gets what comes.
  for (let deltas = 0; deltas < 3; ) if ((await second.next()).value.__typename === 'TextDelta') deltas++;
  expect(await completion(gateway, id)).toMatchObject({ status: 'RUNNING' });
  await second.return(undefined);
  await expect.poll(async () => (await completion(gateway, id))?.status, { timeout: 10_000 }).toBe('CANCELLED');
});

test('a silent run shows that it is alive', async () => {
  const gateway = await openTestGateway({ runs: { heartbeatMs: 50 } });
  onTestFinished(() => gateway.close());
  const script = { debug: { simulate: { latencyMs: 60_000 } } };
  let last = 0;
  for await (const event of stream(gateway, { ...to('sim/echo-1', 'x'), ...script, idempotencyKey: 'silent' })) {
    if (event.__typename === 'Heartbeat') {
      expect(event.seq).toBe(last);
      return;
    }
    last = event.seq;
  }
});

test('a run whose log is gone can still be read and replayed, without its content', async () => {
  const gateway = await openTestGateway({ runs: { keepMs: 1 } });
  onTestFinished(() => gateway.close());
  const input = { ...to('sim/small-1', 'Soon forgotten'), idempotencyKey: 'forgotten' };
  const { requestId, usage, cost } = await forgotten(gateway, input);
  const again = await complete(gateway, input);
  expect(again).toMatchObject({
    replayed: true,
    completion: { requestId, usage, cost, text: null, status: 'SUCCEEDED' },
  });
  const events = [];
  for await (const event of follow(gateway, again.completion!.id)) events.push(event);
  expect(events.map(({ __typename }) => __typename)).toEqual([
    'CompletionStarted',
    'RouteDecided',
    'UsageUpdated',
    'CompletionFinished',
  ]);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

async function forgotten(gateway: TestGateway, input: object) {
  const { completion: done } = await complete(gateway, input);
  await expect.poll(async () => (await completion(gateway, done!.id))?.text, { timeout: 10_000 }).toBeNull();
  return done!;
}

test('SIGTERM lets a run finish, writes its books, and leaves; kill -9 frees its key at the next start', {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'glidepath-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const key = 'gp_live_lifecycle_0123456789';
  const at = { url: `http://127.0.0.1:${port}`, key } as TestGateway;
  const gateway: TestGateway = { ...at, ask: (document, variables) => ask(at, document, variables) };
  const slow = { debug: { simulate: { tokensPerSecond: 10, reply: 'one two three four five six seven eight' } } };

  const first = await start(dataDir, port, key);
  const waiting = complete(gateway, { ...to('sim/echo-1', 'x'), ...slow, endUser: 'drained' });
  await untilRunning(gateway, slow);
  first.kill('SIGTERM');
  expect(await waiting).toMatchObject({ __typename: 'CompletionAccepted', completion: { status: 'SUCCEEDED' } });
  expect(await exit(first)).toBe(0);

  const second = await start(dataDir, port, key);
  const find = `query { requests(first: 5, filter: { endUser: ["drained"] }) { nodes { status } } }`;
  expect(await gateway.ask(find)).toEqual({ requests: { nodes: [{ status: 'SUCCEEDED' }] } });
  const keyed = { ...to('sim/echo-1', 'x'), ...endless, idempotencyKey: 'killed' };
  const before = await complete(gateway, keyed, 0);
  second.kill('SIGKILL');
  await exit(second);

  const third = await start(dataDir, port, key);
  const after: SeenResult = await complete(gateway, keyed, 0);
  expect(after).toMatchObject({ __typename: 'CompletionAccepted', replayed: false });
  expect(after.completion!.id).not.toBe(before.completion!.id);
  third.kill('SIGKILL');
  await exit(third);
});

async function untilRunning(gateway: TestGateway, script: object): Promise<void> {
  const attached = await complete(gateway, { ...to('sim/echo-1', 'y'), ...script }, 0);
  expect(attached.completion!.status).toBe('RUNNING');
}

async function ask<Data>({ url, key }: TestGateway, query: string, variables: object = {}): Promise<Data> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]!.message);
  return data;
}

async function start(dataDir: string, port: number, key: string): Promise<ChildProcess> {
  const main = new URL('../../src/start.mjs', import.meta.url).pathname;
  const env = { ...process.env, PORT: String(port), GLIDEPATH_DATA_DIR: dataDir, GLIDEPATH_ADMIN_KEY: key };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const chunk of child.stdout) if (String(chunk).includes('Glidepath is ready')) break;
  return child;
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
