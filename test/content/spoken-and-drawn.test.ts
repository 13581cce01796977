import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { collect } from '../../src/core/stream.ts';
import { answers, streams } from '../providers/loopback.ts';
import { contentHouse } from './for-this-file.ts';
import { kinds, modelOf } from './house.ts';
import { formatOf, type Item } from './wires.ts';

/**
 * An answer that is to be more than a text, asked of every kind of provider: it is on the wire in the provider's own words,
 * or it is refused by name with models that can.
 */

const house = await contentHouse();

const messages = [{ role: 'USER', parts: [{ text: 'What do you see?' }] }];
const image = Buffer.from('\x89PNG\r\n\x1a\n a picture', 'latin1').toString('base64');
const sound = Buffer.from('RIFF\x10\0\0\0WAVE a sound', 'latin1').toString('base64');
const said: Readonly<Record<'AUDIO' | 'IMAGE', Item>> = { AUDIO: { sound, says: 'A cat.' }, IMAGE: { image } };
const heard = {
  AUDIO: [
    { __typename: 'TextPart', text: 'A cat.' },
    { __typename: 'MediaPart', mimeType: 'audio/wav', base64: sound },
  ],
  IMAGE: [{ __typename: 'MediaPart', mimeType: 'image/png', base64: image }],
};

/** Which model is asked, and what its provider is to be told; left out: nobody can ask it for that. */
const spoken = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' } };
const drawn = { modalities: ['text', 'image'] };
const byGemini = (modality: string) => ({ generationConfig: { responseModalities: ['TEXT', modality] } });
interface Asking {
  readonly model?: string;
  readonly wire: object;
}
const speaks: Readonly<Record<string, Asking>> = {
  'openai-chat': { wire: spoken },
  'azure-chat': { wire: spoken },
  openrouter: { wire: spoken },
  'openai-compatible': { wire: spoken },
  google: { model: 'gemini-2.5-flash-preview-tts', wire: byGemini('AUDIO') },
  'google-vertex': { model: 'gemini-2.5-flash-preview-tts', wire: byGemini('AUDIO') },
};
const draws: Readonly<Record<string, Asking>> = {
  openrouter: { wire: drawn },
  'openai-compatible': { wire: drawn },
  google: { model: 'gemini-2.5-flash-image', wire: byGemini('IMAGE') },
  'google-vertex': { model: 'gemini-2.5-flash-image', wire: byGemini('IMAGE') },
};
const asked = () => house.asked().filter((body) => typeof body === 'object');

describe.each([
  ['AUDIO', speaks],
  ['IMAGE', draws],
] as const)('%s', (modality, able) => {
  test.each(kinds)('is asked of %s, or refused by name', async (kind) => {
    const asking = able[kind];
    const target = { model: `${kind}/${asking?.model ?? modelOf(kind)}` };
    house.asked();
    if (asking) house.answer = streams(formatOf(kind).says([said[modality]]).stream);
    const result = await house.complete(kind, { target, messages, modalities: ['TEXT', modality] });
    if (asking) {
      expect(result.completion?.parts, result.message).toMatchObject(heard[modality]);
      expect(asked()).toMatchObject([asking.wire]);
      return;
    }
    expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['modalities'] }] });
    expect(result.issues![0]!.suggestions.length).toBeGreaterThan(0);
    expect(asked()).toEqual([]);
  });
});

test('a model that is known to draw nothing is refused, though its provider has others', async () => {
  const target = { model: 'google/gemini-2.5-flash' };
  const result = await house.complete('google', { target, messages, modalities: ['IMAGE'] });
  expect(result.message).toContain('google/gemini-2.5-flash cannot be asked to answer with IMAGE');
  expect(result.issues![0]!.suggestions.some((name) => name.includes('image'))).toBe(true);
});

