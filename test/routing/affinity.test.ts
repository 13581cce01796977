import { describe, expect, test } from 'vitest';
import { boundTo } from '../../src/core/affinity.ts';
import type { CompletionRequest } from '../../src/core/chat.ts';
import { NoEligibleTargetProblem } from '../../src/core/problem.ts';
import { openBook } from '../../src/models/book.ts';
import { decide } from '../../src/routing/decide.ts';
import { createObserver } from '../../src/routing/observer.ts';
import { routeBook } from '../../src/routing/table.ts';
import { aCaller } from '../support/callers.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { anAdmission, aRequest } from '../support/requests.ts';
import { aRule, aTarget } from '../support/routes.ts';

const models = [aModel('m', 100_000, null)];
const providers = [
  aProvider({ slug: 'openai', signedBy: 'openai', accounts: ['crd_1', 'crd_2'], models }),
  aProvider({ slug: 'openai-eu', signedBy: 'openai', accounts: ['crd_3'], models }),
  aProvider({ slug: 'anthropic', signedBy: 'anthropic', models }),
  aProvider({ slug: 'google', signedBy: 'google', models }),
  aProvider({ slug: 'vertex', signedBy: 'google', models }),
];
const names = providers.map(({ slug }) => `${slug}/m`);

/** What providers hand out, as providers/signature.ts keeps it. */
const sealed = JSON.stringify({ openai: { itemId: 'rs_1', reasoningEncryptedContent: 'gAAAAB' } });
const thinking = JSON.stringify({ anthropic: { signature: 'EqQBCg' } });
const thought = JSON.stringify({ google: { thoughtSignature: 'CvcQAd' } });

const asks: CompletionRequest['messages'] = [{ role: 'USER', parts: [{ kind: 'text', text: 'What is the weather?' }] }];
const result = { kind: 'toolResult', toolCallId: 'call_1', result: { text: 'Rain' }, isError: false } as const;

/** A turn under way: asked, thought about, a tool called, its result at hand. */
function turn(on: 'reasoning' | 'toolCall', signature: string): CompletionRequest['messages'] {
  const [reasoned, called] = on === 'reasoning' ? [{ signature }, {}] : [{}, { signature }];
  const call = { kind: 'toolCall', toolCallId: 'call_1', name: 'weather', rawArguments: '{}', arguments: {} } as const;
  return [
    ...asks,
    {
      role: 'ASSISTANT',
      parts: [
        { kind: 'reasoning', text: 'I look it up.', ...reasoned },
        { ...call, ...called },
      ],
    },
    { role: 'TOOL', parts: [result] },
  ];
}

/** Those that would be asked, first target and fallbacks alike, and the codes of those that would not. */
function asked(messages: CompletionRequest['messages'], targets: readonly string[] = names) {
  const runtime = testRuntime();
  const [first, ...rest] = targets.map((name) => aTarget(name));
  const rules = [aRule('all', [first!], { fallbacks: rest })];
  const { decision } = decide(
    {
      request: aRequest({ messages }),
      admission: anAdmission(),
      routes: routeBook([{ id: 'rte_1', slug: 'default', version: 1, rules }]),
      models: openBook(providers, runtime.clock),
      surroundings: { caller: aCaller('org_1') },
    },
    createObserver(runtime.clock).memory('org_1'),
    runtime,
  );
  const out = decision.candidates.filter(({ eligible }) => !eligible);
  expect(out.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toEqual(out.map(() => 'AFFINITY_REQUIRED'));
  return decision.candidates.filter(({ eligible }) => eligible).map(({ target }) => target.model);
}

describe('a turn under way goes, fallbacks included, only where what it brings back can be read', () => {
  test.each<[string, CompletionRequest['messages'], string[]]>([
    ["OpenAI's encrypted reasoning", turn('reasoning', sealed), ['openai/m', 'openai-eu/m']],
    ['the same, known to be of one credential', turn('reasoning', boundTo('crd_2', sealed)), ['openai/m']],
    ['the same, of a provider over another account', turn('reasoning', boundTo('crd_3', sealed)), ['openai-eu/m']],
    ["Anthropic's thinking", turn('reasoning', thinking), ['anthropic/m']],
    ["Gemini's thought signature, which a tool call carries", turn('toolCall', thought), ['google/m', 'vertex/m']],
  ])('%s', (_what, messages, readers) => {
    expect(asked(messages)).toEqual(readers);
  });

  test('and nowhere when nobody on the route can', () => {
    expect(() => asked(turn('reasoning', thinking), ['openai/m', 'google/m'])).toThrow(NoEligibleTargetProblem);
    expect(() => asked(turn('reasoning', boundTo('crd_gone', sealed)))).toThrow(/account of another credential/);
  });
});

test('what was signed in turns that are over binds nobody', () => {
  expect(asked([...turn('reasoning', boundTo('crd_2', sealed)), ...asks])).toEqual(names);
});

test("a tool call's bare name at its provider binds nobody: it can be answered without", () => {
  expect(asked(turn('toolCall', boundTo('crd_2', JSON.stringify({ openai: { itemId: 'fc_1' } }))))).toEqual(names);
});

test('a signature that is none of ours binds nobody', () => {
  expect(asked(turn('reasoning', 'not json'))).toEqual(names);
});
