import { describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../src/core/chat.ts';
import { ValidationProblem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';

/** What leaves for a provider of this kind, whose server answers with this JSON, and what is made of it. */
async function asked(kind: string, request: Partial<CompletionRequest>, answer: object) {
  const bodies: Record<string, unknown>[] = [];
  const row = rowOf(kind);
  const connection = {
    baseUrl: 'https://api.example.com/v1',
    secret: new Secret('key'),
    settings: {},
    runtime: systemRuntime,
    ...network(async (_input, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
    }),
  };
  const result = await ask({ row, connection, modelId: 'model-1' }, request, { stream: false });
  return { ...result, body: bodies[0] };
}

const chat = (message: object, finish_reason = 'stop') => ({
  id: 'c1',
  model: 'model-1',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const messages = (content: object[], stop_reason: string) => ({
  type: 'message',
  id: 'm1',
  role: 'assistant',
  model: 'claude',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
});
const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
const output = { kind: 'schema' as const, name: 'person', schema };

describe('a schema for the answer', () => {
  it('travels as one where the provider knows schemas', async () => {
    const { body } = await asked('groq', { output }, chat({ content: '{"age":3}' }));
    expect(body).toMatchObject({ response_format: { type: 'json_schema', json_schema: { name: 'person', schema } } });
  });

  it('is told in words, with JSON mode, where it does not', async () => {
    const { body, error } = await asked('deepseek', { output }, chat({ content: '{"age":3}' }));
    expect(error).toBeUndefined();
    expect(body).toMatchObject({ response_format: { type: 'json_object' } });
    expect(JSON.stringify(body?.messages)).toContain('fits this JSON Schema');
  });
});

describe('a refusal', () => {
  it.each([
    ['openai-chat', chat({ content: null, refusal: 'I cannot help.' })],
    ['anthropic', messages([{ type: 'text', text: 'I cannot help.' }], 'refusal')],
  ])('of %s is a part of its own', async (kind, answer) => {
    const { parts, finishReason } = await asked(kind, {}, answer);
    expect(parts).toEqual([{ kind: 'refusal', text: 'I cannot help.', category: 'refusal' }]);
    expect(finishReason).toBe('CONTENT_FILTER');
  });

  it('is not what a filter cut off', async () => {
    const { parts } = await asked('openai-chat', {}, chat({ content: 'Once upon' }, 'content_filter'));
    expect(parts).toEqual([{ kind: 'text', text: 'Once upon', citations: [] }]);
  });
});

describe('a hint that all up to here comes again', () => {
  const hinted = (kind: string, answer: object) =>
    asked(kind, { messages: [{ role: 'USER', parts: [{ kind: 'text', text: 'Long.' }], cacheHint: true }] }, answer);

  it('reaches Anthropic in its words', async () => {
    const { body } = await hinted('anthropic', messages([{ type: 'text', text: 'Hi' }], 'end_turn'));
    expect(body?.messages).toMatchObject([{ content: [{ cache_control: { type: 'ephemeral' } }] }]);
  });

  it('reaches Bedrock in its words', async () => {
    const answer = {
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    };
    const { body } = await hinted('amazon-bedrock', answer);
    expect(JSON.stringify(body?.messages)).toContain('"cachePoint":{"type":"default"}');
  });

  it('changes nothing where nobody asks for it', async () => {
    const { body } = await hinted('mistral', chat({ content: 'Hi' }));
    expect(JSON.stringify(body)).not.toContain('cache');
  });
});

it('a part that only its format has no words for is named', async () => {
  const film = { base64: 'AAAA' };
  const { error } = await asked(
    'openai-chat',
    {
      messages: [
        {
          role: 'USER',
          parts: [
            { kind: 'text', text: 'Read.' },
            { kind: 'media', mimeType: 'video/mp4', source: film },
          ],
        },
      ],
    },
    chat({ content: 'Hi' }),
  );
  expect(error).toBeInstanceOf(ValidationProblem);
  expect((error as ValidationProblem).issues[0]?.path).toEqual(['messages', '0', 'parts', '1']);
});
