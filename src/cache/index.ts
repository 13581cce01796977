import { createHash } from 'node:crypto';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { canonicalJson, decodeJson, encodeJson } from '../core/json.ts';
import type { Clock } from '../core/runtime.ts';
import type { Answers } from '../platform/answers/answers.ts';
import { type KeptAnswer, keptAnswer, replay } from './replay.ts';
import type { CacheRule } from './rule.ts';

export { type CacheRule, cacheRuleOf } from './rule.ts';

/** Have we answered this before? */
export interface Cache {
  /** @returns the remembered answer as content events, or null: not remembered, too old for the rule, or no rule */
  recall(
    organizationId: string,
    request: CompletionRequest,
    rule: CacheRule | null,
  ): Promise<readonly ContentEvent[] | null>;
  /**
   * Keeps an answer that ended with STOP or TOOL_CALLS; do not call it with one that was cut off. One with a part that
   * never finished is left out, and so is everything when there is no rule.
   */
  remember(
    organizationId: string,
    request: CompletionRequest,
    rule: CacheRule | null,
    events: readonly ContentEvent[],
  ): Promise<void>;
  /** How many answers are remembered for an organization. @throws UnavailableProblem */
  count(organizationId: string): Promise<number>;
  /**
   * Forgets those that were put away under other rules of retention than the ones marked: they would stay for as long as
   * these had it. To be called again and again: what an instance that did not know yet has put away goes with the second
   * time. @throws UnavailableProblem
   */
  renew(organizationId: string, mark: string): Promise<void>;
  /** Forgets them all: who an answer was made for is not known. @returns how many @throws UnavailableProblem */
  forget(organizationId: string): Promise<number>;
}

export interface CacheOptions {
  readonly answers: Answers;
  readonly clock: Clock;
}

export function createCache({ answers, clock }: CacheOptions): Cache {
  return {
    async recall(organizationId, request, rule) {
      if (!rule) return null;
      const text = await answers.get(keyOf(organizationId, request, rule));
      if (text === null) return null;
      const answer = decodeJson(text) as Remembered;
      // The rule may have become stricter since the answer was put away.
      return clock.now() - answer.at > rule.maxAgeMs ? null : replay(answer);
    },
    async remember(organizationId, request, rule, events) {
      const kept = rule && keptAnswer(events);
      if (!kept) return;
      const answer: Remembered = { at: clock.now(), ...kept };
      await answers.set(keyOf(organizationId, request, rule), encodeJson(answer), rule.maxAgeMs);
    },
    async renew(organizationId, mark) {
      const [now, settled] = [`new ${mark}`, `settled ${mark}`];
      // Lost together with the answers, it is asked for no more than they are.
      const known = await answers.get(markKey(organizationId));
      if (known === settled) return;
      await answers.purge(`${organizationId}:`);
      await answers.set(markKey(organizationId), known === now ? settled : now, MARK_MS);
    },
    count: (organizationId) => answers.count(`${organizationId}:`),
    forget: (organizationId) => answers.purge(`${organizationId}:`),
  };
}

/** After this time all is forgotten once more. */
const MARK_MS = 90 * 24 * 60 * 60 * 1000;
const markKey = (organizationId: string) => `retention:${organizationId}`;

interface Remembered extends KeptAnswer {
  /** Unix ms. */
  readonly at: number;
}

/**
 * Everything that can change an answer, and nothing else: who asks, for which run and with which tags makes no
 * difference, nor do time and cost limits. No two organizations ever share an answer. The partition is escaped, so that
 * no partition is a prefix of another.
 */
function keyOf(organizationId: string, request: CompletionRequest, { partition }: CacheRule): string {
  const { endUser: _endUser, agent: _agent, tags: _tags, limits: _limits, ...question } = request;
  const fingerprint = createHash('sha256').update(canonicalJson(question)).digest('base64url');
  return `${organizationId}:${encodeURIComponent(partition)}:${fingerprint}`;
}
