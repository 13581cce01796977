import type { BudgetCheck } from '../budgets/index.ts';
import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, Message } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { replaceMedia } from '../core/parts.ts';
import type { PolicyVerdict } from '../core/policy.ts';
import { PolicyBlockedProblem, Problem } from '../core/problem.ts';
import type { Consumption, RateLimitCheck } from '../limits/index.ts';
import type { PublishedRoute, RouteBook, RouteExplanation } from '../routing/index.ts';
import { watchedDecision } from './admitted.ts';
import { approach, type Doing } from './approach.ts';
import type { RoomsOnTheWay } from './job.ts';
import { Judge } from './judge.ts';

/** What a call would meet on its way, up to the first thing that costs money. */
export interface Explanation {
  readonly decision: Decision;
  /** Why the gateway would not make the call; null when it would. */
  readonly refusal: string | null;
  readonly hints: readonly string[];
  /** What rules have to say about the question and who would answer it. */
  readonly verdicts: readonly PolicyVerdict[];
  /** As providers would see them, but for the bytes of media: who may ask for an explanation may not read files. */
  readonly effective: readonly Message[];
  readonly wouldHitCache: boolean;
  readonly budgetChecks: readonly BudgetCheck[];
  readonly rateLimitChecks: readonly RateLimitCheck[];
}

/** Another version of a route than the one that serves traffic. */
export interface OtherVersion {
  readonly routeId: string;
  /** Null: the newest. */
  readonly version: number | null;
}

/**
 * The way of a call (approach.ts) without its effects: nothing is taken, counted, reserved or stored, and no provider is
 * asked. What would stop a call is noted, and the way goes on as if it had not been there, so that there is a decision
 * to explain. Guard-rails are asked as they would be, webhooks included.
 * @param other tried instead of the request's own target; null = what would really happen
 * @throws ValidationProblem for an unknown route or model, NotFoundProblem for an unknown version or file
 */
export async function explain(
  rooms: RoomsOnTheWay,
  caller: Caller,
  request: CompletionRequest,
  other: OtherVersion | null,
  signal: AbortSignal,
): Promise<Explanation> {
  const { routing } = rooms;
  const tried = other && (await routing.version(caller.organizationId, other.routeId, other.version));
  const looking = await startLooking(tried ? withRoute(rooms, tried) : rooms, caller);
  const wanted = tried ? { ...request, target: { route: tried.slug } } : request;
  const way = await approach(looking.rooms, { caller, request: wanted }, looking, signal);
  const { admission, redacted, known, decide } = way;
  const end = await decide().then(
    ({ decision }) => {
      looking.judge.hear(watchedDecision(decision, admission));
      return decision;
    },
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      if (error instanceof PolicyBlockedProblem) looking.judge.met(error);
      return error;
    },
  );
  return { ...looking.seen(end), effective: withoutBytes(redacted.request.messages), wouldHitCache: known !== null };
}

function withoutBytes(messages: readonly Message[]): readonly Message[] {
  return replaceMedia(messages, ({ part }) => ('base64' in part.source ? { ...part, source: { base64: '' } } : part));
}

/** The same rooms, where this version of a route serves traffic. */
function withRoute(rooms: RoomsOnTheWay, tried: PublishedRoute): RoomsOnTheWay {
  const routes = async (organizationId: string): Promise<RouteBook> => {
    const published = await rooms.routing.routes(organizationId);
    return { get: (slug) => (slug === tried.slug ? tried : published.get(slug)), slugs: published.slugs };
  };
  return { ...rooms, routing: { ...rooms.routing, routes } };
}

interface Looking extends Doing<null> {
  readonly rooms: RoomsOnTheWay;
  /** @param end the decision, or what stood in its way @throws the latter where nobody decided anything */
  seen(
    end: Decision | Problem,
  ): Pick<Explanation, 'decision' | 'refusal' | 'hints' | 'verdicts' | 'budgetChecks' | 'rateLimitChecks'>;
}

/** A call's way with open eyes and hands in the pockets. */
async function startLooking(rooms: RoomsOnTheWay, caller: Caller): Promise<Looking> {
  const { limits, agents, routing, budgets, experiments } = rooms;
  const { organizationId } = caller;
  const quality = await experiments.quality(organizationId);
  const judge = new Judge((problem) => note(problem.message));
  let refusal: string | null = null;
  let explained: RouteExplanation | null = null;
  let budgetChecks: readonly BudgetCheck[] = [];
  let rateLimitChecks: readonly RateLimitCheck[] = [];
  /** The first is what a call would be told. */
  const note = (message: string | undefined) => {
    refusal ??= message ?? null;
  };
  return {
    rooms,
    judge,
    async take(rates, estimate) {
      const ofCost = ({ unit }: RateRule) => unit === 'COST_NANOS';
      note(
        shortOf(
          await limits.foresee(
            rates.filter((rate) => !ofCost(rate)),
            null,
            estimate,
          ),
        ),
      );
      return { within: async (decision) => roomFor(decision, rates, estimate) };
    },
    async step(request, demands) {
      try {
        return await agents.foresee(caller, request, demands, judge);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        note(error.message);
        return request;
      }
    },
    ask() {},
    decide(asked) {
      explained = routing.explain(organizationId, asked, quality);
      if (explained.refusal) throw explained.refusal;
      return explained.decision;
    },
    async open(request, decision, downgraded) {
      budgetChecks = await budgets.foresee({ caller, request, decision });
      const short = budgetChecks.find(
        ({ wouldExceed, onExceed }) =>
          wouldExceed && (onExceed === 'BLOCK' || (onExceed === 'DOWNGRADE' && !downgraded)),
      );
      if (short?.onExceed === 'DOWNGRADE' && short.downgradeRoute !== null)
        return { downgradeTo: short.downgradeRoute };
      note(short && `Budget '${short.slug}' cannot pay for it.`);
      return { purse: null };
    },
    seen(end) {
      if (end instanceof Problem) {
        if (!explained) throw end;
        note(end.message);
      }
      const decision = end instanceof Problem ? explained!.decision : end;
      const verdicts = judge.verdicts();
      return { decision, refusal, hints: explained!.hints, verdicts, budgetChecks, rateLimitChecks };
    },
  };

  /** As a slip has it: models whose own limits are used up are passed over while there is another one. */
  async function roomFor(decision: Decision, rates: readonly RateRule[], estimate: Consumption): Promise<Decision> {
    const priced = { ...estimate, costNanos: decision.quoteNanos ?? 0n };
    const ofModels = rates.filter(({ scope }) => scope.kind === 'MODEL');
    const common = await limits.foresee(rates, null, priced);
    const eligible = decision.candidates.filter(({ eligible }) => eligible);
    const full = new Set<unknown>();
    for (const candidate of eligible) {
      const own = await limits.foresee(ofModels, candidate.target.model, priced);
      rateLimitChecks = [...common, ...own];
      if (!shortOf(own)) break;
      full.add(candidate);
    }
    note(shortOf(rateLimitChecks));
    if (full.size === 0 || full.size === eligible.length) return decision;
    return { ...decision, candidates: decision.candidates.filter((candidate) => !full.has(candidate)) };
  }
}

function shortOf(checks: readonly RateLimitCheck[]): string | undefined {
  const short = checks.find(({ wouldExceed }) => wouldExceed);
  return (
    short && `Limit ${short.limitId} (${short.metric}) has ${short.remaining} left, and it needs ${short.demanded}.`
  );
}
