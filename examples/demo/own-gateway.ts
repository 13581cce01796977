import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const START = resolve(import.meta.dirname, '../../src/start.mjs');

export interface OwnGateway {
  readonly url: string;
  readonly key: string;
  /** Ends the process and removes its data. */
  close(): Promise<void>;
}

/** A gateway in a process of its own, on a free port, with a temporary data folder and nothing but the simulator. */
export async function openOwnGateway(): Promise<OwnGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'glidepath-demo-'));
  const key = `gp_live_${randomBytes(24).toString('hex')}`;
  const gateway = spawn(process.execPath, [START], {
    // Of the environment only what programs need to run: a demo must not end up in anybody's database.
    env: { PATH: process.env.PATH, PORT: '0', GLIDEPATH_DATA_DIR: join(folder, 'data'), GLIDEPATH_ADMIN_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(gateway, 'exit');
  /** However the demo ends, nothing of this stays. */
  const abandon = () => {
    gateway.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  process.once('SIGINT', () => process.exit(130));
  const close = async () => {
    gateway.kill('SIGTERM');
    await ended;
    process.off('exit', abandon);
    await rm(folder, { recursive: true });
  };

  let said = '';
  for await (const chunk of gateway.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    const [, url] = /GraphQL +(http\S+)\/graphql/.exec(said) ?? [];
    if (url) {
      gateway.stdout.resume();
      return { url, key, close };
    }
  }
  await close();
  throw new Error(`The gateway did not start. It said: ${said || 'nothing'}`);
}
