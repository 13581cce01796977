import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { whySkipped } from '../support/instances.ts';
import { freePort } from '../support/ports.ts';

const MAIN = new URL('../../src/start.mjs', import.meta.url).pathname;
const HELLO = `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
  ... on CompletionAccepted { completion { status } } } }`;
const inputOf = (simulate: object) => ({
  target: { model: 'sim/echo-1' },
  messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }],
  debug: { simulate },
});

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** What the supervisor's log has to say, with the process it is about. */
  readonly noted: (message: string) => number[];
  /** Over a connection of its own. */
  hello(simulate?: object): Promise<unknown>;
}

async function start(environment: Record<string, string>): Promise<Started> {
  const { url, drop } = await testDatabaseUrl(inject('databaseServer')!);
  const port = await freePort();
  const key = `gp_live_test_${randomBytes(16).toString('hex')}`;
  const env = {
    ...process.env,
    DATABASE_URL: url.reveal(),
    REDIS_URL: process.env.GLIDEPATH_TEST_REDIS_URL,
    GLIDEPATH_ADMIN_KEY: key,
    GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
    GLIDEPATH_LOG_LEVEL: 'info',
    GLIDEPATH_DATABASE_POOL: '4',
    GLIDEPATH_NOTICE_MS: '1000',
    PORT: String(port),
    ...environment,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended(child);
    await expect
      .poll(
        () =>
          drop().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  let logged = '';
  child.stderr.on('data', (text) => {
    logged += text;
  });
  await expect.poll(() => said, { timeout: 60_000 }).toContain('Glidepath is ready');
  return {
    child,
    said: () => said,
    noted: (message) =>
      logged
        .split('\n')
        .filter((line) => line.includes(`"msg":"${message}"`))
        .map((line) => JSON.parse(line).pid),
    async hello(simulate = {}) {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, connection: 'close' },
        body: JSON.stringify({ query: HELLO, variables: { input: inputOf(simulate) } }),
      });
      return response.json();
    },
  };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const succeeded = { data: { completionCreate: { completion: { status: 'SUCCEEDED' } } } };

test.skipIf(whySkipped !== '')(
  `of two workers one dies and is replaced, and both leave together${whySkipped}`,
  {
    timeout: 120_000,
  },
  async () => {
    const { child, said, noted, hello } = await start({ GLIDEPATH_WORKERS: '2' });
    const answering = (count: number) =>
      expect.poll(() => noted('a worker answers'), { timeout: 30_000 }).toHaveLength(count);
    const die = async (pid: number) => {
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => noted('a worker died'), { timeout: 10_000 }).toContain(pid);
    };
    await answering(2);
    const [first, second] = noted('a worker answers');
    expect(await Promise.all([hello(), hello(), hello(), hello()])).toEqual(Array(4).fill(succeeded));

    await die(first!);
    expect(await hello()).toEqual(succeeded);
    await answering(3);
    await die(second!);
    // Only the one that took somebody's place is left.
    expect(await hello()).toEqual(succeeded);
    await answering(4);

    const slow = { tokensPerSecond: 10, reply: 'one two three four five six seven eight' };
    const running = [hello(slow), hello(slow), hello(slow), hello(slow)];
    child.kill('SIGTERM');
    expect(await Promise.all(running)).toEqual(Array(4).fill(succeeded));
    expect(await ended(child)).toBe(0);
    expect(said().match(/Glidepath is ready/g)).toHaveLength(1);
  },
);

test.skipIf(whySkipped !== '')(
  `what workers count is read from one place, all of it together${whySkipped}`,
  {
    timeout: 60_000,
  },
  async () => {
    const metricsPort = String(await freePort());
    const { noted, hello } = await start({ GLIDEPATH_WORKERS: '2', GLIDEPATH_METRICS_PORT: metricsPort });
    await expect.poll(() => noted('a worker answers'), { timeout: 30_000 }).toHaveLength(2);
    expect(await Promise.all([hello(), hello(), hello(), hello()])).toEqual(Array(4).fill(succeeded));
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(text).toMatch(/^gen_ai_server_request_duration_seconds_count\{.*"sim\/echo-1".*\} 4$/m);
    // The workers took it for no sign to leave.
    expect(await hello()).toEqual(succeeded);
  },
);

test.skipIf(whySkipped !== '')(
  `workers that cannot start end the instance with their exit code${whySkipped}`,
  {
    timeout: 60_000,
  },
  async () => {
    const env = {
      ...process.env,
      DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/nobody',
      REDIS_URL: process.env.GLIDEPATH_TEST_REDIS_URL,
      GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
      GLIDEPATH_LOG_LEVEL: 'silent',
      GLIDEPATH_WORKERS: '2',
      PORT: String(await freePort()),
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said, code] = await Promise.all([child.stderr.toArray(), ended(child)]);
    expect(String(Buffer.concat(said))).toContain('Glidepath cannot start');
    expect(code).toBe(1);
  },
);

test.each([
  {},
  { DATABASE_URL: 'postgresql://x@127.0.0.1/x', GLIDEPATH_SECRET_KEY: 'x'.repeat(32) },
  { REDIS_URL: 'redis://127.0.0.1' },
])('several workers with %o are refused: they would not share what they must', (environment) => {
  const read = () => readConfig({ GLIDEPATH_WORKERS: '2', ...environment });
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    expect((error as ConfigError).mistakes).toEqual([
      expect.stringMatching(/^GLIDEPATH_WORKERS above 1 needs DATABASE_URL and REDIS_URL/),
    ]);
  }
});
