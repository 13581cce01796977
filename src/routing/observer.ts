import { LRUCache } from 'lru-cache';
import type { Decision, Observation } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';

/** What decisions may go by that is not in the call: seen in this process, forgotten with it. */
export interface Memory {
  observed(model: string): Observation;
  /** How many calls the rule has served. */
  turn(ruleId: string): number;
  /** The model a conversation went to before. */
  placed(conversation: string): string | null;
}

/** Watches what becomes of calls, so that strategies can go by it. Every organization has a memory of its own. */
export interface Observer {
  memory(organizationId: string): Memory;
  /** A decision that is being acted on. */
  note(organizationId: string, ruleId: string, decision: Decision): void;
  see(organizationId: string, event: AttemptEvent): void;
}

/** A minute ago counts half: long enough for a mean, short enough to notice a bad afternoon. */
const PACE_HALF_LIFE_MS = 60_000;
/** Loads are shares over a longer while, or a target would be full for a moment's burst. */
const LOAD_HALF_LIFE_MS = 600_000;
/** Calls end within ten minutes (CompletionRequest.limits); one that is older was lost. */
const LONGEST_CALL_MS = 660_000;
const MOST_DEPLOYMENTS = 5000;
const MOST_RULES = 10_000;
const MOST_CONVERSATIONS = 50_000;

export const nothingObserved: Observation = {
  inFlight: 0,
  ttftMs: null,
  tokensPerSecond: null,
  errorRate: 0,
  recent: 0,
};

export function createObserver(clock: Clock): Observer {
  const deployments = new LRUCache<string, Deployment>({ max: MOST_DEPLOYMENTS });
  const turns = new LRUCache<string, number>({ max: MOST_RULES });
  const places = new LRUCache<string, string>({ max: MOST_CONVERSATIONS });
  return {
    memory: (organizationId) => ({
      observed: (model) => deployments.get(`${organizationId} ${model}`)?.observation(clock.now()) ?? nothingObserved,
      turn: (ruleId) => turns.get(ruleId) ?? 0,
      placed: (conversation) => places.get(`${organizationId} ${conversation}`) ?? null,
    }),
    note(organizationId, ruleId, { strategy, candidates, basis }) {
      turns.set(ruleId, (turns.get(ruleId) ?? 0) + 1);
      const conversation = strategy === 'PREFIX_STICKY' && basis?.facts.conversation;
      if (conversation) places.set(`${organizationId} ${conversation}`, candidates[0]!.target.model);
    },
    see(organizationId, event) {
      if (!('attempt' in event)) return;
      const key = `${organizationId} ${event.attempt.model}`;
      const deployment = deployments.get(key) ?? new Deployment();
      deployments.set(key, deployment);
      deployment.see(event, clock.now());
    },
  };
}

class Deployment {
  readonly #underWay = new Map<string, number>();
  readonly #ttft = new Decaying(PACE_HALF_LIFE_MS);
  readonly #pace = new Decaying(PACE_HALF_LIFE_MS);
  readonly #failures = new Decaying(PACE_HALF_LIFE_MS);
  readonly #load = new Decaying(LOAD_HALF_LIFE_MS);

  see({ kind, attempt }: Extract<AttemptEvent, { attempt: unknown }>, now: number): void {
    if (kind === 'attemptStarted') {
      this.#underWay.set(attempt.id, now);
      this.#load.add(1, now);
      return;
    }
    this.#underWay.delete(attempt.id);
    if (attempt.outcome === 'CANCELLED' || attempt.outcome === 'DISCARDED') return;
    this.#failures.add(kind === 'attemptFailed' ? 1 : 0, now);
    if (attempt.ttftMs === null) return;
    this.#ttft.add(attempt.ttftMs, now);
    const spokeMs = (attempt.durationMs ?? 0) - attempt.ttftMs;
    if (kind === 'attemptSucceeded' && spokeMs > 0) {
      this.#pace.add((attempt.usage.outputTokens / spokeMs) * 1000, now);
    }
  }

  observation(now: number): Observation {
    for (const [id, since] of this.#underWay) {
      if (now - since < LONGEST_CALL_MS) break;
      this.#underWay.delete(id);
    }
    return {
      inFlight: this.#underWay.size,
      ttftMs: this.#ttft.mean(now),
      tokensPerSecond: this.#pace.mean(now) || null,
      errorRate: this.#failures.mean(now) ?? 0,
      recent: this.#load.count(now),
    };
  }
}

/** Less than this is nothing seen lately: one call of some five half-lives ago. */
const TOO_LITTLE = 0.03;

/** A mean and a count in which what is older counts less. */
class Decaying {
  readonly #halfLifeMs: number;
  #at = 0;
  #sum = 0;
  #count = 0;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(value: number, now: number): void {
    this.#age(now);
    this.#sum += value;
    this.#count += 1;
  }

  mean(now: number): number | null {
    this.#age(now);
    return this.#count < TOO_LITTLE ? null : this.#sum / this.#count;
  }

  count(now: number): number {
    this.#age(now);
    return this.#count;
  }

  #age(now: number): void {
    const faded = 0.5 ** (Math.max(0, now - this.#at) / this.#halfLifeMs);
    this.#sum *= faded;
    this.#count *= faded;
    this.#at = now;
  }
}
