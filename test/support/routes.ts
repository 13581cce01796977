import type { RuleTarget } from '../../src/routing/rules.ts';
import type { PublishedRoute } from '../../src/routing/table.ts';

export function aTarget(model: string, different: Partial<RuleTarget> = {}): RuleTarget {
  return {
    id: `tgt_${model}`,
    model,
    timeoutMs: 60_000,
    ttftTimeoutMs: null,
    maxAttempts: 2,
    enabled: true,
    ...different,
  };
}

/** Version 2 of a route whose one rule tries `targets` in their order. */
export function aRoute(slug: string, targets: readonly RuleTarget[]): PublishedRoute {
  const rule = { id: 'rul_1', name: 'always', strategy: 'PRIORITY' as const, targets };
  return { id: `rte_${slug}`, slug, version: 2, rules: [rule] };
}
