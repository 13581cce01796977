import type { ModelBook } from '../core/decision.ts';
import { didYouMean, nearestModels } from '../core/suggest.ts';
import { type Condition, summaryOf } from './conditions/index.ts';
import { implies, impossible } from './conditions/reach.ts';
import type { RouteRule } from './rules.ts';
import { dealing } from './strategies/index.ts';

/** Something that is allowed and will surprise somebody. */
export interface RouteWarning {
  /** Path into the version, e.g. ["rules", "0", "targets", "1", "model"]. */
  readonly path: readonly string[];
  readonly message: string;
}

type Rule = Pick<RouteRule, 'name' | 'when' | 'strategy' | 'stickyBy'> & {
  readonly targets: readonly Target[];
  readonly fallbacks: readonly Target[];
};
type Target = Pick<RouteRule['targets'][number], 'model' | 'enabled'>;

/** What a version of a route would not do although it says so. */
export function warningsFor(rules: readonly Rule[], models: ModelBook): RouteWarning[] {
  return rules.flatMap((rule, place) => {
    const path = ['rules', String(place)];
    return [
      ...reachOf(rule, rules.slice(0, place)).map((message) => ({ path: [...path, 'when'], message })),
      ...stickinessOf(rule).map((message) => ({ path: [...path, 'stickyBy'], message })),
      ...switchedOff(rule).map((message) => ({ path: [...path, 'targets'], message })),
      ...ofTargets([...path, 'targets'], rule.targets, models),
      ...ofTargets([...path, 'fallbacks'], rule.fallbacks, models),
    ];
  });
}

function reachOf({ name, when }: Rule, earlier: readonly Rule[]): string[] {
  if (when && impossible(when)) return [`Rule '${name}' never matches: no call is both sides of ${summaryOf(when)}.`];
  const before = earlier.find((rule) => rule.when !== null && when !== null && implies(when, rule.when));
  if (before) return [`Rule '${name}' is never reached: '${before.name}' takes every call that it would take.`];
  return when === null && complementary(earlier.flatMap((rule) => rule.when ?? []))
    ? [`Rule '${name}' is never reached: the rules before it take every call.`]
    : [];
}

/** Two rules of which one takes exactly what the other one leaves. */
function complementary(conditions: readonly Condition[]): boolean {
  return conditions.some((one) => conditions.some((two) => implies({ not: one }, two)));
}

function stickinessOf({ strategy, stickyBy, name }: Rule): string[] {
  if (stickyBy === 'NONE' || dealing.has(strategy)) return [];
  return [`stickyBy does nothing in rule '${name}': ${strategy} deals no calls out.`];
}

function switchedOff({ name, targets, fallbacks }: Rule): string[] {
  if ([...targets, ...fallbacks].some(({ enabled }) => enabled)) return [];
  return [`Every target of rule '${name}' is switched off: no call will be answered.`];
}

function ofTargets(path: readonly string[], targets: readonly Target[], models: ModelBook): RouteWarning[] {
  return targets.flatMap(({ model }, place) =>
    messagesFor(model, models).map((message) => ({ path: [...path, String(place), 'model'], message })),
  );
}

function messagesFor(name: string, models: ModelBook): string[] {
  const model = models.get(name);
  if (!model) return [`No provider offers ${name} any more: it will be skipped.`];
  const messages: string[] = [];
  if (!model.enabled) messages.push(`${name} or its provider is switched off: it will be skipped.`);
  if (!model.hasCredential) {
    messages.push(`Provider ${model.providerSlug} has no credential: ${name} will be skipped until it has one.`);
  }
  if (!model.prices) {
    const typo = models.list().some((listed) => listed.name === name) ? [] : nearestModels(name, models);
    messages.push(`Nobody knows the price of ${name}: its calls cost nothing in reports.${didYouMean(typo)}`);
  }
  return messages;
}
