import type { Contender, Rank, Ranked } from './rank.ts';
import { rendezvous } from './sticky.ts';

/** No target gets more than this many times its share (Mirrokni et al. 2018, consistent hashing with bounded loads). */
const MOST_OF_SHARE = 1.1;

/**
 * Calls that begin alike go to the same target, so that its provider's prompt cache stays warm: where this conversation
 * was before, else where its prefix lives (rendezvous). A target beyond its bounded share is passed over for the one
 * that has had the least. Score: its share of the recent calls, 1 is fair.
 */
export const prefixSticky: Rank = (contenders, { prefix, placed }) => {
  const calls = contenders.reduce((sum, { observed }) => sum + observed.recent, 0);
  const weights = contenders.reduce((sum, { weight }) => sum + weight, 0);
  const shareOf = ({ observed, weight }: Contender) => observed.recent / ((calls * weight) / weights || 1);
  /** One call more must fit; rounding up leaves room while there are few. */
  const fits = ({ observed, weight }: Contender) =>
    observed.recent + 1 <= Math.ceil((MOST_OF_SHARE * (calls + 1) * weight) / weights);
  const ranked = contenders.map((contender): Ranked & { home: number } => ({
    contender,
    score: shareOf(contender),
    home: contender.model === placed ? -1 : rendezvous(prefix ?? '', contender.id, contender.weight),
  }));
  ranked.sort((a, b) => a.home - b.home);
  const home = ranked[0];
  if (home && !fits(home.contender)) ranked.sort((a, b) => a.score! - b.score!);
  return ranked.map(({ contender, score }) => ({ contender, score }));
};
