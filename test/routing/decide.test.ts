import { describe, expect, test } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import type { CompletionRequest } from '../../src/core/chat.ts';
import type { ProviderCard } from '../../src/core/decision.ts';
import { NoEligibleTargetProblem, ValidationProblem } from '../../src/core/problem.ts';
import { quote } from '../../src/core/quote.ts';
import { openBook } from '../../src/models/book.ts';
import { decide } from '../../src/routing/decide.ts';
import { createObserver } from '../../src/routing/observer.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aModel, aProvider, simulator } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRoute, aTarget } from '../support/routes.ts';

const openai = aProvider({ slug: 'openai', models: [aModel('gpt', 128_000, { input: 3, output: 12 })] });
const unpriced = aProvider({ slug: 'own', anyModel: true });
const providers = [simulator, openai, unpriced];

interface Given {
  readonly request?: Partial<CompletionRequest>;
  readonly targets?: readonly ReturnType<typeof aTarget>[];
  readonly providers?: readonly ProviderCard[];
  readonly admission?: Partial<Admission>;
}

async function decided(given: Given = {}) {
  const runtime = testRuntime();
  const models = openBook(given.providers ?? providers, runtime.clock);
  const routes = routeBook([aRoute('default', given.targets ?? [aTarget('sim/small-1'), aTarget('openai/gpt')])]);
  const asked = {
    request: aRequest(given.request),
    admission: anAdmission(given.admission),
    routes,
    models,
    surroundings: { caller: aCaller('org_1') },
  };
  const { decision } = decide(asked, createObserver(runtime.clock).memory('org_1'), runtime);
  const reasons = Object.fromEntries(
    decision.candidates.map(({ target, reasons }) => [target.model, reasons.map(({ code }) => code)]),
  );
  return { decision, models, reasons, order: decision.candidates.map(({ target }) => target.model) };
}

/** Text of about this many tokens. */
const longMessage = (tokens: number): CompletionRequest['messages'] => [
  { role: 'USER', parts: [{ kind: 'text', text: 'word'.repeat(tokens) }] },
];

describe('a route', () => {
  test('gives its targets in the order written', async () => {
    const { decision, order } = await decided();
    expect(order).toEqual(['sim/small-1', 'openai/gpt']);
    expect(decision).toMatchObject({
      route: { id: 'rte_default', slug: 'default', version: 2 },
      rule: 'always',
      strategy: 'PRIORITY',
      summary: 'Route default, version 2: sim/small-1, then openai/gpt if it fails.',
    });
  });

  test('that nobody published is refused with the nearest names', async () => {
    const problem = await decided({ request: { target: { route: 'defualt' } } }).catch((error) => error);
    expect(problem).toBeInstanceOf(ValidationProblem);
    expect(problem.issues).toEqual([
      {
        path: ['target', 'route'],
        code: 'UNKNOWN',
        message: "There is no published route 'defualt'. Did you mean 'default'?",
        suggestions: ['default'],
      },
    ]);
  });

  test('with three targets says that each is tried after the one before', async () => {
    const targets = [aTarget('sim/small-1'), aTarget('sim/large-1'), aTarget('openai/gpt')];
    const { decision } = await decided({ targets });
    expect(decision.summary).toBe(
      'Route default, version 2: sim/small-1, then sim/large-1, then openai/gpt, each if the one before fails.',
    );
  });
});

describe('a model named instead of a route', () => {
  test('is the only candidate, without a route or a rule', async () => {
    const { decision, order } = await decided({ request: { target: { model: 'openai/gpt' } } });
    expect(order).toEqual(['openai/gpt']);
    expect(decision).toMatchObject({ route: null, rule: null, summary: 'Model openai/gpt, as asked.' });
    expect(decision.candidates[0]?.target).toEqual({
      id: 'tgt_000001',
      model: 'openai/gpt',
      timeoutMs: 60_000,
      ttftTimeoutMs: null,
      maxAttempts: 2,
    });
  });

  test('that nobody offers is refused with the nearest names', async () => {
    const problem = await decided({ request: { target: { model: 'openai/gtp' } } }).catch((error) => error);
    expect(problem.issues).toMatchObject([{ path: ['target', 'model'], suggestions: ['openai/gpt'] }]);
  });

  test('may be a name of any length without being repeated in full', async () => {
    const problem = await decided({ request: { target: { model: `x/${'y'.repeat(1_000_000)}` } } }).catch((e) => e);
    expect(problem.message.length).toBeLessThan(200);
  });
});

