import { z } from 'zod';
import type { Admission } from '../core/admission.ts';
import type { Decision, ModelBook, RequestFacts } from '../core/decision.ts';
import { denialOf } from '../core/model-demand.ts';
import { usdFromNanos } from '../core/money.ts';
import { parse } from '../core/parse.ts';
import type { Clock } from '../core/runtime.ts';
import { admissionAt, type BoundPolicy } from './effective.ts';
import type { PastCall } from './store.ts';

/** What a draft would have done to calls of the past. */
export interface PolicySimulation {
  readonly replayed: number;
  /** A call that would have been blocked is none of the others but `expired`. */
  readonly blocked: number;
  readonly redacted: number;
  readonly flagged: number;
  /** Another model would have answered. */
  readonly moved: number;
  /** Their records would be gone by now. */
  readonly expired: number;
  /** Calls on which a rule of the draft could not be tried, and which no other rule would have blocked. */
  readonly unjudged: number;
  readonly unjudgedBecause: readonly string[];
  /** The range has more calls: the most that was asked for has been tried, or the time was over. */
  readonly cutShort: boolean;
  /** Calls of which it was read what was said. */
  readonly read: number;
  /** At most five of each outcome, newest first. */
  readonly examples: readonly SimulatedCall[];
}

export const simulatedOutcomes = ['BLOCKED', 'REDACTED', 'FLAGGED', 'MOVED', 'EXPIRED'] as const;

export interface SimulatedCall {
  readonly requestId: string;
  readonly outcome: (typeof simulatedOutcomes)[number];
  readonly reason: string;
  /** Some of what was said, as it would have been passed on; null where nothing was read. */
  readonly excerpt: string | null;
}

/** What rules make of what was said in a call, as far as it is kept; or why they cannot be tried on it. */
export type KeptTrial =
  | { readonly unread: string }
  | { readonly outcome: 'PASSED' }
  | { readonly outcome: 'BLOCKED' | 'REDACTED' | 'FLAGGED'; readonly reason: string; readonly excerpt: string };

export type TryOnKept = (call: PastCall, admission: Admission) => Promise<KeptTrial>;

const MOST_EXAMPLES = 5;
/** Whoever asks waits for it. */
const TIME_MS = 20_000;
/** Live calls are on the same thread: after so many calls they have their turn. */
const CALLS_PER_TURN = 50;

export const maxRequests = z.number().int().min(1).max(10_000);

/**
 * Every call judged as if the draft had been enforced when it came.
 * @param pages newest calls first; read no further than needed
 * @param most calls
 */
export async function simulate(
  draft: readonly BoundPolicy[],
  pages: AsyncIterable<readonly PastCall[]>,
  most: number,
  models: ModelBook,
  tryOnKept: TryOnKept,
  clock: Clock,
  signal: AbortSignal,
): Promise<PolicySimulation> {
  const began = { now: clock.now(), until: clock.monotonic() + TIME_MS };
  const because = new Set<string>();
  const examples: SimulatedCall[] = [];
  const counts = { BLOCKED: 0, REDACTED: 0, FLAGGED: 0, MOVED: 0, EXPIRED: 0 };
  let [replayed, unjudged, read, cutShort] = [0, 0, 0, false];

  async function see(call: PastCall): Promise<void> {
    const admission = admissionOf(draft, call);
    const { outcomes, unknown, wasRead } = await outcomesOf(call, admission, models, began.now, tryOnKept);
    for (const one of outcomes) {
      counts[one.outcome] += 1;
      if (counts[one.outcome] <= MOST_EXAMPLES) examples.push({ requestId: call.id, ...one });
    }
    if (unknown.length > 0 && !outcomes.some(({ outcome }) => outcome === 'BLOCKED')) {
      unjudged += 1;
      for (const why of unknown) because.add(why);
    }
    if (wasRead) read += 1;
    replayed += 1;
  }

  reading: for await (const page of pages) {
    for (const call of page) {
      cutShort = replayed === most || clock.monotonic() >= began.until;
      if (cutShort) break reading;
      await see(call);
      if (replayed % CALLS_PER_TURN === 0) await clock.sleep(0, signal);
    }
  }
  const { BLOCKED: blocked, REDACTED: redacted, FLAGGED: flagged, MOVED: moved, EXPIRED: expired } = counts;
  const known = { replayed, blocked, redacted, flagged, moved, expired, read, cutShort, examples };
  return { ...known, unjudged, unjudgedBecause: [...because] };
}

function admissionOf(draft: readonly BoundPolicy[], { teamId, projectId, apiKeyId, route }: PastCall): Admission {
  return admissionAt(draft, { teamId, projectId, apiKeyId, routes: route === null ? [] : [route] });
}

type Found = Omit<SimulatedCall, 'requestId'>;

async function outcomesOf(
  call: PastCall,
  admission: Admission,
  models: ModelBook,
  now: number,
  tryOnKept: TryOnKept,
): Promise<{ readonly outcomes: Found[]; readonly unknown: readonly string[]; readonly wasRead: boolean }> {
  const outcomes: Found[] = [];
  const say = (outcome: Found['outcome'], reason: string, excerpt: string | null = null) =>
    outcomes.push({ outcome, reason, excerpt });
  const tooMuch = call.facts && contentOf(call.facts, call.costNanos, admission);
  const move = call.decision && modelsOf(call.decision, call.model, admission, models);
  const blocked = tooMuch ?? (move?.outcome === 'BLOCKED' ? move.reason : null);
  const kept = blocked === null && readsText(admission) ? await tryOnKept(call, admission) : null;
  const trial = kept && 'outcome' in kept && kept.outcome !== 'PASSED' ? kept : null;
  if (blocked !== null) say('BLOCKED', blocked);
  if (trial) say(trial.outcome, trial.reason, trial.excerpt);
  if (move?.outcome === 'MOVED' && trial?.outcome !== 'BLOCKED') say('MOVED', move.reason);
  const past = expired(call, admission, now);
  if (past !== null) say('EXPIRED', past);
  const unread = kept && 'unread' in kept ? [kept.unread] : [];
  return {
    outcomes,
    unknown: [...unread, ...unknowable(call, admission)],
    wasRead: kept !== null && unread.length === 0,
  };
}

function expired({ startedAt }: PastCall, { retention }: Admission, now: number): string | null {
  if (retention.some(({ config }) => config.legalHold)) return null;
  const kept = Math.min(...retention.map(({ config }) => config.metadataMs ?? Number.POSITIVE_INFINITY));
  return now - startedAt > kept ? `It is older than ${kept / 1000} s.` : null;
}

function readsText({ redaction, guardrails, content }: Admission): boolean {
  return redaction.length + guardrails.length > 0 || content.some(({ config }) => config.maxFileBytes !== null);
}

/** What nothing that is kept of a call could tell. */
function unknowable({ facts }: PastCall, { guardrails, agents, tools, content, models }: Admission): string[] {
  const reasons = {
    'nothing is known any more of what some calls asked for': facts === null && content.length + models.length > 0,
    'webhooks are not asked about calls of the past': guardrails.some(({ config }) => config.check === 'WEBHOOK'),
    'limits of agents depend on the run so far': agents.length > 0,
    'the names of tools are not kept': tools.length > 0 && facts?.hasTools !== false,
  };
  return Object.entries(reasons).flatMap(([why, so]) => (so ? [why] : []));
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
function modelsOf(
  { candidates }: Pick<Decision, 'candidates'>,
  used: string | null,
  admission: Admission,
  models: ModelBook,
) {
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

export function checkedMaximum(given: number): number {
  return parse(maxRequests, given);
}
