import type { GuardrailDemand } from '../core/admission.ts';
import type { AttemptEvent, ContentEvent } from '../core/event.ts';
import type { Demand } from '../core/policy.ts';
import { type Guardrails, holdsAnswer, type Passed, readsAnswer } from '../guardrails/index.ts';
import type { Redacted } from '../redaction/index.ts';
import type { Judge } from './judge.ts';

/**
 * An answer on its way to the caller, held back until the guard-rails have seen it, where one of them may stop it: all of
 * it, or as much as rules with a window ask for.
 */
export interface Answering {
  /** What may be passed on now. @throws PolicyBlockedProblem */
  see(event: ContentEvent, signal: AbortSignal): readonly ContentEvent[] | Promise<readonly ContentEvent[]>;
  /** The answer is thrown away from this part on. */
  reset(fromIndex: number): void;
  /** The rest, once the answer is whole. @throws PolicyBlockedProblem */
  end(signal: AbortSignal): Promise<readonly ContentEvent[]>;
}

export function createAnswering(
  guardrails: Guardrails,
  demands: readonly Demand<GuardrailDemand>[],
  judge: Judge,
): Answering {
  const read = readsAnswer(demands);
  const held = holdsAnswer(demands);
  const passing = guardrails.passing(demands);
  let answer: ContentEvent[] = [];
  const heard = ({ events, stop }: Passed) => {
    judge.hear(stop);
    return events;
  };
  return {
    see(event, signal) {
      if (!read) return [event];
      answer.push(event);
      if (!passing) return held ? [] : [event];
      const passed = passing.see(event, signal);
      return passed instanceof Promise ? passed.then(heard) : heard(passed);
    },
    reset(fromIndex) {
      passing?.reset(fromIndex);
      answer = answer.filter((event) => 'index' in event && event.index < fromIndex);
    },
    async end(signal) {
      if (!read) return [];
      judge.hear(await guardrails.answer(answer, demands, signal));
      return held ? answer : (passing?.rest() ?? []);
    },
  };
}

/**
 * What providers say, as the caller may see it: one answer, from its beginning.
 * @param said filled with the provider's own words, as they may be kept for the next who asks the same
 */
export function restorer(
  redacted: Redacted,
  judge: Judge,
  said: ContentEvent[],
): (event: AttemptEvent) => readonly AttemptEvent[] {
  const startOver = (fromIndex: number) => {
    redacted.reset(fromIndex);
    const kept = said.filter((event) => 'index' in event && event.index < fromIndex);
    said.splice(0, said.length, ...kept);
  };
  startOver(0);
  return (event) => {
    if (event.kind === 'outputReset') startOver(event.fromIndex);
    if (!isContent(event)) return [event];
    said.push(event);
    const passed = redacted.restore(event);
    judge.look();
    return passed;
  };
}

export function isContent(event: AttemptEvent): event is ContentEvent {
  return !event.kind.startsWith('attempt') && event.kind !== 'outputReset';
}
