import { describe, expect, test } from 'vitest';
import { objectReader, untilItFits } from '../../src/completions/structured.ts';
import type { CompletionRequest, OutputPart } from '../../src/core/chat.ts';
import type { Attempt } from '../../src/core/decision.ts';
import type { AttemptEvent, CompletionEvent } from '../../src/core/event.ts';
import { noCost } from '../../src/core/money.ts';
import { ProviderProblem, ValidationProblem } from '../../src/core/problem.ts';
import type { Tell } from '../../src/core/turns.ts';
import { noUsage } from '../../src/core/usage.ts';
import { aRequest } from '../support/requests.ts';

const schema = {
  type: 'object',
  properties: { age: { type: 'integer' } },
  required: ['age'],
  additionalProperties: false,
};
const wanted = (repairAttempts: number) => ({ kind: 'schema' as const, name: 'person', schema, repairAttempts });

const anAttempt: Attempt = {
  id: 'att_1',
  number: 1,
  targetId: 'tgt_1',
  model: 'test/model-1',
  provider: 'test',
  startedAt: 0,
  outcome: 'SUCCEEDED',
  durationMs: 1,
  ttftMs: 1,
  errorCode: null,
  httpStatus: 200,
  providerMessage: null,
  providerRequestId: null,
  responseModel: null,
  usage: noUsage,
  cost: noCost,
};

/** A model that answers so, one answer per question. */
function answering(...answers: readonly OutputPart[]) {
  const asked: CompletionRequest[] = [];
  async function ask(request: CompletionRequest, tell: Tell<AttemptEvent>): Promise<void> {
    asked.push(request);
    const part = answers[asked.length - 1] ?? answers.at(-1)!;
    await tell({ kind: 'attemptStarted', attempt: anAttempt });
    await tell({ kind: 'partFinished', index: 0, part });
    const finishReason = part.kind === 'toolCall' ? 'TOOL_CALLS' : 'STOP';
    await tell({ kind: 'attemptSucceeded', attempt: anAttempt, finishReason });
  }
  return { asked, ask };
}

const text = (said: string): OutputPart => ({ kind: 'text', text: said, citations: [] });

async function heard(
  request: Partial<CompletionRequest>,
  ask: (request: CompletionRequest, tell: Tell<AttemptEvent>) => Promise<void>,
) {
  const events: AttemptEvent[] = [];
  const object = objectReader(request.output ?? { kind: 'text' });
  let error: unknown;
  try {
    await untilItFits(aRequest(request), ask, (event) => {
      events.push(event);
      object.see(event as CompletionEvent);
    });
  } catch (thrown) {
    error = thrown;
  }
  return { events, error, object: object.read() };
}

describe('an answer that must fit a schema', () => {
  test('is asked for once when it fits, also between fences', async () => {
    const { ask, asked } = answering(text('```json\n{"age": 3}\n```'));
    const { object, error } = await heard({ output: wanted(2) }, ask);
    expect({ object, error, times: asked.length }).toEqual({ object: { age: 3 }, error: undefined, times: 1 });
  });

  test.each([
    ['```\n{"age": 3}\n```', { age: 3 }],
    [' \n```json  \n{"age": 3}```\n\n', { age: 3 }],
    ['{"age": 3}\n', { age: 3 }],
    ['```js\n{"age": 3}\n```', null],
    ['```', null],
    ['``````', null],
    [`\`\`\`${'\n'.repeat(1_000_000)}x`, null],
    [`\`\`\`json\n{${' '.repeat(1_000_000)}x`, null],
  ])('is read without its fences, of white space without end too (%#)', async (said, object) => {
    expect(await heard({ output: { kind: 'json' } }, answering(text(said)).ask)).toMatchObject({ object });
  });

  test('is asked for again with what was wrong, and the misfit is taken back', async () => {
    const { ask, asked } = answering(text('{"age": "three"}'), text('{"age": 3}'));
    const { object, events } = await heard({ output: wanted(1) }, ask);
    expect(object).toEqual({ age: 3 });
    expect(events).toContainEqual({ kind: 'outputReset', fromIndex: 0, reason: 'REPAIR' });
    expect(asked[1]?.messages.slice(1)).toMatchObject([
      { role: 'ASSISTANT', parts: [{ text: '{"age": "three"}' }] },
      { role: 'USER', parts: [{ text: expect.stringContaining('age must be integer.') }] },
    ]);
  });

  test('counts its attempts on', async () => {
    const { ask } = answering(text('no JSON'), text('{"age": 3}'));
    const { events } = await heard({ output: wanted(1) }, ask);
    const numbers = events.flatMap((event) => (event.kind === 'attemptSucceeded' ? [event.attempt.number] : []));
    expect(numbers).toEqual([1, 2]);
  });

  test('fails when the last one does not fit either', async () => {
    const { ask, asked } = answering(text('{"age": 3, "name": "Eve"}'));
    const { error } = await heard({ output: wanted(2) }, ask);
    expect(asked).toHaveLength(3);
    expect(error).toBeInstanceOf(ProviderProblem);
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining("additional properties ('name')"),
    });
  });

  test.each<[string, OutputPart]>([
    ['refuses', { kind: 'refusal', text: 'I would rather not.', category: null }],
    ['calls a tool', { kind: 'toolCall', toolCallId: 'c1', name: 'look', rawArguments: '{}', arguments: {} }],
  ])('is not held to it when the model %s', async (_what, part) => {
    const { ask, asked } = answering(part);
    const { error, object } = await heard({ output: wanted(2) }, ask);
    expect({ error, object, times: asked.length }).toEqual({ error: undefined, object: null, times: 1 });
  });

  test('is not asked for at all when the schema is none', async () => {
    const { ask, asked } = answering(text('{}'));
    const { error } = await heard({ output: { kind: 'schema', name: 'x', schema: { type: 'nothing' } } }, ask);
    expect(error).toBeInstanceOf(ValidationProblem);
    expect((error as ValidationProblem).issues[0]?.path).toEqual(['output', 'jsonSchema', 'schema']);
    expect(asked).toEqual([]);
  });
});

