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
      const deployment = deployments.get(key) ?? startDeployment();
      deployments.set(key, deployment);
      deployment.see(event, clock.now());
    },
  };
}

interface Deployment {
  see(event: Extract<AttemptEvent, { attempt: unknown }>, now: number): void;
  observation(now: number): Observation;
}

function startDeployment(): Deployment {
  const underWay = new Map<string, number>();
  const ttft = decaying(PACE_HALF_LIFE_MS);
  const pace = decaying(PACE_HALF_LIFE_MS);
  const failures = decaying(PACE_HALF_LIFE_MS);
  const load = decaying(LOAD_HALF_LIFE_MS);
  return {
    see({ kind, attempt }, now) {
      if (kind === 'attemptStarted') {
        underWay.set(attempt.id, now);
        load.add(1, now);
        return;
      }
      underWay.delete(attempt.id);
      if (attempt.outcome === 'CANCELLED' || attempt.outcome === 'DISCARDED') return;
      failures.add(kind === 'attemptFailed' ? 1 : 0, now);
      if (attempt.ttftMs === null) return;
      ttft.add(attempt.ttftMs, now);
      const spokeMs = (attempt.durationMs ?? 0) - attempt.ttftMs;
      if (kind === 'attemptSucceeded' && spokeMs > 0) pace.add((attempt.usage.outputTokens / spokeMs) * 1000, now);
    },
    observation(now) {
      for (const [id, since] of underWay) {
        if (now - since < LONGEST_CALL_MS) break;
        underWay.delete(id);
      }
      return {
        inFlight: underWay.size,
        ttftMs: ttft.mean(now),
        tokensPerSecond: pace.mean(now) || null,
        errorRate: failures.mean(now) ?? 0,
        recent: load.count(now),
      };
    },
  };
}

/** A mean and a count in which what is older counts less. */
function decaying(halfLifeMs: number) {
  /** Less than this is nothing seen lately: one call of some five half-lives ago. */
  const TOO_LITTLE = 0.03;
  let at = 0;
  let sum = 0;
  let count = 0;
  const age = (now: number) => {
    const faded = 0.5 ** (Math.max(0, now - at) / halfLifeMs);
    sum *= faded;
    count *= faded;
    at = now;
  };
  return {
    add(value: number, now: number) {
      age(now);
      sum += value;
      count += 1;
    },
    mean(now: number): number | null {
      age(now);
      return count < TOO_LITTLE ? null : sum / count;
    },
    count(now: number): number {
      age(now);
      return count;
    },
  };
}
