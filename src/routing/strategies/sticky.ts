import { hashOf } from '../../core/chance.ts';
import { byScore, type Rank } from './rank.ts';

/**
 * The same key, end user or run goes to the same target on every instance, without anybody remembering: weighted
 * rendezvous hashing (Thaler and Ravishankar 1998). When a target joins or leaves, only its own share moves.
 */
export const sticky: Rank = (contenders, { stickyTo }) =>
  byScore(contenders, ({ id, weight }) => rendezvous(stickyTo ?? '', id, weight));

/** The least comes first. */
export function rendezvous(key: string, id: string, weight: number): number {
  return -Math.log((hashOf(`${key}\n${id}`) + 1) / (2 ** 32 + 1)) / weight;
}
