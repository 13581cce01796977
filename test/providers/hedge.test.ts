import { expect, test } from 'vitest';
import type { Candidate } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import type { AnswerEvent, Ending, Hear } from '../../src/providers/answer-event.ts';
import { attempt } from '../../src/providers/attempt.ts';
import type { AttemptJob } from '../../src/providers/attempt-job.ts';
import { createHealth } from '../../src/providers/health.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aRequest } from '../support/requests.ts';

test('a target that speaks in time is not hedged', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.asks('a');
  town.answers('a');
  expect(await outcomes).toEqual(['a SUCCEEDED']);
  expect(town.runtime.clock.waiting).toBe(0);
});

test('after hedgeAfterMs without a word the next target is asked too, and who speaks first is kept', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.late();
  town.answers('b');
  expect(await outcomes).toEqual(['a DISCARDED', 'b SUCCEEDED']);
  expect(town.stopped).toEqual(['a']);
  expect(town.text()).toBe('b');
  const discarded = town.events.find((event) => event.kind === 'attemptFailed')!;
  expect(discarded).toMatchObject({ next: null, attempt: { errorCode: null, usage: { source: 'ESTIMATED' } } });
});

test('the first may still win', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.late();
  town.answers('a');
  expect(await outcomes).toEqual(['b DISCARDED', 'a SUCCEEDED']);
  expect(town.text()).toBe('a');
});

test('when both answer at once, one answer is kept, and both ends are told', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.late();
  town.answers('a');
  town.answers('b');
  expect((await outcomes).toSorted()).toEqual(['a SUCCEEDED', 'b DISCARDED']);
  expect(town.text()).toBe('a');
});

test('when one of two fails, the other goes on; when both do, the next target is asked', async () => {
  const town = aTown(['a', 'b', 'c']);
  const outcomes = town.outcomes();
  await town.late();
  town.fails('b');
  await town.told(3);
  town.fails('a');
  await town.asks('c');
  town.answers('c');
  expect(await outcomes).toEqual(['b FAILED', 'a FAILED', 'c SUCCEEDED']);
});

test('without another target the same one is asked again', async () => {
  const town = aTown(['a']);
  const outcomes = town.outcomes();
  await town.late();
  expect(town.asked).toEqual(['a', 'a']);
  town.answers('a');
  expect((await outcomes).toSorted()).toEqual(['a DISCARDED', 'a SUCCEEDED']);
});

test('a cancel in between ends both', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.late();
  town.cancel();
  expect(await outcomes).toEqual(['a CANCELLED', 'b CANCELLED']);
  expect(town.stopped.toSorted()).toEqual(['a', 'b']);
  expect(town.health.ofProvider('prv')).toMatchObject({ inFlight: 0, errorRatePercent: 0 });
});

test('a reader who leaves ends both', async () => {
  const town = aTown(['a', 'b']);
  const outcomes = town.outcomes();
  await town.late();
  town.leave();
  town.answers('a');
  await expect(outcomes).rejects.toThrow('enough');
  expect(town.stopped.toSorted()).toEqual(['a', 'b']);
  expect(town.health.ofProvider('prv')).toMatchObject({ inFlight: 0 });
});

test('a hedge that nobody would pay for is not made', async () => {
  const town = aTown(['a', 'b'], { holdHedge: async () => false });
  const outcomes = town.outcomes();
  await town.late(false);
  town.answers('a');
  expect(await outcomes).toEqual(['a SUCCEEDED']);
  expect(town.asked).toEqual(['a']);
  expect(town.health.ofProvider('prv')).toMatchObject({ inFlight: 0 });
});

test('hedges come out of the retry budget, at most a fifth of the load', async () => {
  const town = aTown(['a', 'b']);
  for (let call = 0; call < 200; call++) {
    const outcomes = town.outcomes();
    await town.late(false);
    town.answers('a');
    await outcomes;
  }
  // Ten from the start, and a fifth of those 200.
  const hedges = town.asked.filter((model) => model === 'b').length;
  expect(hedges).toBeLessThanOrEqual(50);
  expect(hedges).toBeGreaterThanOrEqual(49);
});

const HEDGE_AFTER_MS = 1000;
type Word = { readonly event: AnswerEvent } | { readonly ending: Ending } | { readonly error: Error };

