import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock, in enough words to tell later whether that very process still lives. */
export interface Holder {
  readonly pid: number;
  /** When the process started. Empty where the system does not tell, as on macOS and Windows; so are the next two. */
  readonly started: string;
  /** Which start of the machine it belongs to. */
  readonly boot: string;
  /** Which container it counts its `pid` in. */
  readonly container: string;
  readonly host: string;
}

export function thisProcess(): Holder {
  return {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    boot: boot(),
    container: container(),
    host: hostname(),
  };
}

/** What can be said from here about a holder; `unknown` when it lives, or lived, out of sight. */
export function fateOf(holder: Holder): 'alive' | 'dead' | 'unknown' {
  if (holder.host !== hostname()) return 'unknown';
  if (holder.boot !== boot()) return 'dead';
  if (holder.container !== container()) return 'unknown';
  if (process.platform === 'linux') return startOf(holder.pid) === holder.started ? 'alive' : 'dead';
  return exists(holder.pid) ? 'unknown' : 'dead';
}

/** Clock ticks from the machine's start to the process's, field 22 of proc(5); null when there is no such process. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, only its parent has not noticed.
  return state === 'Z' ? null : (fields[18] ?? null);
}

function boot(): string {
  return read('/proc/sys/kernel/random/boot_id').trim();
}

function container(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
