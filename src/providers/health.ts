import { LRUCache } from 'lru-cache';
import type { ModelCard } from '../core/decision.ts';
import type { Clock, Random } from '../core/runtime.ts';
import { type Breaker, type BreakerPass, type BreakerState, createBreaker } from './breaker.ts';
import type { Failure } from './problems.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

/**
 * How the deployments (a model at a provider of an organization) are doing, as this process sees them. Nothing of it is
 * kept or shared: an instance that starts finds out for itself, and one that has a broken network says so for itself.
 */
export interface Health {
  /**
   * Lets a call in, or says why not and until when. A pass must be given back by one of its ends.
   * @param retrying true when the same request has been here before
   */
  enter(model: Deployment, retrying: boolean): HealthPass | Resting;
  /** The same question, without going in. */
  restOf(model: Deployment): Resting | null;
  ofProvider(providerId: string): ProviderHealth;
}

export type Deployment = Pick<ModelCard, 'providerId' | 'modelId'>;

/** A breaker has opened, or closed again after it was open. Told once per change. */
export interface BreakerNews extends Deployment {
  readonly kind: 'OPENED' | 'CLOSED';
  /** The code of its last failure. */
  readonly lastCode: Failure['code'] | null;
  /** Of its latest calls. */
  readonly failures: number;
  readonly calls: number;
}

/** A deployment that is not asked for a while: after failures, or because it said so. */
export interface Resting {
  readonly code: 'UNHEALTHY' | 'COOLING_DOWN';
  readonly retryAfterMs: number;
  /** What it failed with last. */
  readonly message: string;
}

export interface HealthPass {
  readonly code: 'OK';
  /** May the call be made once more? Takes it out of the deployment's retry budget. */
  mayRetry(): boolean;
  succeeded(durationMs: number, ttftMs: number | null): void;
  failed(failure: Failure): void;
  /** The caller stopped it: that says nothing about the deployment. */
  left(): void;
}

export interface ProviderHealth {
  readonly status: 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  /** The worst of its deployments. */
  readonly breaker: BreakerState;
  readonly errorRatePercent: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly ttftP50Ms: number | null;
  readonly inFlight: number;
  /** Unix ms: since when its breakers are as they are. */
  readonly since: number;
  readonly lastError: string | null;
}

/** Deployments that are remembered; the longest unused are forgotten first. */
const REMEMBERED = 5000;
/** Calls that figures are made of. */
const SAMPLE = 100;
/** Of calls that are older nobody asks how they went. */
const SAMPLE_MS = 300_000;
/** A provider that asks for an hour may have changed its mind after a minute: somebody has to look. */
const LONGEST_COOLING_MS = 60_000;
/** A timer may wake a little early: whoever slept as long as was asked for is let in. */
const TIMER_SLACK_MS = 2;
/** More failures than this make a provider degraded. */
const DEGRADED_PERCENT = 10;

interface Record {
  readonly model: Deployment;
  readonly breaker: Breaker;
  readonly budget: RetryBudget;
  /** On the monotonic clock; 0 when it does not cool. */
  coolUntil: number;
  lastError: string | null;
  lastCode: Failure['code'] | null;
  /** OPENED has been told, CLOSED not yet. */
  inTrouble: boolean;
  inFlight: number;
  state: BreakerState;
  since: number;
  readonly calls: Call[];
}

interface Call {
  readonly at: number;
  readonly failed: boolean;
  readonly durationMs: number | null;
  readonly ttftMs: number | null;
}

