import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { migrations } from '../../support/database.ts';
import { systemRuntime } from '../../support/runtime.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'glidepath-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = () => openDatabase({ dataDir, migrations }, systemRuntime);

it('keeps its rows from one opening to the next', async () => {
  const first = await open();
  await first.query(`INSERT INTO revision (topic, revision) VALUES ('kept', 1)`);
  await first.close();

  const second = await open();
  expect(await second.query('SELECT topic FROM revision')).toEqual([{ topic: 'kept' }]);
  await second.close();
});

it('refuses a second process, naming the one that has the folder', async () => {
  const writer = startWriter();
  await writer.rows(1);

  await expect(open()).rejects.toThrow(`in use by process ${writer.pid} `);

  await writer.kill();
});

/** Four processes and databases start one after the other. */
const KILLS_MS = 60_000;

it('loses no acknowledged commit when its process is killed while writing', { timeout: KILLS_MS }, async () => {
  const acknowledged: string[] = [];
  for (const rows of [3, 20, 7]) {
    const writer = startWriter();
    await writer.rows(rows);
    await writer.kill();
    acknowledged.push(...writer.written);
  }

  const database = await open();
  const found = await database.query<{ topic: string }>('SELECT topic FROM revision WHERE revision = 2');
  expect(found.map(({ topic }) => topic)).toEqual(expect.arrayContaining(acknowledged));
  expect(await database.query('SELECT 1 FROM revision WHERE revision <> 2')).toEqual([]);
  await database.close();
});

/** Another process on the same folder that writes row after row. */
function startWriter() {
  const script = resolve(import.meta.dirname, 'writer.ts');
  const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, [script, dataDir, migrations], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const written: string[] = [];
  const waiting = new Map<number, () => void>();
  createInterface({ input: child.stdout }).on('line', (row) => {
    written.push(row);
    waiting.get(written.length)?.();
  });
  return {
    pid: child.pid,
    /** What it was told is committed. */
    written,
    rows: (count: number) =>
      new Promise<void>((done, fail) => {
        waiting.set(count, done);
        child.once('exit', (code) => fail(new Error(`the writer ended with ${code} after ${written.length} rows`)));
      }),
    /** Resolves when it is gone and everything it said was heard. */
    kill: () =>
      new Promise<void>((done) => {
        child.once('close', () => done());
        child.kill('SIGKILL');
      }),
  };
}
