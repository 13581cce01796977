import type { Strategy } from '../../core/decision.ts';
import { leastBusy } from './least-busy.ts';
import { lowestCost } from './lowest-cost.ts';
import { lowestLatency } from './lowest-latency.ts';
import { prefixSticky } from './prefix-sticky.ts';
import { priority } from './priority.ts';
import type { Rank } from './rank.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';
import { weighted } from './weighted.ts';

export type { Contender, Ranked, RankingFacts } from './rank.ts';

/** One file per strategy: to add one, write it and name it here and in core/decision.ts. */
const ranks: Readonly<Record<Strategy, Rank>> = {
  PRIORITY: priority,
  WEIGHTED: weighted,
  ROUND_ROBIN: roundRobin,
  LOWEST_COST: lowestCost,
  LOWEST_LATENCY: lowestLatency,
  LEAST_BUSY: leastBusy,
  PREFIX_STICKY: prefixSticky,
};

/** Strategies that deal calls out, and so can deal all calls of one key, end user or run to the same target. */
export const dealing: ReadonlySet<Strategy> = new Set(['WEIGHTED', 'ROUND_ROBIN', 'LEAST_BUSY']);

export function rank(strategy: Strategy, ...[contenders, facts]: Parameters<Rank>): ReturnType<Rank> {
  const order = facts.stickyTo !== null && dealing.has(strategy) ? sticky : ranks[strategy];
  return order(contenders, facts);
}
