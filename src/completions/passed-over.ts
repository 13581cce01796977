import type { Decision, EligibilityReason } from '../core/decision.ts';
import { type RouteBook, replay } from '../routing/index.ts';

/**
 * The decision as it would have been, had it been known that limits of some models are used up: they stay in it, ruled
 * out, and what is stored replays.
 * @param within the same decision less those models
 * @param routes those it was made from
 */
export function accountedFor(decision: Decision, within: Decision, routes: RouteBook): Decision {
  if (within === decision) return decision;
  const left = new Set(within.candidates.map(({ model }) => model.name));
  const full = decision.candidates.flatMap(({ model }) => (left.has(model.name) ? [] : [model.name]));
  const route = decision.route && routes.get(decision.route.slug);
  return replay(decision, route, new Map(full.map((name) => [name, usedUp]))) ?? within;
}

const usedUp: EligibilityReason = { code: 'RATE_LIMITED', message: 'A limit of this model is used up.' };