export function createHealth(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  tell: (news: BreakerNews) => void = () => {},
): Health {
  const startedAt = clock.now();
  const records = new LRUCache<string, Record>({ max: REMEMBERED });

  const recordOf = (model: Deployment): Record => {
    const key = `${model.providerId}/${model.modelId}`;
    const known = records.get(key);
    if (known) return known;
    const record: Record = {
      model: { providerId: model.providerId, modelId: model.modelId },
      breaker: createBreaker(() => random.float()),
      budget: createRetryBudget(),
      coolUntil: 0,
      lastError: null,
      lastCode: null,
      inTrouble: false,
      inFlight: 0,
      state: 'CLOSED',
      since: clock.now(),
      calls: [],
    };
    records.set(key, record);
    return record;
  };

  const note = (record: Record, call: Call): void => {
    record.calls.push(call);
    if (record.calls.length > SAMPLE) record.calls.shift();
    const state = record.breaker.stateAt(call.at);
    if (state === record.state) return;
    record.state = state;
    record.since = clock.now();
    if (state === 'HALF_OPEN' || (state === 'OPEN') === record.inTrouble) return;
    record.inTrouble = state === 'OPEN';
    const lately = record.calls.filter(({ at }) => at > call.at - SAMPLE_MS);
    tell({
      ...record.model,
      kind: record.inTrouble ? 'OPENED' : 'CLOSED',
      lastCode: record.lastCode,
      failures: lately.filter(({ failed }) => failed).length,
      calls: lately.length,
    });
  };

  const restOf = (record: Record, now: number): Resting | null => {
    const message = record.lastError ?? '';
    if (record.coolUntil - now > TIMER_SLACK_MS)
      return { code: 'COOLING_DOWN', retryAfterMs: wholeMs(record.coolUntil - now), message };
    const opensAt = record.breaker.opensAt(now);
    return opensAt > now ? { code: 'UNHEALTHY', retryAfterMs: wholeMs(opensAt - now), message } : null;
  };

  return {
    restOf: (model) => restOf(recordOf(model), clock.monotonic()),
    enter(model, retrying) {
      const record = recordOf(model);
      const now = clock.monotonic();
      const resting = restOf(record, now);
      if (resting) return resting;
      const pass = record.breaker.enter(now);
      if (!pass) return { code: 'UNHEALTHY', retryAfterMs: 1000, message: record.lastError ?? '' };
      if (!retrying) record.budget.deposit();
      return new Pass(clock, record, pass, note);
    },
    ofProvider(providerId) {
      const now = clock.monotonic();
      const known = [...records.values()].filter((record) => record.model.providerId === providerId);
      const calls = known.flatMap((record) => record.calls.filter(({ at }) => at > now - SAMPLE_MS));
      const states = known.map(({ breaker }) => breaker.stateAt(now));
      const errorRatePercent =
        calls.length === 0 ? 0 : (100 * calls.filter(({ failed }) => failed).length) / calls.length;
      const breaker = states.includes('OPEN') ? 'OPEN' : states.includes('HALF_OPEN') ? 'HALF_OPEN' : 'CLOSED';
      const last = known.filter(({ lastError }) => lastError !== null).toSorted((a, b) => b.since - a.since)[0];
      const durations = calls.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
      const ttfts = calls.flatMap(({ ttftMs }) => (ttftMs === null ? [] : [ttftMs]));
      return {
        status: statusOf(calls.length, states, errorRatePercent),
        breaker,
        errorRatePercent,
        p50Ms: quantile(durations, 0.5),
        p95Ms: quantile(durations, 0.95),
        ttftP50Ms: quantile(ttfts, 0.5),
        inFlight: known.reduce((sum, { inFlight }) => sum + inFlight, 0),
        since: known.length === 0 ? startedAt : Math.max(...known.map(({ since }) => since)),
        lastError: last?.lastError ?? null,
      };
    },
  };
}

class Pass implements HealthPass {
  readonly code = 'OK';
  readonly #clock: Clock;
  readonly #record: Record;
  readonly #pass: BreakerPass;
  readonly #note: (record: Record, call: Call) => void;
  #inside = true;

  constructor(clock: Clock, record: Record, pass: BreakerPass, note: (record: Record, call: Call) => void) {
    this.#clock = clock;
    this.#record = record;
    this.#pass = pass;
    this.#note = note;
    record.inFlight++;
  }

  mayRetry(): boolean {
    return this.#record.budget.withdraw();
  }

  succeeded(durationMs: number, ttftMs: number | null): void {
    if (!this.#leave()) return;
    const at = this.#clock.monotonic();
    this.#pass.succeeded(at);
    this.#note(this.#record, { at, failed: false, durationMs, ttftMs });
  }

  failed(failure: Failure): void {
    if (!this.#leave()) return;
    const record = this.#record;
    const at = this.#clock.monotonic();
    const blamed = isItsFault(failure);
    if (blamed) this.#pass.failed(at);
    else this.#pass.left();
    record.coolUntil = Math.max(record.coolUntil, at + coolingMs(failure));
    record.lastError = failure.message;
    record.lastCode = failure.code;
    if (blamed || coolingMs(failure) > 0) this.#note(record, { at, failed: true, durationMs: null, ttftMs: null });
  }

  left(): void {
    if (this.#leave()) this.#pass.left();
  }

  /** @returns false when it has ended already */
  #leave(): boolean {
    const first = this.#inside;
    if (first) this.#record.inFlight--;
    this.#inside = false;
    return first;
  }
}

/** Timeouts, overload, broken answers and 5xx are the deployment's; a refusal is about the request or the account. */
function isItsFault({ code, httpStatus, money }: Failure): boolean {
  if (money || code === 'VALIDATION_FAILED' || code === 'NOT_FOUND' || code === 'RATE_LIMITED') return false;
  return httpStatus === null || httpStatus >= 500 || httpStatus < 400 || httpStatus === 408;
}

/** As long as it asks for; unpaid bills, until somebody may have paid. */
function coolingMs({ code, money, retryAfterMs }: Failure): number {
  if (money) return LONGEST_COOLING_MS;
  return code === 'RATE_LIMITED' || code === 'PROVIDER_OVERLOADED'
    ? Math.min(LONGEST_COOLING_MS, retryAfterMs ?? 0)
    : 0;
}

function statusOf(calls: number, states: readonly BreakerState[], errorRatePercent: number): ProviderHealth['status'] {
  if (calls === 0) return 'UNKNOWN';
  if (states.every((state) => state !== 'CLOSED')) return 'DOWN';
  return states.some((state) => state !== 'CLOSED') || errorRatePercent > DEGRADED_PERCENT ? 'DEGRADED' : 'HEALTHY';
}

/** The smallest of which `share` of all are no larger. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null;
}

function wholeMs(ms: number): number {
  return Math.ceil(ms);
}
