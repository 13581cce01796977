import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { freePort } from '../support/ports.ts';

/** A gateway in a process of its own, as `npm start` runs it. */
export interface GatewayProcess {
  readonly url: string;
  readonly key: string;
  /** Resident memory in MB, as it stands. */
  rss(): number;
  /** In MB, once all garbage has been collected. */
  memory(): Promise<{ readonly rss: number; readonly heap: number; readonly external: number }>;
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
  const inspector = await freePort();
  const env = {
    ...process.env,
    NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}`,
    GLIDEPATH_DATA_DIR: folder,
    GLIDEPATH_ADMIN_KEY: key,
    ...environment,
    PORT: String(port),
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'ignore'] });
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
    memory: () => collected(inspector),
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

function residentOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Over the inspector's protocol: V8 gives memory back when it likes, and a busy process hardly ever. */
async function collected(inspector: number) {
  const [target] = (await (await fetch(`http://127.0.0.1:${inspector}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await once(socket, 'open');
  let id = 0;
  const call = async (method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id: ++id, method, params }));
    for (;;) {
      const [text] = await once(socket, 'message');
      const answer = JSON.parse(String(text)) as { id?: number; result?: { result?: { value?: string } } };
      if (answer.id === id) return answer.result;
    }
  };
  for (let time = 0; time < 3; time++) await call('HeapProfiler.collectGarbage');
  const said = await call('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
  socket.close();
  const { rss, heapUsed, external } = JSON.parse(said!.result!.value!) as NodeJS.MemoryUsage;
  const megabytes = (bytes: number) => bytes / 1024 / 1024;
  return { rss: megabytes(rss), heap: megabytes(heapUsed), external: megabytes(external) };
}
