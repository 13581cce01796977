import { BriefMap } from '../core/brief.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionEvent } from '../core/event.ts';
import { reviveProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { after } from '../core/turns.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';
import { Audience } from './audience.ts';
import type { Drive } from './drive.ts';
import { type Idempotency, type KeyedRun, LEASE_MS } from './idempotency.ts';
import { within } from './patience.ts';

/** A run that this instance drives. */
export interface DrivenRun {
  readonly owner: Caller;
  readonly controller: AbortController;
  readonly keyed: KeyedRun | null;
  /** Resolves when the log is closed: from then on the answer is whole. */
  readonly ended: Promise<unknown>;
  /** Resolves when the idempotency key knows of the end too. Nobody's answer waits for that. */
  readonly settled: Promise<unknown>;
  /** It has ended, and its key may not know of it yet. */
  over: boolean;
  readonly audience: Audience;
}

/** The runs of this instance, from their first event until their keys know how they ended. */
export interface DrivenRuns {
  get(id: string): DrivenRun | undefined;
  add(id: string, owner: Caller, run: Drive, controller: AbortController, keyed: KeyedRun | null): void;
  /** Cancels the run once it had a listener and has had none for `graceMs`. */
  cancelWhenLonely(id: string, graceMs: number): Promise<void>;
  /** Cancels the run as soon as one of its listeners here has gone before its end and no other is left anywhere. */
  cancelWhenDeserted(id: string): Promise<void>;
  /** Lets runs finish for `deadlineMs`, then cancels them. */
  drain(deadlineMs: number): Promise<void>;
  close(): void;
}

/** Between attempts to note how a keyed run ended, while the database is away. */
const SETTLE_AGAIN_MS = 1_000;
/** How soon a run that one listener has left notices that the others have gone too. */
const DESERTED_LOOK_MS = 100;
/** How long runs that were told to stop may take over their last events and notes. */
const LAST_NOTES_MS = 5_000;

/** @param forgotten called with its key when a run is forgotten that had one */
export function createDrivenRuns(
  idempotency: Idempotency,
  runlog: RunLog,
  { clock, log }: Runtime,
  forgotten: (keyed: KeyedRun) => void,
): DrivenRuns {
  const runs = new BriefMap<string, DrivenRun>();
  let closed = false;
  let cancelRenewal = clock.after(LEASE_MS / 3, renew);

  /** Keeps the keys of what this instance drives. */
  async function renew(): Promise<void> {
    const keyed = [...runs.values()].flatMap((run) => run.keyed ?? []);
    await idempotency.renew(keyed).catch((error: unknown) => log.warn({ err: error }, 'leases are not renewed'));
    if (!closed) cancelRenewal = clock.after(LEASE_MS / 3, renew);
  }

  /**
   * Notes how a keyed run ended, however long the database is away: a key that still seems to run would be free for
   * another, paid run once its lease has passed. Until it is noted the lease is renewed like a running run's.
   */
  async function settle(keyed: KeyedRun, last: CompletionEvent): Promise<void> {
    while (!closed) {
      try {
        return await idempotency.settle(keyed, endState(last));
      } catch (error) {
        log.warn({ err: error, completionId: keyed.completionId }, 'the end of a run is not noted yet');
        await clock.sleep(SETTLE_AGAIN_MS);
      }
    }
  }

  /** Keeps no process alive. */
  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));

  /** Whoever cannot be asked counts as listening: money is not the only thing that can be lost. */
  async function listenersOf(id: string, run: DrivenRun): Promise<number> {
    return run.audience.size + (await runlog.followers(id).catch(() => 1));
  }

  return {
    get: (id) => runs.get(id),
    add(id, owner, { ended }, controller, keyed) {
      const settled = ended.then((last) => {
        run.over = true;
        return after(keyed ? settle(keyed, last) : undefined, () => {
          runs.delete(id);
          if (keyed) forgotten(keyed);
        });
      });
      const run: DrivenRun = { owner, controller, keyed, ended, settled, over: false, audience: new Audience() };
      runs.set(id, run);
    },
    async cancelWhenLonely(id, graceMs) {
      const run = runs.get(id);
      let heard = false;
      let lonelySince: number | null = null;
      while (run && runs.get(id) === run && !run.controller.signal.aborted) {
        const listeners = await listenersOf(id, run);
        heard ||= listeners > 0 || run.audience.came;
        if (listeners > 0) lonelySince = null;
        else if (heard) {
          lonelySince ??= clock.monotonic();
          if (clock.monotonic() - lonelySince >= graceMs) run.controller.abort(LONELY);
        }
        await pause(Math.max(50, graceMs / 60));
      }
    },
    async cancelWhenDeserted(id) {
      const run = runs.get(id);
      if (!run) return;
      await Promise.race([run.audience.deserted(), run.ended]);
      while (runs.get(id) === run && !run.over && !run.controller.signal.aborted) {
        if ((await listenersOf(id, run)) === 0) run.controller.abort(LONELY);
        else await pause(DESERTED_LOOK_MS);
      }
    },
    async drain(deadlineMs) {
      const all = Promise.allSettled([...runs.values()].map(({ settled }) => settled));
      await within(clock, all, deadlineMs);
      for (const { controller } of runs.values()) controller.abort('the gateway is shutting down');
      await within(clock, all, LAST_NOTES_MS);
    },
    close() {
      closed = true;
      cancelRenewal();
    },
  };
}

const LONELY = 'nobody was listening any more';

function endState(last: CompletionEvent): 'SUCCEEDED' | 'FAILED' | 'RETRYABLE' {
  if (last.kind !== 'failed') return 'SUCCEEDED';
  return reviveProblem(last.problem).retryable ? 'RETRYABLE' : 'FAILED';
}
