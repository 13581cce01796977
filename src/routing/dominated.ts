import type { Candidate, Observation } from '../core/decision.ts';
import { usdFromNanos } from '../core/money.ts';

/** Fewer recent calls than this say nothing about how a model does, fewer scores nothing about how good it is. */
const FEWEST_CALLS = 5;
const FEWEST_SCORES = 20;

/** How good a model's answers were found: the mean of one score's values. */
export interface Quality {
  /** `provider/model` */
  readonly model: string;
  /** The score's name; only scores of one name are compared. */
  readonly score: string;
  readonly samples: number;
  readonly mean: number;
}

/**
 * Models that cost more than another one that may also take the call and has been no worse: as quick, failing no more
 * often, and found no worse by every score that both have. One sentence each; it says when nobody scored them.
 */
export function dominated(
  candidates: readonly Candidate[],
  observed: Readonly<Record<string, Observation>>,
  quality: readonly Quality[],
): readonly string[] {
  const able = candidates.filter(({ eligible }) => eligible);
  return able.flatMap((dear) => {
    const better = able.find((other) => beats(other, dear, observed) && !isWorse(other, dear, quality));
    if (!better) return [];
    const scores = pairs(better, dear, quality).map(({ score }) => score);
    const [much, little] = [dear, better].map(({ estimatedCostNanos }) => usdFromNanos(estimatedCostNanos!));
    return [
      `${dear.target.model} can cost $${much} here, ${better.target.model} $${little}, ` +
        `and lately it was neither slower nor failed more often. ${scores.length > 0 ? `It was found no worse by ${scores.join(', ')}.` : 'Nobody has scored both.'}`,
    ];
  });
}

function beats(one: Candidate, two: Candidate, observed: Readonly<Record<string, Observation>>): boolean {
  const [a, b] = [observed[one.target.model], observed[two.target.model]];
  if (!a || !b || a.recent < FEWEST_CALLS || b.recent < FEWEST_CALLS) return false;
  if (one.estimatedCostNanos === null || two.estimatedCostNanos === null) return false;
  const slower = (a.ttftMs ?? Infinity) > (b.ttftMs ?? Infinity) || (a.tokensPerSecond ?? 0) < (b.tokensPerSecond ?? 0);
  return one.estimatedCostNanos < two.estimatedCostNanos && a.errorRate <= b.errorRate && !slower;
}

/** Higher is better, as everywhere with scores. */
function isWorse(one: Candidate, two: Candidate, quality: readonly Quality[]): boolean {
  return pairs(one, two, quality).some(({ ours, theirs }) => ours < theirs);
}

function pairs(one: Candidate, two: Candidate, quality: readonly Quality[]) {
  const enough = quality.filter(({ samples }) => samples >= FEWEST_SCORES);
  return enough.flatMap(({ model, score, mean: ours }) => {
    const other = enough.find((theirs) => theirs.model === two.target.model && theirs.score === score);
    return model === one.target.model && other ? [{ score, ours, theirs: other.mean }] : [];
  });
}
