import type { Clock, Runtime } from '../core/runtime.ts';

/** How long one call may wait for the shared counters, in all: what lies above is spent on deciding without them. */
export const DECIDE_MS = 80;
const TURNS = 8;

/** Ms that a call may still wait for shared counters. */
export interface Patience {
  leftMs: number;
}

/** @returns null when it takes longer than there is patience */
export async function inTime<Result>(work: Promise<Result>, patience: Patience, clock: Clock): Promise<Result | null> {
  const from = clock.monotonic();
  const late = Promise.withResolvers<null>();
  const cancel = afterTurns(clock, patience.leftMs, () => late.resolve(null));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
    patience.leftMs = Math.max(0, patience.leftMs - (clock.monotonic() - from));
  }
}

/** Waits for bookkeeping no longer than for a decision, and survives its failure: it must not hold up or end a call. */
export async function quietly(work: Promise<unknown>, { clock, log }: Runtime): Promise<void> {
  const done = work.catch((error) => log.debug({ err: error }, 'a limit could not be put right'));
  await inTime(done, { leftMs: DECIDE_MS }, clock);
}

/**
 * After eight turns of the event loop that together last `ms`: when the loop has stood still, an answer that lies in the
 * socket is read before the next turn is over.
 */
function afterTurns(clock: Clock, ms: number, callback: () => void): () => void {
  let cancel = () => {};
  const wait = (turns: number) => {
    cancel = clock.after(ms / TURNS, () => (turns === 1 ? callback() : wait(turns - 1)));
  };
  wait(TURNS);
  return () => cancel();
}