/** Models that say what they are told to, when they are told to; time moves only by `late`. */
function aTown(models: readonly string[], different: Partial<AttemptJob> = {}) {
  const runtime = testRuntime();
  const health = createHealth(runtime);
  const events: AttemptEvent[] = [];
  const asked: string[] = [];
  const stopped: string[] = [];
  const listening = new Map<string, ((word: Word) => void)[]>();
  let controller = new AbortController();
  let leaving = false;

  async function speak(model: string, signal: AbortSignal, hear: Hear): Promise<Ending> {
    asked.push(model);
    await hear([{ kind: 'accepted', providerRequestId: null, responseModel: null }]);
    const words: Word[] = [];
    let wake = Promise.withResolvers<void>();
    const heard = (word: Word) => {
      words.push(word);
      wake.resolve();
    };
    listening.set(model, [...(listening.get(model) ?? []), heard]);
    signal.addEventListener('abort', () => {
      if (signal.reason?.message !== 'the attempt is over') stopped.push(model);
    });
    for (;;) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      for (const word of words.splice(0)) {
        if ('error' in word) throw word.error;
        if ('ending' in word) return word.ending;
        await hear([word.event]);
      }
    }
  }
  const tell = (model: string, ...words: Word[]) => {
    for (const word of words) for (const heard of listening.get(model) ?? []) heard(word);
  };
  /** Everything that can happen without time passing has happened. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const until = async (condition: () => boolean) => {
    while (!condition()) await settled();
  };

  return {
    ...{ runtime, health, events, asked, stopped },
    async outcomes(): Promise<string[]> {
      events.length = 0;
      listening.clear();
      controller = new AbortController();
      const job: AttemptJob = {
        organizationId: 'org',
        requestId: 'req',
        candidates: models.map(aCandidate),
        request: aRequest({}),
        deadlineMs: runtime.clock.monotonic() + 60_000,
        ...different,
      };
      const reach = async ({ target }: Candidate) => ({
        ask: (_question: unknown, signal: AbortSignal, hear: Hear) => speak(target.model, signal, hear),
      });
      const hear = (event: AttemptEvent) => {
        if (leaving) throw new Error('enough');
        events.push(event);
      };
      await attempt(runtime, reach, job, controller.signal, hear, health);
      return events.flatMap((event) =>
        event.kind === 'attemptFailed' || event.kind === 'attemptSucceeded'
          ? [`${event.attempt.model} ${event.attempt.outcome}`]
          : [],
      );
    },
    text: () => events.map((event) => (event.kind === 'textDelta' ? event.text : '')).join(''),
    /** Lets the hedge's time come, and waits until it is under way when it should be. */
    async late(hedged = true) {
      const before = asked.length;
      await until(() => listening.size > 0);
      await settled();
      await runtime.clock.advance(HEDGE_AFTER_MS);
      await settled();
      if (hedged) await until(() => asked.length > Math.max(before, 1));
      await settled();
    },
    told: (count: number) => until(() => events.length >= count),
    asks: (model: string) => until(() => listening.has(model)),
    answers(model: string) {
      tell(
        model,
        { event: { kind: 'partStarted', index: 0, part: 'text' } },
        { event: { kind: 'textDelta', index: 0, text: model } },
        { event: { kind: 'partFinished', index: 0, part: { kind: 'text', text: model, citations: [] } } },
        { ending: { usage: {}, finishReason: 'STOP' } },
      );
    },
    fails: (model: string) => tell(model, { error: new Error('broken') }),
    cancel: () => controller.abort('enough'),
    leave() {
      leaving = true;
    },
  };
}

function aCandidate(model: string): Candidate {
  const target = {
    ...{ id: model, model, timeoutMs: 60_000, ttftTimeoutMs: null, maxAttempts: 1 },
    hedgeAfterMs: HEDGE_AFTER_MS,
  };
  return {
    target,
    model: {
      ...{ name: model, modelId: model, providerId: 'prv', providerSlug: 'town', providerKind: 'test' },
      ...{ contextTokens: null, maxOutputTokens: null, enabled: true, hasCredential: true, prices: null },
    },
    eligible: true,
    reasons: [],
    estimatedCostNanos: null,
  };
}
