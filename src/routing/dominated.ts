import type { Candidate, Observation } from '../core/decision.ts';
import { usdFromNanos } from '../core/money.ts';

/** Fewer recent calls than this say nothing about how good a model is. */
const FEWEST_CALLS = 5;

/**
 * Models that cost more than another one that may also take the call and has been no worse: as quick, and failing no
 * more often. One sentence each. Nothing is known about how good the words are.
 */
export function dominated(
  candidates: readonly Candidate[],
  observed: Readonly<Record<string, Observation>>,
): readonly string[] {
  const able = candidates.filter(({ eligible }) => eligible);
  return able.flatMap((dear) => {
    const better = able.find((other) => beats(other, dear, observed));
    if (!better) return [];
    const [much, little] = [dear, better].map(({ estimatedCostNanos }) => usdFromNanos(estimatedCostNanos!));
    return [
      `${dear.target.model} can cost $${much} here, ${better.target.model} $${little}, ` +
        'and lately it was neither slower nor failed more often.',
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
