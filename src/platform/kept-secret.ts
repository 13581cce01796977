import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../core/secret.ts';

/**
 * A secret of this installation's own: made at the first start and kept in the data folder, readable by its owner
 * only. Whoever loses the file loses what was sealed with it, and all API keys.
 */
export async function keptSecret(dataDir: string): Promise<Secret> {
  const file = path.join(dataDir, 'secret-key');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return new Secret((await readFile(file, 'utf8')).trim());
}
