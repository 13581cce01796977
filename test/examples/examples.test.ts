import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');

vi.setConfig({ testTimeout: 60_000 }); // every example is a process, some are several

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Outcome {
  readonly code: number;
  readonly output: string;
}

interface Running {
  readonly outcome: Promise<Outcome>;
  /** Resolves as soon as what was printed matches; rejects when the example ends without. */
  says(pattern: RegExp): Promise<void>;
  /** Ctrl-C */
  interrupt(): void;
}

/** Starts an example as its reader does, in a process of its own, against the test's gateway unless told otherwise. */
function start(script: string, args: readonly string[] = [], environment?: Record<string, string>): Running {
  const env = {
    PATH: process.env.PATH,
    ...(environment ?? { GLIDEPATH_URL: gateway.url, GLIDEPATH_KEY: gateway.key }),
  };
  const example = spawn(process.execPath, [join(EXAMPLES, script), ...args], { env });
  let output = '';
  for (const stream of [example.stdout, example.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const outcome = once(example, 'close').then(([code]) => ({ code, output }));
  return {
    outcome,
    interrupt: () => void example.kill('SIGINT'),
    async says(pattern) {
      for (let ended = false; !pattern.test(output); ) {
        if (ended) throw new Error(`${script} ended without ${pattern}: ${output}`);
        ended = await Promise.race([once(example.stdout, 'data').then(() => false), outcome.then(() => true)]);
      }
    },
  };
}

const run = (...example: Parameters<typeof start>): Promise<Outcome> => start(...example).outcome;

test('hello prints an answer and what it cost', async () => {
  const { code, output } = await run('hello.ts');
  expect(output).toMatch(/"Say hello".*\n\nsim\/small-1: \d+ tokens in, \d+ out, \$0\.\d+\n$/);
  expect(code).toBe(0);
});

test('stream loses nothing when its wire is cut', async () => {
  const { code, output } = await run('stream.ts');
  expect(output).toContain('[the wire is cut]');
  expect(output).toMatch(/\n\d+ events over 2 connections: 0 lost, 0 doubled\n$/);
  expect(code).toBe(0);
});

test('admin saves, publishes, uses and rolls back a route, again and again', async () => {
  for (const version of [1, 3]) {
    const { code, output } = await run('admin.ts');
    const answers = output.match(/answers with (\S+)/g);
    expect(answers).toEqual(['sim/small-1,', 'sim/large-1,', 'sim/small-1,'].map((name) => `answers with ${name}`));
    expect(output).toContain(`rolled back to version ${version}`);
    expect(output).toMatch(/route\.rollback +by .+: publishedVersion/);
    expect(code).toBe(0);
  }
});

describe('live-spend', () => {
  test('tells of calls as they are made, and what it came to when it is interrupted', async () => {
    const watching = start('live-spend.ts', ['600']);
    await watching.says(/watching/);
    await run('hello.ts');
    await watching.says(/\n\d\d:\d\d:\d\d +\+1 requests +\+\d+ tokens +\+\$0\.\d+ +total \$0\.\d+ +p95 \d+ ms\n/);
    watching.interrupt();
    const { code, output } = await watching.outcome;
    expect(output).toMatch(/in all: 1 requests, \d+ tokens, \$0\.\d+\n$/);
    expect(code).toBe(0);
  });

  test('ends by itself', async () => {
    const { code, output } = await run('live-spend.ts', ['1']);
    expect(output).toMatch(/^watching for 1 s.*\nin all: 0 requests, 0 tokens, \$0\.00\n$/);
    expect(code).toBe(0);
  });
});

test('an example without a key says what it lacks', async () => {
  const { code, output } = await run('hello.ts', [], {});
  expect(output).toContain('GLIDEPATH_KEY');
  expect(code).toBe(1);
});

describe('demo', () => {
  let folder: string;
  let prompts: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glidepath-test-'));
    prompts = join(folder, 'prompts.json');
    await writeFile(prompts, JSON.stringify(['one', 'two', 'three', 'four'].map((question) => ({ question }))));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('sends its prompts, half of them streamed, shows how far it is, and agrees with the books', async () => {
    const { code, output } = await run('demo.ts', [prompts]);
    expect(output).toContain(`4 prompts to ${gateway.url}`);
    expect(output).toContain('4 of 4');
    expect(output).toMatch(/waited for +2 .* 0\nstreamed +2 .* 0\nall +4 .* 0\n/);
    expect(output).toMatch(/books: 4 requests, \d+ tokens, \$0\.\d+: the same/);
    expect(code).toBe(0);
  });

  test('starts a gateway of its own when it is given none, and leaves nothing behind', async () => {
    const temporary = await mkdtemp(join(folder, 'own-'));
    const { code, output } = await run('demo.ts', [prompts], { TMPDIR: temporary });
    expect(output).toContain('4 prompts to a gateway started for this');
    expect(output).toMatch(/books: 4 requests, .*: the same/);
    expect(code).toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('says that calls failed, and why', async () => {
    const key = await gateway.keyWith('USAGE_READ');
    const { code, output } = await run('demo.ts', [prompts], { GLIDEPATH_URL: gateway.url, GLIDEPATH_KEY: key });
    expect(output).toMatch(/all +4 +0 +0 .* 4\n/);
    expect(output).toContain('failed: FORBIDDEN: This API key lacks the scope COMPLETIONS_WRITE.: one');
    expect(code).toBe(1);
  });

  test('refuses a file that holds no prompts', async () => {
    const other = join(folder, 'other.json');
    await writeFile(other, '[{ "prompt": "one" }]');
    const { code, output } = await run('demo.ts', [other]);
    expect(output).toContain('is no JSON list of { "question": "…" }');
    expect(code).toBe(1);
  });
});
