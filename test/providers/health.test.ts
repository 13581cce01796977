import { describe, expect, it } from 'vitest';
import type { CompletionRequest, Simulation } from '../../src/core/chat.ts';
import type { Candidate } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import { type ProviderFailureCode, ProviderProblem } from '../../src/core/problem.ts';
import { attempt } from '../../src/providers/attempt.ts';
import { breakerRules } from '../../src/providers/breaker.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { type BreakerNews, createHealth } from '../../src/providers/health.ts';
import { simulatedModel } from '../../src/providers/simulator/index.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aRequest } from '../support/requests.ts';
import { reachable } from './asking.ts';

describe('while a provider is down', () => {
  it('is asked at most 1.2 times per request, and soon not at all', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let n = 0; n < 200; n++) await town.ask();
    expect(town.asked()).toBeLessThan(20);
    expect(town.health()).toMatchObject({ status: 'DOWN', breaker: 'OPEN', errorRatePercent: 100 });
  });

  it('is asked at most 1.2 times per request through 5,000 of them, never by two probes at once, and heals', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    let [requests, opened, probes] = [0, false, 0];
    for (let burst = 0; burst < 500; burst++) {
      const before = town.asked();
      const answers = await Promise.all(Array.from({ length: 10 }, () => town.ask()));
      requests += answers.length;
      const asked = town.asked() - before;
      if (opened) {
        expect(asked, `in burst ${burst}`).toBeLessThanOrEqual(1);
        probes += asked;
      }
      opened ||= town.health().breaker === 'OPEN';
      await town.clock.advance(200);
    }
    expect(requests).toBe(5000);
    expect(town.asked()).toBeLessThanOrEqual(1.2 * requests);
    // Within 100 s of rests that double from 5 s on there is room for a few.
    expect(probes).toBeGreaterThan(1);
    expect(probes).toBeLessThan(10);
    town.fails(null);
    await town.clock.advance(breakerRules.longestOpenMs * (1 + breakerRules.jitter));
    expect((await town.ask()).error).toBeUndefined();
    expect(town.health().breaker).toBe('CLOSED');
  });

  it('says when it is worth asking again', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let n = 0; n < 10; n++) await town.ask();
    const { error } = await town.ask();
    expect(error).toBeInstanceOf(ProviderProblem);
    expect(error).toMatchObject({ code: 'PROVIDER_OVERLOADED', retryable: true });
    expect((error as ProviderProblem).retryAfterMs).toBeLessThanOrEqual(breakerRules.openMs * 1.2);
  });

  it('is met by one probe when its rest is over, however many are waiting', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let n = 0; n < 10; n++) await town.ask();
    await town.clock.advance(breakerRules.openMs * 1.2);
    const before = town.asked();
    await Promise.all(Array.from({ length: 100 }, () => town.ask()));
    expect(town.asked() - before).toBe(1);
  });

  it('is back for everybody after one good answer', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let n = 0; n < 10; n++) await town.ask();
    await town.clock.advance(breakerRules.openMs * 1.2);
    town.fails(null);
    expect((await town.ask()).error).toBeUndefined();
    const all = await Promise.all(Array.from({ length: 20 }, () => town.ask()));
    expect(all.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(town.health().breaker).toBe('CLOSED');
  });

  it('is told of once, whatever its probes meet, and once again when it is back', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 10; n++) await town.ask();
      await town.clock.advance(breakerRules.longestOpenMs * 1.2);
    }
    expect(town.news()).toEqual(['OPENED']);
    town.fails(null);
    for (let n = 0; n < 3; n++) await town.ask();
    expect(town.news()).toEqual(['OPENED', 'CLOSED']);
  });

  it('is passed over without an attempt when another can answer', async () => {
    const town = aTown();
    town.fails('PROVIDER_ERROR');
    for (let n = 0; n < 10; n++) await town.ask();
    const before = town.asked();
    const { events } = await town.ask(['large-1', 'small-1']);
    expect(town.asked()).toBe(before);
    expect(events.flatMap((event) => (event.kind === 'attemptStarted' ? [event.attempt.model] : []))).toEqual([
      'sim/small-1',
    ]);
  });
});

