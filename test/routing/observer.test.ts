import { describe, expect, test } from 'vitest';
import type { AttemptEvent } from '../../src/core/event.ts';
import { openBook } from '../../src/models/book.ts';
import { decide } from '../../src/routing/decide.ts';
import { dominated } from '../../src/routing/dominated.ts';
import { createObserver, nothingObserved } from '../../src/routing/observer.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRoute, aTarget } from '../support/routes.ts';
import { anAttempt } from '../usage/records.ts';

describe('an observer', () => {
  const runtime = testRuntime();
  const attempt = anAttempt('req_1', { model: 'sim/a', ttftMs: 100, durationMs: 1100 });
  const events: AttemptEvent[] = [
    { kind: 'attemptStarted', attempt },
    { kind: 'attemptSucceeded', attempt, finishReason: 'STOP' },
  ];

  test('knows calls under way, the first token, the pace and failures, per organization', () => {
    const observer = createObserver(runtime.clock);
    observer.see('org_1', events[0]!);
    expect(observer.memory('org_1').observed('sim/a')).toMatchObject({ inFlight: 1, ttftMs: null, recent: 1 });
    observer.see('org_1', events[1]!);
    const seen = observer.memory('org_1').observed('sim/a');
    expect(seen).toMatchObject({ inFlight: 0, ttftMs: 100, tokensPerSecond: 200, errorRate: 0 });
    expect(observer.memory('org_2').observed('sim/a')).toEqual(nothingObserved);
  });

  test('forgets: what is older counts less, and in the end nothing', async () => {
    const { clock } = testRuntime();
    const observer = createObserver(clock);
    for (const event of events) observer.see('org_1', event);
    await clock.advance(60_000);
    const slower = { ...attempt, id: 'att_2', ttftMs: 400 };
    observer.see('org_1', { kind: 'attemptStarted', attempt: slower });
    observer.see('org_1', { kind: 'attemptSucceeded', attempt: slower, finishReason: 'STOP' });
    // One minute is the half-life: (100/2 + 400) / 1.5.
    expect(observer.memory('org_1').observed('sim/a').ttftMs).toBeCloseTo(300);
    await clock.advance(600_000);
    expect(observer.memory('org_1').observed('sim/a').ttftMs).toBeNull();
  });
});

test('a model that another one beats in price and in how it has been doing is pointed out', async () => {
  const runtime = testRuntime();
  const provider = aProvider({
    slug: 'p',
    models: [aModel('dear', 1000, { input: 9, output: 9 }), aModel('cheap', 1000, { input: 1, output: 1 })],
  });
  const models = openBook([provider], runtime.clock);
  const asked = {
    request: aRequest(),
    admission: anAdmission(),
    routes: routeBook([aRoute('default', [aTarget('p/dear'), aTarget('p/cheap')])]),
    models,
    surroundings: { caller: aCaller('org_1') },
  };
  const { decision } = decide(asked, createObserver(runtime.clock).memory('org_1'), runtime);
  const seen = { inFlight: 0, ttftMs: 100, tokensPerSecond: 50, errorRate: 0, recent: 9 };
  const hints = (cheap: object, ...scores: [string, number, number][]) =>
    dominated(
      decision.candidates,
      { 'p/dear': seen, 'p/cheap': { ...seen, ...cheap } },
      scores.map(([model, mean, samples]) => ({ model, score: 'helpful', mean, samples })),
    );
  expect(hints({})).toEqual([
    expect.stringMatching(
      /^p\/dear can cost \$.* here, p\/cheap \$.*, and lately it was neither slower.* Nobody has scored/,
    ),
  ]);
  expect(hints({ errorRate: 0.2 })).toEqual([]);
  expect(hints({}, ['p/dear', 0.9, 50], ['p/cheap', 0.5, 50])).toEqual([]);
  expect(hints({}, ['p/dear', 0.9, 50], ['p/cheap', 0.5, 5])).toHaveLength(1);
  expect(hints({}, ['p/dear', 0.7, 50], ['p/cheap', 0.8, 50])[0]).toContain('It was found no worse by helpful.');
});
