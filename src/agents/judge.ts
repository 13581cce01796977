import { usdFromNanos } from '../core/money.ts';
import type { AgentStop } from '../core/problem.ts';
import { alike } from './fingerprint.ts';
import type { Repetition, RunSoFar } from './run.ts';
import type { JudgedLimit } from './store.ts';

export interface Violation {
  readonly limit: JudgedLimit;
  readonly stop: AgentStop;
  /** What there was too much of, for people. */
  readonly message: string;
}

/** How many of the latest steps a step is compared with. */
export const REMEMBERED_STEPS = 50;

export function repetitionOf(run: RunSoFar, fingerprint: string): Repetition {
  const same = run.recent.filter((step) => alike(step.fingerprint, fingerprint));
  return { repeats: same.length + 1, sinceStep: same[0]?.step ?? run.steps + 1 };
}

/**
 * Pure: every limit that one more step would break, the hardest consequence first. A run that once went round in circles
 * stays one that did: what follows from it holds from then on.
 */
export function violationsOf(
  run: RunSoFar,
  repetition: Repetition,
  limits: readonly JudgedLimit[],
  now: number,
): Violation[] {
  const repeats = Math.max(repetition.repeats, run.repeats);
  const found = limits.flatMap((limit): Violation[] => {
    const broken = (stop: AgentStop, message: string) => ({ limit, stop, message });
    const { maxSteps, maxCostNanos, maxDurationMs, maxToolCalls, maxIdenticalSteps } = limit;
    const list: Violation[] = [];
    if (maxIdenticalSteps !== null && repeats > maxIdenticalSteps) {
      list.push(broken('LOOP', `the same step came ${repeats} times; ${maxIdenticalSteps} are allowed`));
    }
    if (maxSteps !== null && run.steps >= maxSteps) list.push(broken('STEPS', `${maxSteps} steps are allowed`));
    if (maxCostNanos !== null && run.costNanos >= maxCostNanos) {
      const [spent, most] = [usdFromNanos(run.costNanos), usdFromNanos(maxCostNanos)];
      list.push(broken('COST', `$${spent} are spent; $${most} are allowed`));
    }
    if (maxDurationMs !== null && now - run.startedAt >= maxDurationMs) {
      list.push(broken('DURATION', `it has run for ${now - run.startedAt} ms; ${maxDurationMs} are allowed`));
    }
    if (maxToolCalls !== null && run.toolCalls >= maxToolCalls) {
      list.push(broken('TOOL_CALLS', `${run.toolCalls} tools were called; ${maxToolCalls} are allowed`));
    }
    return list;
  });
  return found.sort((a, b) => hardness[b.limit.onLimit] - hardness[a.limit.onLimit]);
}

const hardness: Record<JudgedLimit['onLimit'], number> = { WARN: 0, DOWNGRADE: 1, STOP: 2 };
