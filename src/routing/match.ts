import { invariant } from '../core/assert.ts';
import type { RuleEvaluation } from '../core/decision.ts';
import { compile, type Question, type Test } from './conditions/index.ts';
import { once } from './once.ts';
import type { RouteRule } from './rules.ts';

/** The first rule that matches decides, and the last one has no condition. Tells how it went, rule by rule. */
export function firstMatch(rules: readonly RouteRule[], question: Question) {
  const tests = testsOf(rules);
  const evaluations: RuleEvaluation[] = [];
  for (let place = 0; place < rules.length; place++) {
    const rule = rules[place]!;
    const test = tests[place]!;
    const matched = test === null || test(question, null);
    evaluations.push(evaluation(rule, matched, test, question));
    if (matched) return { rule, evaluations };
  }
  invariant(false, 'the last rule of a route has no condition');
}

/** Words are dear and nobody reads them before the call: the trace is written when somebody does, by asking again. */
function evaluation({ name }: RouteRule, matched: boolean, test: Test | null, question: Question): RuleEvaluation {
  const traced = once(() => {
    const trace: string[] = [];
    test?.(question, trace);
    return trace;
  });
  return {
    rule: name,
    matched,
    get trace() {
      return traced();
    },
  };
}

/** Made when a version is first asked, and kept as long as it: rules never change. Null: always. */
const compiled = new WeakMap<readonly RouteRule[], readonly (Test | null)[]>();

function testsOf(rules: readonly RouteRule[]): readonly (Test | null)[] {
  let tests = compiled.get(rules);
  if (!tests) {
    tests = rules.map(({ when }, place) => when && compile(when, place + 1));
    compiled.set(rules, tests);
  }
  return tests;
}
