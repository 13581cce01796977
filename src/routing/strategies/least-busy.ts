import { drawFrom } from '../../core/chance.ts';
import { byScore, type Rank } from './rank.ts';

/** Where the fewest calls are under way, in proportion to the weights; ties by lot. Score: calls per weight. */
export const leastBusy: Rank = (contenders, { seed }) =>
  // The lot is less than any difference between two loads: weights are at most 1,000.
  byScore(contenders, ({ observed, weight }, place) => observed.inFlight / weight + drawFrom(seed, place) * 1e-7);
