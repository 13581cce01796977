import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Its start needs this @hono/node-server: a later one breaks it. */
const PACKAGES = { '@portkey-ai/gateway': '1.15.2', '@hono/node-server': '1.12.2' };
const MANIFEST = { private: true, dependencies: PACKAGES, overrides: { '@hono/node-server': '1.12.2' } };

/**
 * Another gateway that one can install and run without an account, from the npm registry.
 * @param folder made when it is not there
 */
export async function installPortkey(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
}

/** @returns the arguments of a node that runs what is installed in the folder */
export function portkeyServer(folder: string, port: number): readonly string[] {
  return [join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js'), '--headless', `--port=${port}`];
}
