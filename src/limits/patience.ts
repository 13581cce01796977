import type { Clock, Runtime } from '../core/runtime.ts';

/** How long one call may wait for the shared counters, in all: what lies above is spent on deciding without them. */
export const DECIDE_MS = 80;
const TURNS = 8;

/** Ms that a call may still wait for shared counters. */
export interface Patience {
  leftMs: number;
}

/** A wait of all who began it in the same millisecond with as much patience: one timer is enough for them. */
export class Wait {
  readonly ms: number;
  /** Answers null when the time is over. */
  readonly tooLong: Promise<null>;
  readonly #clock: Clock;
  readonly #from: number;
  readonly #cancel: () => void;
  #size = 0;
  #over = false;

  constructor(clock: Clock, ms: number) {
    const { promise, resolve } = Promise.withResolvers<null>();
    this.ms = ms;
    this.tooLong = promise;
    this.#clock = clock;
    this.#from = clock.monotonic();
    this.#cancel = afterTurns(clock, ms, () => {
      this.#over = true;
      resolve(null);
    });
  }

  get isNew(): boolean {
    return !this.#over && this.#clock.monotonic() - this.#from < 1;
  }

  begin(): void {
    this.#size += 1;
  }

  /** @param patience is less by so much */
  end(patience: Patience): void {
    patience.leftMs = Math.max(0, patience.leftMs - (this.#clock.monotonic() - this.#from));
    this.#size -= 1;
    if (this.#size > 0) return;
    this.#over = true;
    this.#cancel();
  }
}

/** @returns begins a wait, which whoever began it ends */
export function waits(clock: Clock): (patience: Patience) => Wait {
  let latest: Wait | null = null;
  return ({ leftMs }) => {
    if (latest?.ms !== leftMs || !latest.isNew) latest = new Wait(clock, leftMs);
    latest.begin();
    return latest;
  };
}

/** Bookkeeping whose failure must not end a call. */
export function bookkeeping({ log }: Pick<Runtime, 'log'>): (work: Promise<unknown>) => void {
  const note = (error: unknown) => log.debug({ err: error }, 'a limit could not be put right');
  return (work) => void work.catch(note);
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
