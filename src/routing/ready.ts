import type { RouteTarget } from '../core/decision.ts';
import { oncePer } from '../core/once-per.ts';
import { type Condition, compile, readsText, type Test } from './conditions/index.ts';
import type { RouteRule, RuleTarget } from './rules.ts';

/** The rules of a version made ready to be asked often. */
export interface Ready {
  readonly rules: readonly ReadyRule[];
  /** Those that go by what is said. */
  readonly textConditions: readonly Condition[];
  readonly keepsPrefixes: boolean;
}

export interface ReadyRule {
  readonly rule: RouteRule;
  /** Null: always. */
  readonly test: Test | null;
  readonly targets: readonly ReadyTarget[];
  readonly fallbacks: readonly ReadyTarget[];
  /** Of both, each once. */
  readonly models: readonly string[];
}

export interface ReadyTarget {
  /** As it is asked and written down. */
  readonly target: RouteTarget;
  readonly weight: number;
  readonly enabled: boolean;
}

/** Made when a version is first asked, and kept as long as it: rules never change. */
export const readyOf = oncePer(makeReady);

function makeReady(rules: readonly RouteRule[]): Ready {
  return {
    rules: rules.map((rule, place): ReadyRule => {
      const { when, targets, fallbacks } = rule;
      return {
        rule,
        test: when && compile(when, place + 1),
        targets: targets.map(readyTarget),
        fallbacks: fallbacks.map(readyTarget),
        models: [...new Set([...targets, ...fallbacks].map(({ model }) => model))],
      };
    }),
    textConditions: rules.flatMap(({ when }) => (when && readsText(when) ? [when] : [])),
    keepsPrefixes: rules.some(({ strategy }) => strategy === 'PREFIX_STICKY'),
  };
}

export function readyTarget({ enabled, weight, ...target }: RuleTarget): ReadyTarget {
  return { target, weight, enabled };
}
