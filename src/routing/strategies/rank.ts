import type { Observation } from '../../core/decision.ts';
import type { Nanos } from '../../core/money.ts';
import { sortFew } from '../../core/sort-few.ts';

/** A target that can take the call, as strategies see it. */
export interface Contender {
  /** The target's id. */
  readonly id: string;
  /** `provider/model` */
  readonly model: string;
  /** > 0: its share, where a strategy deals shares. */
  readonly weight: number;
  /** The worst this call can cost there; null when nobody knows. */
  readonly costNanos: Nanos | null;
  readonly observed: Observation;
}

/** What a strategy may go by besides the contenders. */
export interface RankingFacts {
  /** 32 bits; all chance comes from them. */
  readonly seed: number;
  /** 0, 1, 2 …: how many calls the rule served before. */
  readonly turn: number;
  /** Whom the call belongs to, when the rule keeps its calls together; else null. */
  readonly stickyTo: string | null;
  readonly prefix: string | null;
  readonly conversation: string | null;
  /** The model this conversation went to before. */
  readonly placed: string | null;
}

export interface Ranked {
  readonly contender: Contender;
  /** What the order went by; null when there is nothing to measure. */
  readonly score: number | null;
}

/** In which order contenders are tried. Pure; drops none and adds none. */
export type Rank = (contenders: readonly Contender[], facts: RankingFacts) => readonly Ranked[];

/** Least first; equal scores stay in the order they came in. */
export function byScore(
  contenders: readonly Contender[],
  scoreOf: (contender: Contender, place: number) => number,
): Ranked[] {
  const ranked = contenders.map((contender, place) => ({ contender, score: scoreOf(contender, place) }));
  return sortFew(ranked, (a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
}