function allowing(model: string) {
  const anything = { denyModels: [], allowProviders: null, allowedRegions: null };
  const config = { ...anything, allowModels: [model], requireZeroRetention: false, requireNoTraining: false };
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: 'pol_1', policySlug: 'few', version: 1, ruleIndex: 0, mode: 'ENFORCE', scope } as const;
  return { source, config };
}

describe('a candidate', () => {
  test.each([
    ['switched off in the route', { targets: [aTarget('openai/gpt', { enabled: false })] }, 'DISABLED'],
    ['of a provider that is switched off', { providers: [simulator, { ...openai, enabled: false }] }, 'DISABLED'],
    ['of a provider that has gone', { providers: [simulator] }, 'DISABLED'],
    ['without a credential', { providers: [simulator, { ...openai, hasCredential: false }] }, 'NO_CREDENTIAL'],
    ['that no policy allows', { admission: { models: [allowing('sim/large-1')] } }, 'POLICY_DENIED'],
    ['that is too small', { request: { messages: longMessage(128_001) } }, 'CONTEXT_TOO_SMALL'],
  ])('%s is passed over and comes last', async (_what, given: Given, code) => {
    const targets = [...(given.targets ?? [aTarget('openai/gpt')]), aTarget('sim/large-1')];
    const { decision, order, reasons } = await decided({ ...given, targets });
    expect(order).toEqual(['sim/large-1', 'openai/gpt']);
    expect(decision.candidates.map(({ eligible }) => eligible)).toEqual([true, false]);
    expect(reasons).toEqual({ 'sim/large-1': ['OK'], 'openai/gpt': [code] });
    expect(decision.summary).toBe('Route default, version 2: sim/large-1.');
  });

  test('needs room for the output that was asked for, to the last token', async () => {
    const fits = { messages: longMessage(127_900), sampling: { maxOutputTokens: 100 } };
    const tight = { messages: longMessage(127_900), sampling: { maxOutputTokens: 101 } };
    const targets = [aTarget('openai/gpt'), aTarget('sim/large-1')];
    expect((await decided({ request: fits, targets })).reasons['openai/gpt']).toEqual(['OK']);
    expect((await decided({ request: tight, targets })).reasons['openai/gpt']).toEqual(['CONTEXT_TOO_SMALL']);
  });

  test('names every obstacle, not only the first', async () => {
    const given = { admission: { models: [allowing('sim/small-1')] } };
    const { reasons } = await decided({ ...given, providers: [simulator, { ...openai, hasCredential: false }] });
    expect(reasons['openai/gpt']).toEqual(['NO_CREDENTIAL', 'POLICY_DENIED']);
  });

  test('that has gone does not show more than its name', async () => {
    const { decision } = await decided({ providers: [simulator] });
    expect(decision.candidates[1]?.model).toMatchObject({ name: 'openai/gpt', modelId: 'gpt', prices: null });
  });
});

test('when no candidate is left, every one says why', async () => {
  const problem = await decided({
    targets: [aTarget('openai/gpt'), aTarget('sim/small-1', { enabled: false })],
    providers: [simulator, { ...openai, hasCredential: false }],
  }).catch((error) => error);
  expect(problem).toBeInstanceOf(NoEligibleTargetProblem);
  expect(problem.message).toMatch(/route 'default'.*openai\/gpt: Provider openai has no credential.*sim\/small-1:/);
});

