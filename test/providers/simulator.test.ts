import { describe, expect, it } from 'vitest';
import type { CompletionRequest, OutputPart } from '../../src/core/chat.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { chanceOf } from '../../src/providers/simulator/chance.ts';
import { exampleOf, type Schema } from '../../src/providers/simulator/example.ts';
import { simulatedModel } from '../../src/providers/simulator/index.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';

const sim = (modelId: string) => ({ row: rowOf('simulator'), model: simulatedModel(modelId, systemRuntime.clock) });
const user = (text: string): CompletionRequest['messages'] => [{ role: 'USER', parts: [{ kind: 'text', text }] }];
const textOf = (parts: readonly OutputPart[]) => parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');

const weather = {
  name: 'get_weather',
  description: 'Current weather of a city',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 3 } },
    required: ['city', 'days'],
  },
  strict: true,
};

describe('text', () => {
  it('of echo-1 is the last message of the user', async () => {
    const { parts, attempts } = await ask(sim('echo-1'), { messages: user('Say it again.') });
    expect(textOf(parts)).toBe('Say it again.');
    expect(attempts[0]?.usage).toMatchObject({ inputTokens: 4, outputTokens: 3, source: 'PROVIDER' });
  });

  it('is the same for the same seed and input, and another for another seed', async () => {
    const said = async (seed: number) => textOf((await ask(sim('large-1'), { simulation: { seed } })).parts);
    expect(await said(1)).toBe(await said(1));
    expect(await said(1)).not.toBe(await said(2));
  });

  it('of large-1 is longer than that of small-1', async () => {
    const length = async (model: string) => textOf((await ask(sim(model))).parts).length;
    expect(await length('large-1')).toBeGreaterThan(await length('small-1'));
  });

  it('ends at maxOutputTokens, and says so', async () => {
    const { parts, finishReason, attempts } = await ask(sim('echo-1'), {
      messages: user('a b c d e'),
      sampling: { maxOutputTokens: 2 },
    });
    expect(textOf(parts)).toBe('a b');
    expect(finishReason).toBe('LENGTH');
    expect(attempts[0]?.usage.outputTokens).toBe(2);
  });

  it('ends before a stop sequence', async () => {
    const { parts } = await ask(sim('echo-1'), { messages: user('one END two'), sampling: { stop: ['END'] } });
    expect(textOf(parts)).toBe('one ');
  });

  it('comes after thought when an effort is asked for', async () => {
    const { parts, attempts } = await ask(sim('small-1'), { reasoningEffort: 'HIGH' });
    expect(parts.map(({ kind }) => kind)).toEqual(['reasoning', 'text']);
    expect(attempts[0]?.usage.reasoningTokens).toBeGreaterThan(0);
  });
});

describe('tools', () => {
  it('are called when the question is about them', async () => {
    const { parts, finishReason } = await ask(sim('small-1'), {
      messages: user('How is the weather in Oslo?'),
      tools: [weather],
    });
    expect(parts).toMatchObject([
      { kind: 'toolCall', name: 'get_weather', arguments: { city: expect.any(String), days: expect.any(Number) } },
    ]);
    expect(finishReason).toBe('TOOL_CALLS');
  });

  it.each([
    ['the question is about something else', { messages: user('Say hello.'), tools: [weather] }],
    [
      'they are not to be used',
      { messages: user('How is the weather?'), tools: [weather], toolChoice: { mode: 'NONE' as const } },
    ],
    [
      'they have answered already',
      {
        tools: [weather],
        messages: [
          ...user('How is the weather?'),
          {
            role: 'ASSISTANT' as const,
            parts: [{ kind: 'toolCall' as const, toolCallId: 'c1', name: 'get_weather', arguments: {} }],
          },
          {
            role: 'TOOL' as const,
            parts: [{ kind: 'toolResult' as const, toolCallId: 'c1', result: { text: 'sun' }, isError: false }],
          },
        ],
      },
    ],
  ])('are left alone when %s', async (_why, request) => {
    const { parts, finishReason } = await ask(sim('small-1'), request);
    expect(parts.map(({ kind }) => kind)).toEqual(['text']);
    expect(finishReason).toBe('STOP');
  });

  it.each([[{ mode: 'REQUIRED' as const }], [{ tool: 'get_weather' }]])(
    'are called whatever the question when asked to: %j',
    async (toolChoice) => {
      const { parts } = await ask(sim('small-1'), { messages: user('Say hello.'), tools: [weather], toolChoice });
      expect(parts).toMatchObject([{ kind: 'toolCall', name: 'get_weather' }]);
    },
  );
});

