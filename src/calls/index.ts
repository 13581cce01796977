import type { RoomsOnTheWay } from '../completions/index.ts';
import type { Caller } from '../core/caller.ts';
import type { Runtime } from '../core/runtime.ts';
import { type CallAsked, type CallDone, walkOnce } from './walk.ts';

export type { CallAsked, CallDone } from './walk.ts';

/** The hallway for calls that are no conversation: embeddings, images, speech, transcription, ranking. */
export interface Calls {
  /**
   * Decides, asks, accounts, like a completion; every call is in the history, also one that fails.
   * @throws the Problem that ended it
   * When `signal` aborts, the provider's socket is closed and CancelledProblem is thrown.
   */
  call(caller: Caller, job: CallAsked, signal: AbortSignal): Promise<CallDone>;
}

export function createCalls(rooms: Omit<RoomsOnTheWay, 'redaction' | 'cache'>, runtime: Runtime): Calls {
  return { call: walkOnce(rooms, runtime) };
}
