import { type RouteRule, type RuleTarget, ruleDefaults } from '../../src/routing/rules.ts';
import type { PublishedRoute } from '../../src/routing/table.ts';

export function aTarget(model: string, different: Partial<RuleTarget> = {}): RuleTarget {
  return {
    id: `tgt_${model}`,
    model,
    weight: 1,
    timeoutMs: 60_000,
    ttftTimeoutMs: null,
    maxAttempts: 2,
    enabled: true,
    ...different,
  };
}

/** Version 2 of a route whose one rule tries `targets` in their order. */
export function aRoute(slug: string, targets: readonly RuleTarget[]): PublishedRoute {
  return { id: `rte_${slug}`, slug, version: 2, rules: [aRule('always', targets)] };
}

/** A rule without a condition, which tries `targets` in their order. */
export function aRule(name: string, targets: readonly RuleTarget[], different: Partial<RouteRule> = {}): RouteRule {
  return { ...ruleDefaults, id: `rul_${name}`, name, targets, ...different };
}
