import { type CompletionState, replay } from '../completions/index.ts';
import type { Caller } from '../core/caller.ts';
import type { RunOwner } from '../core/event.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';
import type { Usage } from '../usage/index.ts';
import type { RunEvent } from './event.ts';
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
  /** See Runs.follow. */
  events(caller: Caller, id: string, afterSeq: number, signal: AbortSignal): AsyncIterable<readonly RunEvent[]>;
  /** Resolves when the log is closed or `signal` aborts. @throws UnavailableProblem when its writer is gone */
  end(id: string, signal: AbortSignal): Promise<void>;
}

export interface ReadingNeeds {
  readonly runlog: RunLog;
  readonly usage: Pick<Usage, 'find'>;
  /** A run that goes on here and was started by this very caller, who may see it. */
  readonly startedHere: (caller: Caller, id: string) => boolean;
}

export function createReading({ runlog, usage, startedHere }: ReadingNeeds, heartbeatMs: number): Reading {
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
    runlog.follow(id, afterSeq, heartbeatMs, signal) as AsyncIterable<readonly RunEvent[]>;

  async function* permitted(caller: Caller, id: string, afterSeq: number, signal: AbortSignal) {
    const state = await whole(caller, id);
    if (runlog.held(id) ?? (await afar(id))) return yield* follow(id, afterSeq, signal);
    const rest = shortLog(state).filter(({ seq }) => seq > afterSeq);
    if (rest.length > 0) yield rest;
  }

  return {
    get,
    find,
    whole,
    events: (caller, id, afterSeq, signal) =>
      startedHere(caller, id) ? follow(id, afterSeq, signal) : permitted(caller, id, afterSeq, signal),
    end: together(async (id, signal) => {
      for await (const _entries of follow(id, 0, signal));
    }),
  };
}

/** One's own project's runs; with CONTENT_READ, those of the whole organization. */
function visible(caller: Caller, owner: RunOwner): boolean {
  if (caller.organizationId !== owner.organizationId) return false;
  return caller.projectId === owner.projectId || caller.scopes.has('CONTENT_READ');
}
