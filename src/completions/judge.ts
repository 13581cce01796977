import type { PolicyVerdict } from '../core/policy.ts';
import { PolicyBlockedProblem } from '../core/problem.ts';
import type { Redacted } from '../redaction/index.ts';

/** Collects what the rules say about one call, and stops it where one that is enforced says so. */
export class Judge {
  readonly #refuse: (problem: PolicyBlockedProblem) => void;
  readonly #heard: PolicyVerdict[] = [];
  #watched: Redacted | null = null;

  /** @param refuse throws, unless somebody only wants to know */
  constructor(refuse: (problem: PolicyBlockedProblem) => void = stop) {
    this.#refuse = refuse;
  }

  /** @throws PolicyBlockedProblem when an enforced rule blocks */
  hear(verdicts: readonly PolicyVerdict[]): void {
    if (verdicts.length === 0) return;
    this.#heard.push(...verdicts);
    this.#refuseFor(verdicts.filter(({ mode, outcome }) => mode === 'ENFORCE' && outcome === 'BLOCKED'));
  }

  /** For the history only: whoever says it acts by itself. */
  note(verdict: PolicyVerdict): void {
    this.#heard.push(verdict);
  }

  /** From now on also what redaction finds. @throws PolicyBlockedProblem */
  watch(redacted: Redacted): void {
    this.#watched = redacted;
    this.look();
  }

  /** @throws PolicyBlockedProblem when redaction has found what must not pass */
  look(): void {
    if (this.#watched) this.#refuseFor(this.#watched.blocked());
  }

  /** What another room refused the call with. */
  met({ verdicts }: PolicyBlockedProblem): void {
    const known = new Set(this.#all().map(placeOf));
    this.#heard.push(...verdicts.filter((verdict) => !known.has(placeOf(verdict))));
  }

  /** Everything that was said; what passed is of no interest. */
  verdicts(): readonly PolicyVerdict[] {
    return this.#all().filter(({ outcome }) => outcome !== 'PASSED');
  }

  #all(): readonly PolicyVerdict[] {
    return this.#watched ? [...this.#heard, ...this.#watched.verdicts()] : this.#heard;
  }

  #refuseFor(verdicts: readonly PolicyVerdict[]): void {
    if (verdicts.length > 0) this.#refuse(new PolicyBlockedProblem(verdicts));
  }
}

function stop(problem: PolicyBlockedProblem): never {
  throw problem;
}

function placeOf({ policyId, ruleIndex }: PolicyVerdict): string {
  return `${policyId} ${ruleIndex}`;
}
