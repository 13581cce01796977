import { createHash } from 'node:crypto';
import type { CacheRule } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { canonicalJson, decodeJson, encodeJson } from '../core/json.ts';
import type { Clock } from '../core/runtime.ts';
import type { Answers } from '../platform/answers/answers.ts';
import { type KeptAnswer, keptAnswer, replay } from './replay.ts';

/** Have we answered this before? */
export interface Cache {
  /** @returns the remembered answer as content events, or null: not remembered, too old for the rule, or no rule */
  recall(request: CompletionRequest, rule: CacheRule | null): Promise<readonly ContentEvent[] | null>;
  /**
   * Keeps an answer that ended with STOP or TOOL_CALLS; do not call it with one that was cut off. One with a part that
   * never finished is left out, and so is everything when there is no rule.
   */
  remember(request: CompletionRequest, rule: CacheRule | null, events: readonly ContentEvent[]): Promise<void>;
}

export interface CacheOptions {
  readonly answers: Answers;
  readonly clock: Clock;
}

export function createCache({ answers, clock }: CacheOptions): Cache {
  return {
    async recall(request, rule) {
      if (!rule) return null;
      const text = await answers.get(keyOf(request, rule));
      if (text === null) return null;
      const answer = decodeJson(text) as Remembered;
      // The rule may have become stricter since the answer was put away.
      return clock.now() - answer.at > rule.maxAgeMs ? null : replay(answer);
    },
    async remember(request, rule, events) {
      const kept = rule && keptAnswer(events);
      if (!kept) return;
      const answer: Remembered = { at: clock.now(), ...kept };
      await answers.set(keyOf(request, rule), encodeJson(answer), rule.maxAgeMs);
    },
  };
}

interface Remembered extends KeptAnswer {
  /** Unix ms. */
  readonly at: number;
}

/**
 * Everything that can change an answer, and nothing else: who asks, for which run and with which tags makes no
 * difference, nor do time and cost limits. The partition is escaped, so that no partition is a prefix of another.
 */
function keyOf(request: CompletionRequest, { partition }: CacheRule): string {
  const { endUser: _endUser, agent: _agent, tags: _tags, limits: _limits, ...question } = request;
  const fingerprint = createHash('sha256').update(canonicalJson(question)).digest('base64url');
  return `${encodeURIComponent(partition)}:${fingerprint}`;
}
