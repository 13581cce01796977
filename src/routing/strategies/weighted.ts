import { drawFrom } from '../../core/chance.ts';
import { byScore, type Rank } from './rank.ts';

/**
 * By lot, in proportion to the weights: each contender draws an exponential with its weight as rate, and the least
 * comes first (Efraimidis and Spirakis 2006). The fallbacks behind it are in proportion too.
 */
export const weighted: Rank = (contenders, { seed }) =>
  byScore(contenders, ({ weight }, place) => -Math.log(1 - drawFrom(seed, place)) / weight);
