import type { Rank } from './rank.ts';

/** One after the other, weights aside. Each process counts its own turns. */
export const roundRobin: Rank = (contenders, { turn }) =>
  contenders.map((_, place) => ({ contender: contenders[(turn + place) % contenders.length]!, score: null }));
