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
  let cancel = () => {};
  try {
    return await new Promise((resolve, reject) => {
      cancel = afterTurns(clock, patience.leftMs, () => resolve(null));
      work.then(resolve, reject);
    });
  } finally {
    cancel();
    patience.leftMs = Math.max(0, patience.leftMs - (clock.monotonic() - from));
  }
}

/** Bookkeeping whose failure must not end a call. */
export function quietly(work: Promise<unknown>, { log }: Pick<Runtime, 'log'>): void {
  work.catch((error) => log.debug({ err: error }, 'a limit could not be put right'));
}

/**
 * After eight turns of the event loop that together last `ms`: when the loop has stood still, an answer that lies in the
 * socket is read before the next turn is over.
 */
function afterTurns(clock: Clock, ms: number, callback: () => void): () => void {
  let turns = TURNS;
  const turn = () => {
    turns -= 1;
    if (turns === 0) callback();
    else cancel = clock.after(ms / TURNS, turn);
  };
  let cancel = clock.after(ms / TURNS, turn);
  return () => cancel();
}
