import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/ports.ts';

/** A server of our own, which may be killed as often as one likes. */
export interface OwnServer {
  readonly url: string;
  /** SIGKILL, and a new start over the same data; resolves when it listens again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const POSTGRES = '/usr/lib/postgresql';

/** PostgreSQL as it is installed, with its fsyncs, as the user `postgres`: it refuses to run as root. */
export async function ownPostgres(): Promise<OwnServer> {
  const version = readdirSync(POSTGRES)
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)!;
  const program = join(POSTGRES, version, 'bin/postgres');
  const id = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : null;
  const folder = mkdtempSync(join(tmpdir(), 'glidepath-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const initdb = join(POSTGRES, version, 'bin/initdb');
  execFileSync(initdb, ['-D', folder, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...user,
    stdio: 'ignore',
    cwd: folder,
  });
  const port = await freePort();
  const options = [
    '-D',
    folder,
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_connections=100',
  ];
  const start = () => spawn(program, options, { ...user, stdio: 'ignore', cwd: folder });
  return own(`postgresql://postgres@127.0.0.1:${port}/postgres`, port, folder, start);
}

/** Redis without a memory of its own: killed, it comes back empty. */
export async function ownRedis(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'glidepath-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  return own(`redis://127.0.0.1:${port}/0`, port, folder, () => spawn('redis-server', options, { stdio: 'ignore' }));
}

/** Starts it again whenever it has ended: also when it could not start, for what the one before has left behind. */
async function own(url: string, port: number, folder: string, start: () => ChildProcess): Promise<OwnServer> {
  let child = start();
  let ended = once(child, 'exit');
  let stopped = false;
  const kept = (async () => {
    for (;;) {
      await ended;
      if (stopped) return;
      // Backends that have not noticed yet keep PostgreSQL's shared memory: it refuses to start beside them.
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (stopped) return;
      child = start();
      ended = once(child, 'exit');
    }
  })();
  process.once('exit', () => child.kill('SIGKILL'));
  await listening(port);
  return {
    url,
    async kill() {
      const dying = ended;
      child.kill('SIGKILL');
      await dying;
      await listening(port);
    },
    async stop() {
      stopped = true;
      child.kill('SIGINT');
      await kept;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function listening(port: number, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('close', () => {}).unref();
      setTimeout(() => socket.destroy(), 200).unref();
    });
    if (open) return;
    if (performance.now() > end) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