describe('a breaker counts', () => {
  it('streams that break off, when they have ended', async () => {
    const town = aTown();
    town.plays({ reply: 'one two three', breakStreamAfterTokens: 2 });
    for (let n = 0; n < 10; n++) await town.ask();
    expect(town.health().breaker).toBe('OPEN');
  });

  it('no calls that their callers have scripted', async () => {
    const town = aTown();
    for (let n = 0; n < 10; n++) {
      await town.ask(['large-1'], { simulation: { failWith: 'PROVIDER_ERROR' } });
    }
    expect(town.health()).toMatchObject({ status: 'UNKNOWN', breaker: 'CLOSED' });
  });

  it('no calls that were stopped', async () => {
    const town = aTown();
    town.plays({ reply: 'one two three' });
    for (let n = 0; n < 10; n++) await town.ask(['large-1'], {}, 'textDelta');
    expect(town.health()).toMatchObject({ breaker: 'CLOSED', inFlight: 0 });
  });

  it('no refusals of the request', async () => {
    const town = aTown();
    town.fails('RATE_LIMITED');
    for (let n = 0; n < 10; n++) await town.ask();
    expect(town.health().breaker).toBe('CLOSED');
  });
});

// ---------------------------------------------------------------- the test's own words

/** One simulated provider, one view of its health, and a clock that is moved by hand. Retries wait for nothing. */
function aTown() {
  const runtime = { ...testRuntime(), random: { float: () => 0 } };
  const news: BreakerNews[] = [];
  const health = createHealth({ ...runtime, random: { float: () => 0.5 } }, (item) => void news.push(item));
  let script: Simulation = {};
  let asked = 0;
  const reach = async ({ model: { modelId } }: Candidate) => {
    if (modelId === 'large-1') asked++;
    const row = {
      ...rowOf('simulator'),
      options: ({ simulation }: CompletionRequest, number: number) => ({
        simulator: { ...(simulation ?? (modelId === 'large-1' ? script : {})), latencyMs: 0, attempt: number },
      }),
    };
    return reachable({ row, model: simulatedModel(modelId, runtime.clock) });
  };
  return {
    clock: runtime.clock,
    asked: () => asked,
    health: () => health.ofProvider('prv_sim'),
    /** What was told of breakers, in its order. */
    news: () => news.map(({ kind }) => kind),
    fails: (failWith: ProviderFailureCode | null) => {
      script = failWith === null ? {} : { failWith };
    },
    plays: (played: Simulation) => {
      script = played;
    },
    async ask(models = ['large-1'], request: Partial<CompletionRequest> = {}, until?: AttemptEvent['kind']) {
      const job = {
        organizationId: 'org_1',
        requestId: 'req_1',
        candidates: models.map(aCandidate),
        request: aRequest(request),
        deadlineMs: runtime.clock.monotonic() + 60_000,
      };
      const events: AttemptEvent[] = [];
      try {
        const { signal } = new AbortController();
        const tell = (event: AttemptEvent) => {
          events.push(event);
          if (event.kind === until) throw enough;
          if (event.kind === 'attemptFailed' && event.next !== null)
            queueMicrotask(() => void runtime.clock.advance(20));
        };
        await attempt(runtime, reach, job, signal, tell, health);
        return { events, error: undefined };
      } catch (error) {
        return { events, error: error === enough ? undefined : error };
      }
    },
  };
}

/** What a reader leaves with. */
const enough = new Error('enough');

function aCandidate(modelId: string): Candidate {
  return {
    target: { id: 'tgt_1', model: `sim/${modelId}`, timeoutMs: 10_000, ttftTimeoutMs: null, maxAttempts: 2 },
    model: {
      name: `sim/${modelId}`,
      modelId,
      providerId: 'prv_sim',
      providerSlug: 'sim',
      providerKind: 'simulator',
      contextTokens: null,
      maxOutputTokens: null,
      enabled: true,
      hasCredential: true,
      prices: null,
    },
    eligible: true,
    reasons: [],
    estimatedCostNanos: null,
  };
}
