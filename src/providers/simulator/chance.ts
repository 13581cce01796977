import { createHash } from 'node:crypto';

/** [0, 1) */
export type Chance = () => number;

/** The same numbers in the same order for the same seed. */
export function chanceOf(seed: string): Chance {
  let drawn = 0;
  return () => createHash('sha256').update(`${seed}\n${drawn++}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** @param items at least one */
export function pick<T>(items: readonly T[], chance: Chance): T {
  return items[Math.floor(chance() * items.length)]!;
}
