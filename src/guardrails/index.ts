import type { Admission, GuardrailDemand } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { type Demand, type PolicyVerdict, verdictOf } from '../core/policy.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Egress } from '../platform/egress.ts';
import { type Found, localCheck } from './checks.ts';
import { type Limited, withinLimits } from './limits.ts';
import { type Spoken, spokenIn, spokenOf } from './spoken.ts';
import { askWebhook } from './webhook.ts';
import { createPassing, type Passing } from './windows.ts';

export type { Passed } from './windows.ts';

/** What may be said, how much of it, and with which tools. */
export interface Guardrails {
  /** Pure: the request within its limits, with what the rules of content and tools have to say. */
  limit(request: CompletionRequest, admission: Pick<Admission, 'content' | 'tools'>): Limited;
  /**
   * Looks at a question as providers will see it. Never throws: what cannot be asked is a verdict too.
   * An abort of `signal` ends the waiting for webhooks; where none is asked, nothing is waited for.
   */
  question(
    request: CompletionRequest,
    demands: readonly Demand<GuardrailDemand>[],
    signal: AbortSignal,
  ): Verdicts | Promise<Verdicts>;
  /** Looks at a whole answer. @param events all of it, as the caller would see them */
  answer(
    events: readonly ContentEvent[],
    demands: readonly Demand<GuardrailDemand>[],
    signal: AbortSignal,
  ): Verdicts | Promise<Verdicts>;
  /**
   * Opens the way of an answer past rules that look at it while it is given; null when there are none, or when another
   * rule has all of it held back. The whole answer is looked at besides.
   */
  passing(demands: readonly Demand<GuardrailDemand>[]): Passing | null;
}

type Verdicts = readonly PolicyVerdict[];

export interface GuardrailsNeeds {
  readonly egress: Egress;
  readonly runtime: Runtime;
}

export function createGuardrails({ egress, runtime }: GuardrailsNeeds): Guardrails {
  const { clock } = runtime;

  function judged(demand: Demand<GuardrailDemand>, spoken: Spoken, way: 'INPUT' | 'OUTPUT', signal: AbortSignal) {
    const { config } = demand;
    const from = clock.monotonic();
    const verdict = (found: Found | null, errored = false) =>
      verdictFor(demand, found, errored, Math.round((clock.monotonic() - from) * 1000) / 1000);
    const { text, unreadable } = spokenOf(spoken, config.direction, way);
    const [first] = unreadable;
    if (first && config.whenUnreadable === 'BLOCK') {
      const message = `a part of type ${first.mimeType} cannot be read.`;
      return verdict({ message, unseen: true, findings: { UNREADABLE: unreadable.length } });
    }
    if (config.check !== 'WEBHOOK') return verdict(localCheck(config, text));
    if (text.trim() === '') return verdict(null);
    return askWebhook(egress, clock, config, text, signal).then(({ found, errored }) => verdict(found, errored));
  }

  const judge = (
    demands: readonly Demand<GuardrailDemand>[],
    said: CompletionRequest | readonly ContentEvent[],
    way: 'INPUT' | 'OUTPUT',
    signal: AbortSignal,
  ): Verdicts | Promise<Verdicts> => {
    const going = demands.filter(({ config }) => goes(config, way));
    if (going.length === 0) return [];
    const spoken = spokenIn(said);
    const verdicts = going.map((one) => judged(one, spoken, way, signal));
    return verdicts.every(isKnown) ? verdicts : Promise.all(verdicts);
  };

  return {
    limit: withinLimits,
    question: (request, demands, signal) => judge(demands, request, 'INPUT', signal),
    answer: (events, demands, signal) => judge(demands, events, 'OUTPUT', signal),
    passing(demands) {
      const stopping = demands.filter(stopsAnswers);
      if (stopping.length === 0 || holdsAnswer(demands)) return null;
      return createPassing(stopping, {
        webhook: (config, text, signal) => askWebhook(egress, clock, config, text, signal),
        verdict: (demand, found, errored) => verdictFor(demand, found, errored, 0),
      });
    },
  };
}

function isKnown(verdict: PolicyVerdict | Promise<PolicyVerdict>): verdict is PolicyVerdict {
  return !(verdict instanceof Promise);
}

/** Tool arguments and results go both ways: arguments come from the model, and go back to it with the next question. */
function goes({ direction }: GuardrailDemand, way: 'INPUT' | 'OUTPUT'): boolean {
  if (direction === 'TOOL_RESULTS') return way === 'INPUT';
  return direction === 'BOTH' || direction === 'TOOL_ARGUMENTS' || direction === way;
}

/** Whether any rule looks at the answer. */
export function readsAnswer(demands: readonly Demand<GuardrailDemand>[]): boolean {
  return demands.some(({ config }) => goes(config, 'OUTPUT'));
}

/** Whether the answer has to be held until it has been looked at as a whole. */
export function holdsAnswer(demands: readonly Demand<GuardrailDemand>[]): boolean {
  return demands.some((demand) => stopsAnswers(demand) && (demand.config.windowCharacters ?? null) === null);
}

function stopsAnswers({ source, config }: Demand<GuardrailDemand>): boolean {
  return (
    source.mode === 'ENFORCE' && goes(config, 'OUTPUT') && (config.onFail === 'BLOCK' || config.onError === 'BLOCK')
  );
}

function verdictFor(
  { source, config }: Demand<GuardrailDemand>,
  found: Found | null,
  errored: boolean,
  tookMs: number,
): PolicyVerdict {
  const { name, direction } = config;
  if (!found) return verdictOf(source, { direction, tookMs, outcome: 'PASSED', message: `${name} passed.` });
  const { findings } = found;
  const action = errored ? config.onError : config.onFail;
  const outcome = action === 'BLOCK' || found.unseen ? 'BLOCKED' : errored ? 'ERRORED' : 'FLAGGED';
  return verdictOf(source, { direction, tookMs, findings, outcome, message: `${name}: ${found.message}` });
}
