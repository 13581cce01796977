import { byScore, type Rank } from './rank.ts';

/** The cheapest for this very call, by its quote; where nobody knows the price, last. Score: nanos. */
export const lowestCost: Rank = (contenders) =>
  byScore(contenders, ({ costNanos }) => (costNanos === null ? Number.MAX_VALUE : Number(costNanos)));
