import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What an embedded database is started with. Small buffers: bare PGlite takes 306 MB with the usual 128 MB. */
export const settings = ['shared_buffers=8MB', 'timezone=UTC'];

/** A data folder as initdb leaves it, made by the install (prisma/scripts/first-files.mjs): a copy is sooner made. */
export const preparedFiles = resolve(import.meta.dirname, '../../../node_modules/.cache/glidepath/first-files');

/** Makes the data folder of an embedded database when there is none. */
export async function ensureFiles(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await appear(folder, async (unfinished) => {
    if (!copyPrepared(unfinished)) await initialize(unfinished);
  });
}

/** Makes it anew, whatever was there. */
export async function prepareFiles(): Promise<void> {
  await rm(preparedFiles, { recursive: true, force: true });
  await mkdir(dirname(preparedFiles), { recursive: true });
  await appear(preparedFiles, initialize);
}

/** The folder is there whole or not at all, whenever the process is killed. */
async function appear(folder: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await make(unfinished);
  await rename(unfinished, folder);
}

/** @returns false when the install made none, or made it unreadable for this user. Blocks: half the time of `cp`. */
function copyPrepared(folder: string): boolean {
  try {
    cpSync(preparedFiles, folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** initdb in a process of its own: it takes over 800 MB, which PGlite would never give back. */
async function initialize(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const script = resolve(import.meta.dirname, 'initialize.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) throw new Error(`The embedded database cannot make its files in ${folder}: ${complaint.trim()}`);
}
