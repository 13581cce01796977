import cluster, { type Worker } from 'node:cluster';
import type { Config } from './config.ts';
import type { Runtime } from './core/runtime.ts';

/**
 * Several processes on one port, for more than one core. Each is a whole gateway; the first process, which answers
 * nothing, hands connections to them in turn, puts another in the place of one that dies, and passes on that all are to
 * leave.
 */

/** What is said between them. */
type Told = 'ready' | { readonly leave: number };

/** Before another takes the place of one that died; doubled with each that dies soon after. */
const RESTART_MS = 100;
const LONGEST_RESTART_MS = 10_000;
/** Who has lived so long did not die of how it was started. */
const SETTLED_MS = 60_000;
/** So many deaths without one that settled, and starting more helps nobody. */
const MOST_DEATHS = 10;
/** Beyond notice and drains: for what is written at the end. */
const LAST_MS = 5000;

/** True in the process that only looks after the others. */
export function supervises({ workers }: Config): boolean {
  return workers > 1 && cluster.isPrimary;
}

/** True in a process that another one looks after. */
export const isSupervised = cluster.isWorker;

/** True in exactly one process, however many there are and will be: the first that was started. */
export function speaksForAll(): boolean {
  return cluster.isPrimary || cluster.worker?.id === 1;
}

/**
 * Starts one worker, and when that is ready, which has seen to the database, the others.
 * @returns when all have left: the exit code, that of the first one when it could not start
 */
export function supervise(config: Config, { clock, log }: Pick<Runtime, 'clock' | 'log'>): Promise<number> {
  const over = Promise.withResolvers<number>();
  let leaving = false;
  let exitCode = 0;
  let deaths = 0;

  const alive = () => Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => !worker?.isDead());

  function leave(noticeMs: number): void {
    leaving = true;
    for (const worker of alive()) worker.send({ leave: noticeMs } satisfies Told, () => {});
    if (alive().length === 0) over.resolve(exitCode);
    void clock.sleep(noticeMs + 2 * config.drainMs + LAST_MS).then(() => {
      for (const worker of alive()) worker.process.kill('SIGKILL');
    });
  }

  function start(): Worker {
    const worker = cluster.fork();
    const from = clock.monotonic();
    worker.once('message', () => log.info({ pid: worker.process.pid }, 'a worker answers'));
    worker.once('exit', (code, signal) => {
      if (leaving) {
        exitCode ||= code ?? 1;
        if (alive().length === 0) over.resolve(exitCode);
      } else if (begun) replace(worker, clock.monotonic() - from, code, signal);
      else over.resolve(code ?? 1);
    });
    return worker;
  }

  function replace({ process: { pid } }: Worker, livedMs: number, code: number | null, signal: string | null): void {
    deaths = livedMs < SETTLED_MS ? deaths + 1 : 1;
    log.error({ pid, code, signal, deaths }, 'a worker died');
    if (deaths > MOST_DEATHS) {
      log.error({ deaths }, 'workers die as soon as they are started: this instance gives up');
      exitCode = 1;
      leave(0);
      return;
    }
    const waitMs = Math.min(LONGEST_RESTART_MS, RESTART_MS * 2 ** (deaths - 1));
    void clock.sleep(waitMs).then(() => leaving || start());
  }

  let begun = false;
  start().once('message', () => {
    begun = true;
    for (let others = config.workers - 1; others > 0 && !leaving; others--) start();
  });
  onSignals(config, leave);
  return over.promise;
}

/** Tells the supervisor, where there is one, that this process answers. */
export function sayReady(): void {
  if (cluster.isWorker) process.send?.('ready' satisfies Told);
}

/**
 * Calls back when this process is to leave; a second time when it is meant. A worker is told by the supervisor: a
 * terminal, and systemd, would send it the same signal as well.
 */
export function onLeave(config: Config, leave: (noticeMs: number) => void): void {
  onSignals(config, cluster.isPrimary ? leave : () => {});
  process.on('message', (told: Told) => {
    // Whoever asks for metrics speaks in objects, too.
    if (typeof told === 'object' && 'leave' in told) leave(told.leave);
  });
}

function onSignals({ noticeMs }: Config, leave: (noticeMs: number) => void): void {
  process.on('SIGTERM', () => leave(noticeMs));
  // Whoever sits before the screen has no balancer to be told.
  process.on('SIGINT', () => leave(0));
}
