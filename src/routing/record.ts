import type { Candidate, Decision } from '../core/decision.ts';
import { withGuesses } from './guesses.ts';
import { evaluationsOf } from './match.ts';
import { readyOf } from './ready.ts';
import type { RouteRule } from './rules.ts';
import type { PublishedRoute } from './table.ts';
import type { Weighed, Weighing } from './weigh.ts';

/**
 * A decision in words, with all that it was made from: to be read, kept and made again. It costs more than the decision
 * itself, so it is written when that has been made.
 */
export function recordOf(weighing: Weighing, weighed: Weighed, tookMicros: number): Decision {
  const { route, rules, facts, guesses, grounds, at, seed } = weighing;
  const { rule, place, candidates, quoteNanos, stickyHit, experiment, turn, placed, observed } = weighed;
  return {
    route: route && { id: route.id, slug: route.slug, version: route.version },
    rule: route && rule.name,
    strategy: rule.strategy,
    summary: summaryOf(route, rule, candidates),
    candidates,
    quoteNanos,
    tookMicros,
    rulesEvaluated: evaluationsOf(readyOf(rules).rules, place, weighing),
    stickyHit,
    fallbackOn: rule.fallbackOn,
    ...(experiment && { experiment }),
    basis: {
      at,
      seed,
      turn,
      placed,
      allowed: grounds.deniedBy && allowedOf(Object.keys(observed), candidates),
      observed,
      facts: withGuesses(facts, guesses),
    },
  };
}

function allowedOf(models: readonly string[], candidates: readonly Candidate[]): string[] {
  const denied = new Set(
    candidates.flatMap(({ model, reasons }) =>
      reasons.some(({ code }) => code === 'POLICY_DENIED') ? [model.name] : [],
    ),
  );
  return models.filter((model) => !denied.has(model)).sort();
}

function summaryOf(route: PublishedRoute | null, { name }: RouteRule, candidates: readonly Candidate[]): string {
  const [first, ...others] = candidates.flatMap(({ eligible, target }) => (eligible ? [target.model] : []));
  if (first === undefined)
    return `${route ? `Route ${route.slug}, version ${route.version}` : 'The model'}: nobody can.`;
  if (!route) return `Model ${first}, as asked.`;
  const rule = route.rules.length > 1 ? `, rule ${name}` : '';
  const more = others.map((model) => `, then ${model}`).join('');
  const condition = others.length === 0 ? '' : others.length === 1 ? ' if it fails' : ', each if the one before fails';
  return `Route ${route.slug}, version ${route.version}${rule}: ${first}${more}${condition}.`;
}