describe('the quote', () => {
  const request = { messages: longMessage(1000) };
  const at = (input: number, output: number, models: Awaited<ReturnType<typeof decided>>['models'], name: string) =>
    quote(input, output, models.get(name)!.prices);

  test('is the worst case of the dearest candidate, wherever it stands', async () => {
    const targets = [aTarget('openai/gpt'), aTarget('sim/small-1')];
    const { decision, models } = await decided({ request, targets });
    expect(decision.quoteNanos).toBe(at(1000, 4096, models, 'openai/gpt'));
    expect(decision.candidates.map((candidate) => candidate.estimatedCostNanos)).toEqual([
      at(1000, 4096, models, 'openai/gpt'),
      at(1000, 4096, models, 'sim/small-1'),
    ]);
    const reversed = await decided({ request, targets: targets.toReversed() });
    expect(reversed.decision.quoteNanos).toBe(decision.quoteNanos);
  });

  test('does not count candidates that will not be asked', async () => {
    const dearOff = [aTarget('openai/gpt', { enabled: false }), aTarget('sim/small-1')];
    const { decision, models } = await decided({ request, targets: dearOff });
    expect(decision.quoteNanos).toBe(at(1000, 4096, models, 'sim/small-1'));
  });

  test("takes the caller's word for the length of the answer, else the model's", async () => {
    const given = { ...request, sampling: { maxOutputTokens: 10 } };
    const asked = await decided({ request: given });
    expect(asked.decision.quoteNanos).toBe(at(1000, 10, asked.models, 'openai/gpt'));
    const long = { ...openai, models: [{ ...openai.models[0]!, maxOutputTokens: 16_384 }] };
    const told = await decided({ request, providers: [simulator, long] });
    expect(told.decision.quoteNanos).toBe(at(1000, 16_384, told.models, 'openai/gpt'));
  });

  test('is unknown when one candidate has no price', async () => {
    const { decision } = await decided({ targets: [aTarget('sim/small-1'), aTarget('own/model')] });
    expect(decision.quoteNanos).toBeNull();
  });
});

describe('limits.maxCost', () => {
  const capped = (maxCostNanos: bigint) => ({ limits: { timeoutMs: 60_000, maxCostNanos } });

  test('admits a call whose worst case is exactly the limit, and refuses one nano less', async () => {
    const quoteNanos = (await decided()).decision.quoteNanos!;
    expect((await decided({ request: capped(quoteNanos) })).decision.quoteNanos).toBe(quoteNanos);
    const problem = await decided({ request: capped(quoteNanos - 1n) }).catch((error) => error);
    expect(problem).toBeInstanceOf(NoEligibleTargetProblem);
    expect(problem.message).toContain('limits.maxCost is $0.04916');
  });

  test('refuses a candidate without a price, because it could not be held', async () => {
    const targets = [aTarget('sim/small-1'), aTarget('own/model')];
    const problem = await decided({ targets, request: capped(10n ** 12n) }).catch((error) => error);
    expect(problem).toBeInstanceOf(NoEligibleTargetProblem);
    expect(problem.message).toContain('own/model');
  });
});

describe('media in a question', () => {
  const blind = aProvider({ slug: 'blind', takes: [], models: [aModel('text', 128_000, { input: 1, output: 1 })] });
  const messages: CompletionRequest['messages'] = [
    { role: 'USER', parts: [{ kind: 'media', mimeType: 'image/png', source: { base64: 'aGk=' } }] },
  ];

  test('rules out the targets whose provider does not take them', async () => {
    const targets = [aTarget('blind/text'), aTarget('openai/gpt')];
    const { reasons, order } = await decided({ request: { messages }, targets, providers: [blind, openai] });
    expect(reasons['blind/text']).toEqual(['PART_NOT_SUPPORTED']);
    expect(order[0]).toBe('openai/gpt');
  });

  test('that no target takes are refused with the part and models that do', async () => {
    const given = { request: { messages }, targets: [aTarget('blind/text')], providers: [blind, openai] };
    const problem = await decided(given).catch((error) => error);
    expect(problem).toBeInstanceOf(ValidationProblem);
    expect(problem.issues).toMatchObject([
      { path: ['messages', '0', 'parts', '0'], code: 'NOT_SUPPORTED_BY_MODEL', suggestions: ['openai/gpt'] },
    ]);
  });
});