describe('a JSON Schema', () => {
  it('is honoured in the answer', async () => {
    const schema = { type: 'object', properties: { colour: { enum: ['red', 'blue'] } }, required: ['colour'] };
    const { parts } = await ask(sim('small-1'), { output: { kind: 'schema', name: 'c', schema } });
    expect(JSON.parse(textOf(parts))).toEqual({ colour: expect.stringMatching(/^(red|blue)$/) });
  });

  const tree: Schema = {
    $ref: '#/$defs/node',
    ...{
      $defs: {
        node: {
          type: 'object',
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['name', 'children'],
        },
      },
    },
  };
  it.each<[string, Schema, (value: never) => boolean]>([
    ['ranges', { type: 'integer', minimum: 5, exclusiveMaximum: 7 }, (value: number) => value === 5 || value === 6],
    [
      'steps',
      { type: 'number', multipleOf: 0.25, minimum: 1, maximum: 2 },
      (value: number) => value % 0.25 === 0 && value >= 1 && value <= 2,
    ],
    ['negative ranges', { type: 'integer', maximum: -3 }, (value: number) => value <= -3],
    [
      'lengths',
      { type: 'string', minLength: 30, maxLength: 32 },
      (value: string) => value.length >= 30 && value.length <= 32,
    ],
    [
      'patterns',
      { type: 'string', pattern: '^[A-Z]{2}-\\d{3,}(x|y)?$' },
      (value: string) => /^[A-Z]{2}-\d{3,}(x|y)?$/.test(value),
    ],
    ['constants', { const: 7 }, (value: number) => value === 7],
    ['optional types', { type: ['null', 'boolean'] }, (value: boolean) => typeof value === 'boolean'],
    ['unions', { anyOf: [{ type: 'null' }, { type: 'string', const: 'a' }] }, (value: string) => value === 'a'],
    [
      'all of several',
      {
        allOf: [
          { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
          { properties: { b: { const: 2 } }, required: ['b'] },
        ],
      },
      (value: object) => JSON.stringify(value) === '{"a":1,"b":2}',
    ],
    [
      'least items',
      { type: 'array', items: { type: 'string' }, minItems: 3, uniqueItems: true },
      (value: string[]) => new Set(value).size === 3,
    ],
    [
      'recursion',
      tree,
      (value: { name: string; children: unknown[] }) => typeof value.name === 'string' && Array.isArray(value.children),
    ],
  ])('with %s is satisfied', (_what, schema, satisfied) => {
    for (let seed = 0; seed < 20; seed++) {
      expect(exampleOf(schema, chanceOf(String(seed)))).toSatisfy(satisfied as (value: unknown) => boolean);
    }
  });
});

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, step) => [
    `s${step}`,
    { allOf: [{ $ref: `#/$defs/s${step + 1}` }, { $ref: `#/$defs/s${step + 1}` }] },
  ]),
);

it.each<[string, Schema]>([
  ['references that double', { $ref: '#/$defs/s0', $defs: doubling } as Schema],
  ['a reference to itself', { $ref: '#' }],
])('the simulator has no example of %s', (_what, schema) => {
  expect(exampleOf(schema, chanceOf('1'))).toBeNull();
});

it.each<[string, Schema]>([
  ['elements', { type: 'array', minItems: 1_000_000_000 }],
  ['characters', { type: 'string', minLength: 500_000_000 }],
  ['repetitions', { type: 'string', pattern: 'a{500000000}' }],
])('an example has at most ten thousand %s', (_what, schema) => {
  expect(exampleOf(schema, chanceOf('1'))).toHaveLength(10_000);
});
