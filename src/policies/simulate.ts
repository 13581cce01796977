import { z } from 'zod';
import type { Admission } from '../core/admission.ts';
import type { Decision, ModelBook, RequestFacts } from '../core/decision.ts';
import { denialOf } from '../core/model-demand.ts';
import { usdFromNanos } from '../core/money.ts';
import { parse } from '../core/parse.ts';
import { admissionAt, type BoundPolicy } from './effective.ts';
import type { PastCall } from './store.ts';

/** What a draft would have done to calls of the past. */
export interface PolicySimulation {
  readonly replayed: number;
  readonly blocked: number;
  /** Another model would have answered. */
  readonly moved: number;
  /** Their records would be gone by now. */
  readonly expired: number;
  /** Calls about which a rule of the draft reads the text, which is not kept: of them nothing is known. */
  readonly unjudged: number;
  readonly unjudgedBecause: readonly string[];
  /** At most twenty, newest first. */
  readonly examples: readonly SimulatedCall[];
}

export interface SimulatedCall {
  readonly requestId: string;
  readonly outcome: 'BLOCKED' | 'MOVED' | 'EXPIRED';
  readonly reason: string;
}

const MOST_EXAMPLES = 20;

export const maxRequests = z.number().int().min(1).max(10_000);

/** Pure: every call judged as if the draft had been enforced when it came. @param now Unix ms */
export function simulate(
  draft: readonly BoundPolicy[],
  calls: readonly PastCall[],
  models: ModelBook,
  now: number,
): PolicySimulation {
  const outcomes = calls.flatMap((call) => outcomesOf(call, admissionOf(draft, call), models, now));
  const count = (outcome: SimulatedCall['outcome']) => outcomes.filter((one) => one.outcome === outcome).length;
  const because = unjudgedBecause(draft);
  return {
    replayed: calls.length,
    blocked: count('BLOCKED'),
    moved: count('MOVED'),
    expired: count('EXPIRED'),
    unjudged: because.length > 0 ? calls.length : 0,
    unjudgedBecause: because,
    examples: outcomes.slice(0, MOST_EXAMPLES),
  };
}

function admissionOf(draft: readonly BoundPolicy[], { teamId, projectId, apiKeyId, route }: PastCall): Admission {
  return admissionAt(draft, { teamId, projectId, apiKeyId, routes: route === null ? [] : [route] });
}

function outcomesOf(call: PastCall, admission: Admission, models: ModelBook, now: number): SimulatedCall[] {
  const found: SimulatedCall[] = [];
  const say = (outcome: SimulatedCall['outcome'], reason: string) =>
    found.push({ requestId: call.id, outcome, reason });
  const tooMuch = call.facts && contentOf(call.facts, call.costNanos, admission);
  const move = call.decision && modelsOf(call.decision, call.model, admission, models);
  if (tooMuch) say('BLOCKED', tooMuch);
  else if (move) say(move.outcome, move.reason);
  const kept = Math.min(...admission.retention.map(({ config }) => config.metadataMs ?? Number.POSITIVE_INFINITY));
  const held = admission.retention.some(({ config }) => config.legalHold);
  if (!held && now - call.startedAt > kept) say('EXPIRED', `It is older than ${kept / 1000} s.`);
  return found;
}

function contentOf(facts: RequestFacts, costNanos: bigint, { content }: Admission): string | null {
  for (const { config } of content) {
    const { maxInputTokens, maxMessages, allowedModalities, maxCostPerRequestNanos } = config;
    if (maxInputTokens !== null && facts.inputTokens > maxInputTokens)
      return `It had ${facts.inputTokens} tokens of input.`;
    if (maxMessages !== null && facts.messageCount > maxMessages) return `It had ${facts.messageCount} messages.`;
    const other = allowedModalities && facts.modalities.find((modality) => !allowedModalities.includes(modality));
    if (other) return `It had a part of ${other}.`;
    if (maxCostPerRequestNanos !== null && costNanos > BigInt(maxCostPerRequestNanos)) {
      return `It cost $${usdFromNanos(costNanos)}.`;
    }
  }
  return null;
}

/** By what is known of the models now: a provider's data handling may have been stated since. */
function modelsOf({ candidates }: Decision, used: string | null, admission: Admission, models: ModelBook) {
  if (admission.models.length === 0) return null;
  const denial = (name: string) => {
    const card = models.get(name) ?? candidates.find(({ model }) => model.name === name)?.model;
    return card ? denialOf(admission.models, card) : null;
  };
  const able = candidates.filter(({ eligible }) => eligible).map(({ model }) => model.name);
  const denied = used === null ? null : denial(used);
  if (!denied) return null;
  const other = able.find((name) => !denial(name));
  return other
    ? { outcome: 'MOVED' as const, reason: `${denied.message} ${other} would have been asked.` }
    : { outcome: 'BLOCKED' as const, reason: denied.message };
}

function unjudgedBecause(draft: readonly BoundPolicy[]): string[] {
  const reading = {
    redaction: 'redaction reads the text of calls, which is not kept',
    guardrail: 'guard-rails read the text of calls, which is not kept',
    agentLimit: 'limits of agents depend on the run so far',
  };
  const kinds = new Set(draft.flatMap(({ rules }) => rules.map(({ kind }) => kind)));
  const tools = draft.some(({ rules }) =>
    rules.some((rule) => rule.kind === 'access' && (rule.config.allowTools ?? rule.config.denyTools) !== null),
  );
  return [
    ...Object.entries(reading).flatMap(([kind, why]) => (kinds.has(kind as never) ? [why] : [])),
    ...(tools ? ['the names of tools are not kept'] : []),
  ];
}

export function checkedMaximum(given: number): number {
  return parse(maxRequests, given);
}
