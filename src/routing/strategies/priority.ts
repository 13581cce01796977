import type { Rank } from './rank.ts';

/** As written: the first that can take the request is asked first, the next when it fails. */
export const priority: Rank = (contenders) => contenders.map((contender) => ({ contender, score: null }));
