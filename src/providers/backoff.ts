import type { Random } from '../core/runtime.ts';

const FIRST_MS = 250;
const LONGEST_MS = 4000;

/** Exponential back-off with full jitter: anything from nothing to 250 ms · 2^(turn-1), at most 4 s. @param turn 1, 2, 3 … */
export function backoffMs(turn: number, random: Random): number {
  return random.float() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (turn - 1));
}
