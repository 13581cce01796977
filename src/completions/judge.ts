import type { PolicyVerdict } from '../core/policy.ts';
import { PolicyBlockedProblem } from '../core/problem.ts';
import type { Redacted } from '../redaction/index.ts';

/** Collects what the rules say about one call, and stops it where one that is enforced says so. */
export interface Judge {
  /** @throws PolicyBlockedProblem when an enforced rule blocks */
  hear(verdicts: readonly PolicyVerdict[]): void;
  /** For the history only: whoever says it acts by itself. */
  note(verdict: PolicyVerdict): void;
  /** From now on also what redaction finds. @throws PolicyBlockedProblem */
  watch(redacted: Redacted): void;
  /** @throws PolicyBlockedProblem when redaction has found what must not pass */
  look(): void;
  /** What another room refused the call with. */
  met(problem: PolicyBlockedProblem): void;
  /** Everything that was said; what passed is of no interest. */
  verdicts(): readonly PolicyVerdict[];
}

/** @param refuse throws, unless somebody only wants to know */
export function createJudge(refuse: (problem: PolicyBlockedProblem) => void = stop): Judge {
  const heard: PolicyVerdict[] = [];
  let watched: Redacted | null = null;
  const refuseFor = (verdicts: readonly PolicyVerdict[]) => {
    if (verdicts.length > 0) refuse(new PolicyBlockedProblem(verdicts));
  };
  const look = () => {
    if (watched) refuseFor(watched.blocked());
  };
  return {
    hear(verdicts) {
      if (verdicts.length === 0) return;
      heard.push(...verdicts);
      refuseFor(verdicts.filter(({ mode, outcome }) => mode === 'ENFORCE' && outcome === 'BLOCKED'));
    },
    note: (verdict) => void heard.push(verdict),
    watch(redacted) {
      watched = redacted;
      look();
    },
    look,
    met({ verdicts }) {
      const known = new Set([...heard, ...(watched?.verdicts() ?? [])].map(placeOf));
      heard.push(...verdicts.filter((verdict) => !known.has(placeOf(verdict))));
    },
    verdicts: () => [...heard, ...(watched?.verdicts() ?? [])].filter(({ outcome }) => outcome !== 'PASSED'),
  };
}

function stop(problem: PolicyBlockedProblem): never {
  throw problem;
}

function placeOf({ policyId, ruleIndex }: PolicyVerdict): string {
  return `${policyId} ${ruleIndex}`;
}
