import { invariant } from '../core/assert.ts';
import type { RuleEvaluation } from '../core/decision.ts';
import type { Question } from './conditions/index.ts';
import type { ReadyRule } from './ready.ts';

/** Where the first rule stands that matches: it decides. The last one has no condition. */
export function firstMatch(rules: readonly ReadyRule[], question: Question): number {
  for (let place = 0; place < rules.length; place++) {
    const { test } = rules[place]!;
    if (test === null || test(question, null)) return place;
  }
  invariant(false, 'the last rule of a route has no condition');
}

/** How the first match came about, rule by rule: they are asked again, and say what they see. */
export function evaluationsOf(rules: readonly ReadyRule[], matched: number, question: Question): RuleEvaluation[] {
  return rules.slice(0, matched + 1).map(({ rule, test }, place) => {
    const trace: string[] = [];
    test?.(question, trace);
    return { rule: rule.name, matched: place === matched, trace };
  });
}
