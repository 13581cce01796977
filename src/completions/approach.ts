import type { Purse } from '../budgets/index.ts';
import { type CacheRule, cacheRuleOf } from '../cache/index.ts';
import type { Admission, AgentDemand, RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, Target } from '../core/chat.ts';
import type { Decision, ModelBook } from '../core/decision.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Demand } from '../core/policy.ts';
import { UnavailableProblem } from '../core/problem.ts';
import { inputTokens } from '../core/prompt-size.ts';
import type { Consumption, Slip } from '../limits/index.ts';
import type { Redacted } from '../redaction/index.ts';
import type { Asked } from '../routing/index.ts';
import { admittedTo, sameTarget, targetsOf } from './admitted.ts';
import type { RoomsOnTheWay } from './job.ts';
import type { Judge } from './judge.ts';
import { accountedFor } from './passed-over.ts';
import { type Opening, type Paying, pay } from './pay.ts';
import { namesFiles, withFiles } from './stored-files.ts';
import { choose, surroundingsOf } from './surroundings.ts';

/**
 * What a call does on its way that others could notice. A call acts here and is stopped by throwing; an explanation
 * looks, notes what would have stopped a call, and goes on. Everything else is the same for both.
 */
export interface Doing<Held> extends Opening<Held> {
  readonly judge: Judge;
  /** Takes the call's share of its limits. */
  take(rates: readonly RateRule[], estimate: Consumption): Promise<Pick<Slip, 'within'>>;
  /** Counts the call as a step of its run. @returns the request, along another route where a limit of the run says so */
  step(request: CompletionRequest, demands: readonly Demand<AgentDemand>[]): Promise<CompletionRequest>;
  /** Hears what is asked, as the caller wrote it and as providers will see it. */
  ask(request: CompletionRequest, redacted: CompletionRequest, admission: Admission): void;
  decide(asked: Asked): Decision;
}

/** A call that may be made, as far as one can tell without a decision. */
export interface Approach<Held = Purse> {
  /** Within its limits, with its stored files in their place. */
  readonly request: CompletionRequest;
  readonly admission: Admission;
  readonly redacted: Redacted;
  /** Its answer, when it was given before. */
  readonly known: readonly ContentEvent[] | null;
  /** By which its answer may be given again. */
  readonly cacheRule: CacheRule | null;
  /** Who answers, and with what money. */
  decide(): Promise<Paying<Held> & { readonly models: ModelBook }>;
}

/** The way of a call to its first attempt: everything that may refuse it. @throws every Problem but those of providers */
export async function approach<Held>(
  rooms: RoomsOnTheWay,
  { caller, request: wanted }: { readonly caller: Caller; readonly request: CompletionRequest },
  doing: Doing<Held>,
  signal: AbortSignal,
): Promise<Approach<Held>> {
  const { policies, limits, redaction, guardrails, cache, usage } = rooms;
  const { organizationId } = caller;
  const { judge } = doing;
  if (usage.pressure() >= 1) {
    throw new UnavailableProblem('database', 'The gateway cannot write its books now, so it takes no calls.');
  }
  let request = namesFiles(wanted) ? await withFiles(rooms.files, organizationId, wanted) : wanted;
  const bound = await policies.bound(organizationId);
  const by = wanted.copy ? { ...request, target: targetsOf(wanted)[0]! } : request;
  const rates = await limits.ratesOf(caller, by);
  const admitted = (...targets: Target[]): Admission => {
    const admission = policies.admit(caller, targets, bound);
    // A copy is there to be compared, so it asks for itself.
    return wanted.copy ? { ...admission, caching: [] } : admission;
  };
  let admission = admitted(...targetsOf(wanted));
  const limit = () => {
    const limited = guardrails.limit(request, admission);
    judge.hear(limited.verdicts);
    request = limited.request;
  };
  limit();
  const slip = await doing.take(rates, estimateOf(request));
  request = await doing.step(request, admission.agents);
  if (!sameTarget(request.target, wanted.target)) {
    admission = admitted(...targetsOf(wanted), request.target);
    limit();
  }
  const redacted = redaction.redact(request, admission.redaction, caller);
  doing.ask(request, redacted.request, admission);
  judge.watch(redacted);
  const verdicts = guardrails.question(redacted.request, admission.guardrails, signal);
  judge.hear(verdicts instanceof Promise ? await verdicts : verdicts);
  const cacheRule = cacheRuleOf(admission, caller, request);
  const known = cacheRule && (await cache.recall(organizationId, redacted.request, cacheRule));

  return {
    request,
    admission,
    redacted,
    known,
    cacheRule,
    async decide() {
      const { routing, models, budgets, experiments, providers } = rooms;
      const routes = await routing.routes(organizationId);
      const book = await models.book(organizationId);
      const standing = await budgets.standing(caller, request);
      const assignment = await experiments.assign(caller, request);
      const around = surroundingsOf(caller, request, assignment, standing, providers);
      const decided = (target: Target) => {
        const to = admittedTo(policies, caller, bound, admission, request, target);
        const aimed = target === request.target ? request : { ...request, target };
        const decision = choose(around, (surroundings) =>
          doing.decide({ request: aimed, admission: to, routes, models: book, surroundings }),
        );
        const within = slip.within(decision);
        if (within instanceof Promise) return within.then((left) => accountedFor(decision, left, routes));
        return accountedFor(decision, within, routes);
      };
      const { decision, purse } = await pay(doing, request, decided);
      return { decision, purse, models: book };
    },
  };
}

function estimateOf(request: CompletionRequest): Consumption {
  return {
    inputTokens: inputTokens(request),
    // What bounds a call that is no conversation is our own guess, for the quote.
    outputTokens: request.call ? null : (request.sampling.maxOutputTokens ?? null),
    costNanos: 0n,
  };
}
