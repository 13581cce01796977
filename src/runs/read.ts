import { type CompletionState, replay } from '../completions/index.ts';
import type { Caller } from '../core/caller.ts';
import type { RunOwner } from '../core/event.ts';
import { NotFoundProblem, UnavailableProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import { LostRun, type RunLog } from '../platform/runlog/runlog.ts';
import type { Usage } from '../usage/index.ts';
import type { RunEvent, SpokenEvent } from './event.ts';
import { fromHistory, shortLog } from './history.ts';
import { sharing, together } from './sharing.ts';
import { requestIdOf } from './start-options.ts';

/** Runs as those see them who may: from the log while there is one, from the books afterwards. */
export interface Reading {
  /** Null when the run is unknown, not the caller's, or no completion. */
  get(caller: Caller, id: string): Promise<CompletionState | null>;
  /** The same for runs of every kind. */
  find(caller: Caller, id: string): Promise<CompletionState | null>;
  /** @throws NotFoundProblem instead */
  whole(caller: Caller, id: string): Promise<CompletionState>;
  events(caller: Caller, id: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent>;
  /** Resolves when the log is closed or `signal` aborts. @throws UnavailableProblem when its writer is gone */
  end(id: string, signal: AbortSignal): Promise<void>;
}

export interface ReadingNeeds {
  readonly runlog: RunLog;
  readonly usage: Pick<Usage, 'find'>;
  readonly clock: Clock;
  /** A run that goes on here and was started by this very caller, who may see it. */
  readonly startedHere: (caller: Caller, id: string) => boolean;
}

export function createReading({ runlog, usage, clock, startedHere }: ReadingNeeds, heartbeatMs: number): Reading {
  const afar = sharing((id) => runlog.read(id));

  async function find(caller: Caller, id: string): Promise<CompletionState | null> {
    const entries = runlog.held(id) ?? (await afar(id));
    const state = entries?.length ? replay(id, entries) : await remembered(caller.organizationId, id);
    return state && visible(caller, state.owner) ? state : null;
  }

  const get: Reading['get'] = (caller, id) => (id.startsWith('cmp_') ? find(caller, id) : Promise.resolve(null));

  async function remembered(organizationId: string, id: string): Promise<CompletionState | null> {
    const request = await usage.find(organizationId, requestIdOf(id));
    return request && fromHistory(request);
  }

  async function whole(caller: Caller, id: string): Promise<CompletionState> {
    const state = await get(caller, id);
    if (!state) throw new NotFoundProblem('completion', id);
    return state;
  }

  const follow = (id: string, afterSeq: number, signal: AbortSignal) =>
    runlog.follow(id, afterSeq, heartbeatMs, signal);

  return {
    get,
    find,
    whole,
    async *events(caller, id, afterSeq, signal) {
      if (!startedHere(caller, id)) {
        const state = await whole(caller, id);
        if (!(runlog.held(id) ?? (await afar(id)))) {
          yield* shortLog(state).filter(({ seq }) => seq > afterSeq);
          return;
        }
      }
      let lastSeq = afterSeq;
      try {
        for await (const entries of follow(id, afterSeq, signal)) {
          if (entries.length === 0) yield { seq: lastSeq, at: clock.now(), event: { kind: 'heartbeat' } };
          for (const { seq, at, event } of entries) {
            lastSeq = seq;
            yield { seq, at, event: event as SpokenEvent };
          }
        }
      } catch (error) {
        throw orphaned(error);
      }
    },
    end: together(async (id, signal) => {
      try {
        for await (const _entries of follow(id, 0, signal));
      } catch (error) {
        throw orphaned(error);
      }
    }),
  };
}

function orphaned(error: unknown): unknown {
  if (!(error instanceof LostRun)) return error;
  return new UnavailableProblem(
    'run',
    'The instance that drove this completion is gone. Call again with the same idempotency key to start over.',
  );
}

/** One's own project's runs; with CONTENT_READ, those of the whole organization. */
function visible(caller: Caller, owner: RunOwner): boolean {
  if (caller.organizationId !== owner.organizationId) return false;
  return caller.projectId === owner.projectId || caller.scopes.has('CONTENT_READ');
}