/** Schemas that nobody comes to the end of, with an answer to each. */
const endless: readonly (readonly [string, { readonly [key: string]: string | boolean }, string])[] = [
  ['a pattern that tries everything', { type: 'string', pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(60)}!`)],
  ['a reference to itself', { $ref: '#' }, '{}'],
  [
    'comparing everything with everything',
    { type: 'array', uniqueItems: true },
    JSON.stringify(Array.from({ length: 20_000 }, (_, place) => ({ place }))),
  ],
];

describe('a schema that means ill', () => {
  test.each(endless)('is gone through for a moment, and nobody is asked again: %s', async (_what, schema, said) => {
    const { ask, asked } = answering(text(said));
    const { error } = await heard({ output: { kind: 'schema', name: 'x', schema, repairAttempts: 2 } }, ask);
    expect(asked).toHaveLength(1);
    expect(error).toBeInstanceOf(ProviderProblem);
    expect(error).toMatchObject({ message: expect.stringContaining('cannot be gone through within') });
  });

  test.each(endless)('leaves the arguments of a tool undecided: %s', async (_what, inputSchema, rawArguments) => {
    const tools = [{ name: 'look', description: 'Looks.', inputSchema, strict: false }];
    const named = { toolCallId: 'c1', name: 'look', rawArguments, arguments: JSON.parse(rawArguments) };
    const { events, error } = await heard({ tools }, answering({ kind: 'toolCall', ...named }).ask);
    expect(error).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'partFinished',
        part: expect.objectContaining({ rawArguments, issues: [expect.objectContaining({ code: 'UNDECIDED' })] }),
      }),
    );
  });

  test('is held to at once, whatever it says of when', async () => {
    const late = { ...schema, $async: true };
    const { ask } = answering(text('{"age": "three"}'));
    const { error } = await heard({ output: { kind: 'schema', name: 'x', schema: late, repairAttempts: 0 } }, ask);
    expect(error).toMatchObject({ message: expect.stringContaining('age must be integer.') });
  });
});

describe('arguments of a tool', () => {
  const tools = [{ name: 'look', description: 'Looks.', inputSchema: schema, strict: false }];
  const call = (rawArguments: string, parsed: { readonly [key: string]: string | number } | null): OutputPart => ({
    kind: 'toolCall',
    toolCallId: 'c1',
    name: 'look',
    rawArguments,
    arguments: parsed,
  });
  const issuesOf = async (part: OutputPart) => {
    const { events } = await heard({ tools }, answering(part).ask);
    return events.flatMap((event) =>
      event.kind === 'partFinished' && event.part.kind === 'toolCall'
        ? [event.part.issues?.map(({ code }) => code)]
        : [],
    );
  };

  test('that fit come without issues', async () => {
    expect(await issuesOf(call('{"age":3}', { age: 3 }))).toEqual([undefined]);
  });

  test('that do not fit keep their place and say where', async () => {
    expect(await issuesOf(call('{"age":"x"}', { age: 'x' }))).toEqual([['TYPE']]);
  });

  test('that are no JSON say so', async () => {
    expect(await issuesOf(call('{"age":', null))).toEqual([['INVALID_JSON']]);
  });
});

test('who asks for no object gets none', async () => {
  const { object } = await heard({}, answering(text('{"age": 3}')).ask);
  expect(object).toBeUndefined();
});
