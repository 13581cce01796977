import type { Decision, EligibilityCode, EligibilityReason, ModelCard } from '../core/decision.ts';
import { momentary } from './candidates.ts';
import { guessesIn } from './guesses.ts';
import { nothingObserved } from './observer.ts';
import { recordOf } from './record.ts';
import type { RouteRule } from './rules.ts';
import type { PublishedRoute } from './table.ts';
import { type Weighing, weigh } from './weigh.ts';

/** What has come up against models since the decision was made, by their names. */
export type Obstacles = ReadonlyMap<string, EligibilityReason>;

/**
 * The same decision again, from what was stored with it and the version of the route that made it: equal in every
 * field but the time it took. What a replay shows to be different was changed after the fact.
 * @param route null when the caller had named a model
 * @param since what else rules models out; the decision is then what it would have been, had that been known
 * @returns null for a decision that was stored without its basis
 */
export function replay(stored: Decision, route: PublishedRoute | null, since: Obstacles = new Map()): Decision | null {
  const { basis, candidates, tookMicros } = stored;
  if (!basis) return null;
  const cards = new Map(candidates.map(({ model }) => [model.name, model]));
  const weighing: Weighing = {
    route,
    rules: route?.rules ?? [ruleOf(stored)],
    facts: basis.facts,
    guesses: guessesIn(basis.facts),
    grounds: {
      models: { get: (name) => cards.get(name) ?? null, list: () => [...cards.values()] },
      deniedBy: basis.allowed && ((model) => reasonIn(stored, model, deniedByPolicy)?.message ?? null),
      obstacleOf: (model) => since.get(model.name) ?? reasonIn(stored, model, momentary),
    },
    memory: {
      turn: () => basis.turn,
      placed: () => basis.placed,
      observed: (model) => basis.observed[model] ?? nothingObserved,
    },
    at: basis.at,
    seed: basis.seed,
    assignment: stored.experiment ?? null,
  };
  return recordOf(weighing, weigh(weighing), tookMicros);
}

const deniedByPolicy: ReadonlySet<EligibilityCode> = new Set(['POLICY_DENIED']);

function reasonIn(
  { candidates }: Decision,
  model: ModelCard,
  codes: ReadonlySet<EligibilityCode>,
): EligibilityReason | null {
  const { reasons = [] } = candidates.find((candidate) => candidate.model.name === model.name) ?? {};
  return reasons.find(({ code }) => codes.has(code)) ?? null;
}

/** The rule that was made for a call that named its model. */
function ruleOf({ strategy, candidates, fallbackOn = [] }: Decision): RouteRule {
  const targets = candidates.map(({ target }) => ({ ...target, weight: 1, enabled: true }));
  return { id: 'model', name: 'model', when: null, strategy, stickyBy: 'NONE', targets, fallbacks: [], fallbackOn };
}
