import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionEvent } from '../core/event.ts';
import type { Passage, PolicyTest } from '../core/policy.ts';
import { deadlineOf } from '../core/retention.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Tell } from '../core/turns.ts';
import { targetsOf } from './admitted.ts';
import { walk } from './complete.ts';
import { copying } from './copies.ts';
import type { CompletionJob, RoomsOnTheWay } from './job.ts';
import { tryOnKept } from './kept-test.ts';
import { tryRules } from './policy-test.ts';

export type { CompletionJob, RoomsOnTheWay } from './job.ts';
export { type CompletionState, replay } from './state.ts';

/** The hallway for model calls. Runs drive it; nobody else calls a model. */
export interface Completions {
  /** See complete.ts: tells its events, `finished` or `failed` last, and stops soon after `signal` aborts. */
  complete(job: CompletionJob, signal: AbortSignal, tell: Tell<CompletionEvent>): Promise<void>;
  /** For how many ms what is said in a call may be kept at all; null: as long as one likes. @throws UnavailableProblem */
  keptMs(job: Pick<CompletionJob, 'caller' | 'request'>): Promise<number | null>;
  /** See policy-test.ts: what rules make of a text. Nothing is kept. */
  tryRules(
    caller: Caller,
    admission: Admission,
    text: string,
    passage: Passage,
    signal: AbortSignal,
  ): Promise<PolicyTest>;
  /** See kept-test.ts: what rules make of a call of the past, by what is kept of it. */
  readonly tryOnKept: ReturnType<typeof tryOnKept>;
  /** Breaks off the copies that experiments made; resolves when they have been paid for and recorded. */
  close(): Promise<void>;
}

export function createCompletions(rooms: RoomsOnTheWay, runtime: Runtime): Completions {
  return {
    ...copying(walk(rooms, runtime), rooms.experiments, runtime),
    keptMs({ caller, request }) {
      const { policies } = rooms;
      return policies.bound(caller.organizationId).then((bound) => {
        const { retention } = policies.admit(caller, targetsOf(request), bound);
        return deadlineOf(retention, 'content')?.keptMs ?? null;
      });
    },
    tryRules: tryRules(rooms),
    tryOnKept: tryOnKept(rooms),
  };
}
