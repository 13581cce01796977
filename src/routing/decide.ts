import type { Admission } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision, EligibilityReason, ModelBook, ModelCard } from '../core/decision.ts';
import type { Assignment } from '../core/experiment.ts';
import { denialOf } from '../core/model-demand.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import { verdictOf } from '../core/policy.ts';
import { NoEligibleTargetProblem, PolicyBlockedProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { didYouMean, type Instead, modelsInstead, nearest } from '../core/suggest.ts';
import { origins, ungiven, untaken } from './candidates.ts';
import { factsOf, type Surroundings as Known } from './facts.ts';
import type { Memory } from './observer.ts';
import { recordOf } from './record.ts';
import { type RouteRule, ruleDefaults, targetDefaults } from './rules.ts';
import type { PublishedRoute, RouteBook } from './table.ts';
import { type Weighed, type Weighing, weigh } from './weigh.ts';

/** What is known around a call, besides what it says. */
export interface Surroundings extends Known {
  /** What is wrong with a deployment just now; absent: nothing is known to be. */
  readonly obstacleOf?: (model: ModelCard) => EligibilityReason | null;
  /** The experiment that the call may take part in; absent or null: none. */
  readonly assignment?: Assignment | null;
}

/** What a decision is made from; all of it is there before the call. */
export interface Asked {
  readonly request: CompletionRequest;
  readonly admission: Admission;
  readonly routes: RouteBook;
  readonly models: ModelBook;
  readonly surroundings: Surroundings;
}

/** A decision, in words, and the rule that made it. */
export interface Decided {
  readonly decision: Decision;
  readonly rule: RouteRule;
}

/**
 * Which models may answer, in which order, and what the call can cost at most. Touches nothing but clock and chance.
 * @throws ValidationProblem for a route or model nobody has heard of, with the nearest names
 * @throws ValidationProblem for a part that no candidate takes or gives, with models that do
 * @throws PolicyBlockedProblem when it is policies alone that rule every candidate out
 * @throws NoEligibleTargetProblem when no candidate can take the request, or not within `limits.maxCostNanos`
 */
export function decide(asked: Asked, memory: Memory, runtime: Runtime): Decided {
  const decided = consider(asked, memory, runtime);
  const refusal = refusalOf(decided.decision, asked);
  if (refusal) throw refusal;
  return decided;
}

/** The same without the refusal: a decision also when nobody can take the call. @throws ValidationProblem */
export function consider(asked: Asked, memory: Memory, runtime: Runtime): Decided {
  const startedAt = runtime.clock.monotonic();
  const { weighing, weighed } = settle(asked, memory, runtime);
  const tookMicros = Math.round((runtime.clock.monotonic() - startedAt) * 1000);
  return { decision: recordOf(weighing, weighed, tookMicros), rule: weighed.rule };
}

/** The decision itself, which calls wait for; its record is another matter. @throws ValidationProblem */
export function settle(
  { request, admission, routes, models, surroundings }: Asked,
  memory: Memory,
  runtime: Runtime,
): { readonly weighing: Weighing; readonly weighed: Weighed } {
  const { route, rules } = aim(request, routes, models, runtime);
  const { facts, guesses } = factsOf(request, surroundings, rules);
  const weighing: Weighing = {
    route,
    rules,
    facts,
    guesses,
    grounds: { models, deniedBy: denying(admission), obstacleOf: surroundings.obstacleOf ?? nothingWrong },
    memory,
    at: runtime.clock.now(),
    seed: Math.floor(runtime.random.float() * 2 ** 32),
    assignment: surroundings.assignment ?? null,
  };
  return { weighing, weighed: weigh(weighing) };
}

/** Why the gateway will not act on a decision; null when it will. */
export function refusalOf(
  decision: Decision,
  { request: { limits }, admission, models }: Asked,
): PolicyBlockedProblem | NoEligibleTargetProblem | ValidationProblem | null {
  const denied = deniedByPolicy(decision, admission);
  if (denied) return denied;
  if (!decision.candidates.some(({ eligible }) => eligible)) {
    return nobodyTakes(decision, models) ?? nobodyGives(decision, models) ?? nobodyCan(decision);
  }
  return overMaxCost(decision, limits.maxCostNanos);
}

function placeOf({ route }: Decision): string {
  return route ? `route '${route.slug}'` : 'the request';
}

/** When nobody but policies keeps anybody from taking the call: which of their rules do. */
function deniedByPolicy({ candidates }: Decision, { models }: Admission): PolicyBlockedProblem | null {
  const only = candidates.every(({ reasons }) => reasons.every(({ code }) => code === 'POLICY_DENIED'));
  if (!only || candidates.length === 0) return null;
  const denials = candidates.flatMap(({ model }) => denialOf(models, model) ?? []);
  return new PolicyBlockedProblem(
    denials.map(({ source, message }) => verdictOf(source, { outcome: 'BLOCKED', direction: 'INPUT', message })),
  );
}

const nothingWrong = () => null;

function denying({ models }: Admission): ((model: ModelCard) => string | null) | null {
  return models.length === 0 ? null : (model) => denialOf(models, model)?.message ?? null;
}

interface Aim {
  /** Null when the caller named a model. */
  readonly route: PublishedRoute | null;
  readonly rules: readonly RouteRule[];
}

function aim({ target }: CompletionRequest, routes: RouteBook, models: ModelBook, runtime: Runtime): Aim {
  if ('route' in target) {
    const route = routes.get(target.route);
    if (!route) throw unknown('route', target.route, namesInstead(nearest(target.route, routes.slugs())));
    return { route, rules: route.rules };
  }
  const model = models.get(target.model);
  if (!model) throw unknown('model', target.model, modelsInstead(target.model, models));
  let rules = rulesOfModels.get(model);
  if (!rules) {
    const only = { id: runtime.ids.next('tgt'), model: target.model, ...targetDefaults, enabled: true };
    rules = [{ ...ruleDefaults, id: 'model', name: 'model', targets: [only] }];
    rulesOfModels.set(model, rules);
  }
  return { route: null, rules };
}

/** For calls that name a model: made, and made ready, once per card of it. */
const rulesOfModels = new WeakMap<ModelCard, readonly RouteRule[]>();

const namesInstead = (names: readonly string[]): Instead => ({ names, hint: didYouMean(names) });

function unknown(kind: 'route' | 'model', name: string, { names, hint }: Instead): ValidationProblem {
  const what = kind === 'route' ? 'published route' : 'model';
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return ValidationProblem.at(`target.${kind}`, 'UNKNOWN', `There is no ${what} '${shown}'.${hint}`, names);
}

function nobodyCan(decision: Decision): NoEligibleTargetProblem {
  const whys = decision.candidates.map(
    ({ target, reasons }) => `${target.model}: ${reasons.map((r) => r.message).join(' ')}`,
  );
  return new NoEligibleTargetProblem(`No target of ${placeOf(decision)} can take this call. ${whys.join(' ')}`);
}

/** When it is a part that is in the way: which one, and models that would take the call. */
function nobodyTakes({ basis, candidates }: Decision, models: ModelBook): ValidationProblem | null {
  const only = candidates.every(({ reasons }) => reasons.every(({ code }) => code === 'PART_NOT_SUPPORTED'));
  const facts = basis?.facts;
  const part = facts && only && candidates[0] ? untaken(candidates[0].model, facts) : null;
  if (!facts || !part) return null;
  const { names: suggestions, hint } = ableInstead(models, (model) => !untaken(model, facts));
  const names = candidates.map(({ target }) => target.model).join(', ');
  return ValidationProblem.at(
    part.path,
    'NOT_SUPPORTED_BY_MODEL',
    `${names} cannot take a part of type ${part.mimeType}${part.from ? origins[part.from] : ''}.${hint}`,
    suggestions,
  );
}

/** When it is what the answer is to hold that is in the way: which of it, and models that would give it. */
function nobodyGives({ basis, candidates }: Decision, models: ModelBook): ValidationProblem | null {
  const only = candidates.every(({ reasons }) => reasons.every(({ code }) => code === 'MISSING_FEATURE'));
  const facts = basis?.facts;
  const modality = facts && only && candidates[0] ? ungiven(candidates[0].model, facts) : null;
  if (!facts || !modality) return null;
  const can = (model: ModelCard) => !ungiven(model, facts) && !CONNECTED.test(model.modelId);
  const sold = `${modality}_OUTPUT_TOKEN`;
  // Of many models nobody knows what they give: those that are known to, or are paid for it, go first.
  const isKnown = ({ gives, prices }: ModelCard) =>
    gives !== undefined || (prices?.prices.some(({ meter }) => meter === sold) ?? false);
  const known = ableInstead(models, (model) => can(model) && isKnown(model));
  const { names: suggestions, hint } = known.names.length > 0 ? known : ableInstead(models, can);
  const names = candidates.map(({ target }) => target.model).join(', ');
  const message = `${names} cannot be asked to answer with ${modality}.${hint}`;
  return ValidationProblem.at('modalities', 'NOT_SUPPORTED_BY_MODEL', message, suggestions);
}

/** Models that talk over a connection of their own, and answer no completion. */
const CONNECTED = /(^|-)(live|realtime)(-|$)/;

/** Models that would take the call, one of each provider: its models are many, and most of what they can is its to say. */
function ableInstead(models: ModelBook, isAble: (model: ModelCard) => boolean): Instead {
  const able = models.list().filter((model) => model.enabled && model.hasCredential && isAble(model));
  const byProvider = Map.groupBy(able, ({ providerSlug }) => providerSlug);
  const names = Array.from(byProvider.values(), ([first]) => first!.name).slice(0, 5);
  return { names, hint: names.length > 0 ? ` ${names.join(', ')} can.` : ' No model of this organization can.' };
}

/** A cap that could not be kept is refused: over it, or without a known price. */
function overMaxCost(decision: Decision, cap: Nanos | null): NoEligibleTargetProblem | null {
  const { candidates, quoteNanos: quote } = decision;
  if (cap === null || (quote !== null && quote <= cap)) return null;
  const limit = `limits.maxCost is $${usdFromNanos(cap)}`;
  if (quote === null) {
    const unpriced = candidates.filter(({ eligible, estimatedCostNanos }) => eligible && estimatedCostNanos === null);
    const names = unpriced.map(({ target }) => target.model).join(', ');
    const place = placeOf(decision);
    return new NoEligibleTargetProblem(`${limit}, but nobody knows the price of ${names}, a target of ${place}.`);
  }
  return new NoEligibleTargetProblem(
    `${limit}, but this call can cost up to $${usdFromNanos(quote)} on ${placeOf(decision)}. ` +
      'Raise the limit or lower sampling.maxOutputTokens.',
  );
}
