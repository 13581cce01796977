import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './kills/servers.ts';

/** A gateway in a process of its own, as `npm start` runs it. */
export interface GatewayProcess {
  readonly url: string;
  readonly key: string;
  /** Resident memory in MB. */
  rss(): number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and its folder is gone. */
  close(): Promise<void>;
}

const MAIN = new URL('../../src/start.mjs', import.meta.url).pathname;

/** @param environment beside the essentials; without a database of its own it is an embedded one in a new folder */
export async function startGateway(environment: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'glidepath-bench-'));
  const port = Number(environment.PORT ?? (await freePort()));
  const key = environment.GLIDEPATH_ADMIN_KEY ?? 'gp_live_bench_0123456789abcdef';
  const env = {
    ...process.env,
    GLIDEPATH_DATA_DIR: folder,
    GLIDEPATH_ADMIN_KEY: key,
    ...environment,
    PORT: String(port),
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of child.stdout) if (String(text).includes('Glidepath is ready')) break;
  child.stdout.resume();
  const exit = async () => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    rss: () => residentOf(child),
    async stop() {
      child.kill('SIGTERM');
      return exit();
    },
    async close() {
      child.kill('SIGKILL');
      await exit();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the node process that serves: `start.mjs` may run it as a child. */
function residentOf({ pid }: ChildProcess): number {
  const all = [pid!, ...childrenOf(pid!)];
  const kilobytes = all.map((one) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0),
  );
  return Math.max(...kilobytes) / 1024;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
