import type { GuardrailDemand } from '../core/admission.ts';
import type { AttemptEvent, ContentEvent } from '../core/event.ts';
import type { Demand } from '../core/policy.ts';
import { inTurn, type Step, type Tell } from '../core/turns.ts';
import { type Guardrails, holdsAnswer, type Passed, readsAnswer } from '../guardrails/index.ts';
import type { Redacted } from '../redaction/index.ts';
import type { Judge } from './judge.ts';

/**
 * An answer on its way to the caller, held back until the guard-rails have seen it, where one of them may stop it: all of
 * it, or as much as rules with a window ask for.
 */
export interface Answering {
  /** Passes on what may be passed on now. @throws PolicyBlockedProblem */
  see(event: ContentEvent): Step;
  /** The answer is thrown away from this part on. */
  reset(fromIndex: number): void;
  /** Passes on the rest, once the answer is whole. @throws PolicyBlockedProblem */
  end(): Step;
}

/** @param signal ends the waiting for guard-rails that ask elsewhere */
export function createAnswering(
  guardrails: Guardrails,
  demands: readonly Demand<GuardrailDemand>[],
  judge: Judge,
  signal: AbortSignal,
  pass: Tell<ContentEvent>,
): Answering {
  if (!readsAnswer(demands)) return { see: pass, reset() {}, end() {} };
  const held = holdsAnswer(demands);
  const passing = guardrails.passing(demands);
  let answer: ContentEvent[] = [];
  const passOn = ({ events, stop }: Passed) => {
    judge.hear(stop);
    return inTurn(events, pass);
  };
  return {
    see(event) {
      answer.push(event);
      if (!passing) return held ? undefined : pass(event);
      const passed = passing.see(event, signal);
      return passed instanceof Promise ? passed.then(passOn) : passOn(passed);
    },
    reset(fromIndex) {
      passing?.reset(fromIndex);
      answer = answer.filter((event) => 'index' in event && event.index < fromIndex);
    },
    async end() {
      judge.hear(await guardrails.answer(answer, demands, signal));
      await inTurn(held ? answer : (passing?.rest() ?? []), pass);
    },
  };
}

/**
 * What providers say, told as the caller may see it: one answer, from its beginning.
 * @param said filled with the provider's own words, as they may be kept for the next who asks the same
 */
export function restoring(
  redacted: Redacted,
  judge: Judge,
  said: ContentEvent[],
  tell: Tell<AttemptEvent>,
): Tell<AttemptEvent> {
  const startOver = (fromIndex: number) => {
    redacted.reset(fromIndex);
    const kept = said.filter((event) => 'index' in event && event.index < fromIndex);
    said.splice(0, said.length, ...kept);
  };
  startOver(0);
  return (event) => {
    if (event.kind === 'outputReset') startOver(event.fromIndex);
    if (!isContent(event)) return tell(event);
    said.push(event);
    const passed = redacted.restore(event);
    judge.look();
    return inTurn(passed, tell);
  };
}

export function isContent(event: AttemptEvent): event is ContentEvent {
  return !event.kind.startsWith('attempt') && event.kind !== 'outputReset';
}
