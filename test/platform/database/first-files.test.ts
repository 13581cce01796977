import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureFiles } from '../../../src/platform/database/first-files.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'glidepath-'));
  folder = join(parent, 'database');
});

afterEach(() => rm(parent, { recursive: true, force: true }));

it('makes a whole data folder, whatever a killed process has left of an earlier one', async () => {
  await mkdir(`${folder}.unfinished`);
  await writeFile(join(`${folder}.unfinished`, 'half'), '');

  await ensureFiles(folder);
  expect(existsSync(join(folder, 'PG_VERSION'))).toBe(true);
  expect(existsSync(join(folder, 'half'))).toBe(false);
  expect(await readdir(parent)).toEqual(['database']);
});

it('leaves a data folder that is there alone', async () => {
  await mkdir(folder);

  await ensureFiles(folder);
  expect(await readdir(folder)).toEqual([]);
});