test('a format that OpenAI does not stream is asked for in one piece', async () => {
  house.asked();
  house.answer = answers(200, formatOf('openai-chat').says([said.AUDIO]).json);
  const audio = { voice: 'coral', format: 'wav' };
  const parts = await house.stream('openai-chat', { messages, modalities: ['AUDIO'], audio });
  expect(parts).toMatchObject(heard.AUDIO);
  const [body] = asked();
  expect(body).toMatchObject({ modalities: ['text', 'audio'], audio });
  expect(body).not.toHaveProperty('stream');
});

test.each([
  ['a voice for a text', 'openai-chat', undefined, { audio: { voice: 'coral' } }, 'audio'],
  [
    'a voice where none can be chosen',
    'google',
    'google/gemini-2.5-flash-preview-tts',
    { modalities: ['AUDIO'], audio: { voice: 'Kore' } },
    'audio',
  ],
  ['nothing at all', 'openai-chat', undefined, { modalities: [] }, 'modalities'],
])('%s is refused by name', async (_what, kind, model, input, path) => {
  house.asked();
  const target = { model: model ?? `${kind}/${modelOf(kind)}` };
  const result = await house.complete(kind, { target, messages, ...input });
  expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path] }] });
  expect(asked()).toEqual([]);
});

describe("by OpenAI's client", () => {
  const question = {
    model: `openai-chat/${modelOf('openai-chat')}`,
    messages: [{ role: 'user' as const, content: 'What do you see?' }],
    modalities: ['text' as const, 'audio' as const],
  };
  const client = () => new OpenAI({ baseURL: `${house.gateway.url}/v1`, apiKey: house.gateway.key, maxRetries: 0 });

  test('a sound comes with what is said in it', async () => {
    house.asked();
    house.answer = answers(200, formatOf('openai-chat').says([said.AUDIO]).json);
    const { choices } = await client().chat.completions.create({
      ...question,
      audio: { voice: 'ash', format: 'wav' },
    });
    expect(choices[0]!.message.audio).toMatchObject({ data: sound, transcript: 'A cat.' });
    expect(choices[0]!.message).not.toHaveProperty('images');
    expect(asked()).toMatchObject([{ audio: { voice: 'ash', format: 'wav' } }]);
  });

  test('and in a stream, its words first', async () => {
    house.answer = streams(formatOf('openai-chat').says([said.AUDIO]).stream);
    const stream = await client().chat.completions.create({
      ...question,
      audio: { voice: 'ash', format: 'pcm16' },
      stream: true,
    });
    const deltas = (await collect(stream)).map(
      ({ choices }) => choices[0]?.delta as Record<string, unknown> | undefined,
    );
    expect(deltas.map((delta) => delta?.content ?? '').join('')).toBe('A cat.');
    expect(deltas.find((delta) => delta?.audio)?.audio).toMatchObject({ data: sound, transcript: 'A cat.' });
  });

  test('and costs what its tokens cost, those of the sound more than those of the words', async () => {
    const { json } = formatOf('openai-chat').says([said.AUDIO]);
    const completion_tokens_details = { text_tokens: 4, audio_tokens: 5 };
    const usage = { prompt_tokens: 14, completion_tokens: 9, total_tokens: 23, completion_tokens_details };
    house.answer = answers(200, { ...json, usage });
    const { response } = await client()
      .chat.completions.create({
        ...question,
        model: 'openai-chat/gpt-audio',
        audio: { voice: 'ash', format: 'wav' },
      })
      .withResponse();
    // $2.50 for a million tokens of input, $10 of words, $64 of sound: 35 + 40 + 320 millionths.
    expect(response.headers.get('x-glidepath-cost')).toBe('0.000395');
  });

  test('what a model cannot give is an error at its field', async () => {
    const refused = client().chat.completions.create({ ...question, model: 'sim/echo-1' });
    await expect(refused).rejects.toMatchObject({ status: 400, type: 'invalid_request_error', param: 'modalities' });
  });
});
