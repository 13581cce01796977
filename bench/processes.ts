import { type ChildProcess, fork, type Serializable, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Processes, where they run, and what they use. Linux only: it reads /proc. */

/** The core that what is measured has to itself; everything else of the bench runs on the other. */
const MEASURED = '0';
const OTHER = '1';

const canPin = pinned();
export const pinning = canPin ? `the measured one on core ${MEASURED}, load and upstream on core ${OTHER}` : 'none';

function pinned(): boolean {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)!.length > 1 && onPath('taskset');
  } catch {
    return false;
  }
}

export function onPath(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      return readdirSync(folder).includes(name);
    } catch {
      return false;
    }
  });
}

export interface Started {
  readonly pid: number;
  /** CPU of it, its threads and its children since it began, in ms. */
  cpuMs(): number;
  /** The most memory it has held, in MB. */
  peakMb(): number;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

/**
 * @param env in place of the environment; PATH stays
 * @param cores which it may use: the measured one, or all, with load, upstream and databases on them too
 */
export function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cores: 'measured' | 'all' = 'measured',
): Started {
  const pinned = canPin && cores === 'measured';
  const [program, ...rest] = pinned ? ['taskset', '-c', MEASURED, command, ...args] : [command, ...args];
  const child = spawn(program!, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return watched(child);
}

/** One of the bench's own files, on the other core, spoken with by IPC. */
export function startOther(file: string, env: Readonly<Record<string, string>> = {}) {
  const url = new URL(file, import.meta.url);
  const child = fork(url, { env: { PATH: process.env.PATH, ...env } });
  if (canPin) spawn('taskset', ['-a', '-cp', OTHER, String(child.pid)], { stdio: 'ignore' });
  const other = watched(child);
  return {
    ...other,
    /** @throws when it is gone: nobody waits for what never comes */
    next: <T>() =>
      new Promise<T>((resolve, reject) => {
        child.once('message', (message) => resolve(message as T));
        void other.ended.then(() => reject(new Error(`${file} has ended`)));
      }),
    send: (message: Serializable) => void child.send(message),
  };
}

function watched(child: ChildProcess): Started {
  const pid = child.pid!;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    pid,
    ended,
    cpuMs: () => [pid, ...childrenOf(pid)].reduce((sum, one) => sum + cpuOf(one), 0),
    peakMb: () => [pid, ...childrenOf(pid)].reduce((sum, one) => sum + peakOf(one), 0),
    async end() {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

const childrenOf = (pid: number): number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
};

/** utime and stime, in the kernel's 10 ms ticks; the name before them may hold spaces. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** @throws when nothing listens within `withinMs` */
export async function answering(port: number, withinMs = 30_000): Promise<void> {
  for (const until = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/live`);
      await response.arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error(`nothing answers on port ${port}`, { cause: error });
    }
  }
}
