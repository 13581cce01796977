import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { providerKinds, rowOf } from '../../src/providers/catalogue.ts';
import { type ContentHouse, openContentHouse } from '../content/house.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { type CallKind, callWires, heard, png, ranking, vector, wav } from './wires.ts';

/** Calls that are no conversation, of every kind of provider in its own format; who has none of a kind says so. */

let house: ContentHouse;
beforeAll(async () => {
  house = await openContentHouse();
}, 60_000);
afterAll(() => house.close());

interface Case {
  readonly kind: CallKind;
  readonly field: string;
  readonly type: string;
  readonly input: object;
  readonly fields: string;
  readonly result: object;
  /** Of these one is on the wire. */
  readonly marks: readonly string[];
}

const cases: readonly Case[] = [
  {
    ...{ kind: 'embeddings', field: 'embeddingCreate', type: 'EmbeddingInput', input: { inputs: ['red apples'] } },
    fields: '... on EmbeddingBatch { embeddings { vector } }',
    ...{ result: { embeddings: [{ vector }] }, marks: ['red apples'] },
  },
  {
    ...{ kind: 'images', field: 'imageGenerate', type: 'ImageGenerationInput', input: { prompt: 'A red apple' } },
    fields: '... on ImageGeneration { images { mimeType base64 } }',
    ...{ result: { images: [{ mimeType: 'image/png', base64: png }] }, marks: ['A red apple'] },
  },
  {
    ...{ kind: 'speech', field: 'speechCreate', type: 'SpeechInput', input: { text: 'Hello' } },
    fields: '... on Speech { audio { mimeType base64 } }',
    ...{ result: { audio: { mimeType: 'audio/wav', base64: wav.toString('base64') } }, marks: ['Hello'] },
  },
  {
    ...{ kind: 'transcription', field: 'transcriptionCreate', type: 'TranscriptionInput' },
    input: { mimeType: 'audio/wav', base64: wav.toString('base64') },
    fields: '... on Transcription { text }',
    ...{ result: { text: heard }, marks: ['RIFF', wav.toString('base64')] },
  },
  {
    ...{ kind: 'rankings', field: 'rerank', type: 'RerankInput' },
    input: { query: 'red apples', documents: ['The sky is blue.', 'Apples are red.'] },
    fields: '... on Ranking { results { index score } }',
    ...{ result: { results: ranking }, marks: ['Apples are red.'] },
  },
];

async function call(kind: string, model: string, { field, type, fields, input }: Case): Promise<Called> {
  house.asked();
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename ${fields}
    ... on CallReceipt { model { name } cost { total { nanos } } } ... on Error { code message } } }`;
  const target = { model: `${rowOf(kind).slug}/${model}` };
  return (await house.gateway.ask<Record<string, Called>>(document, { input: { target, ...input } }))[field]!;
}

interface Called {
  readonly message?: string;
  readonly [field: string]: unknown;
}

const [embeddings] = cases as readonly [Case];
const embedding = (inputs: readonly string[], dimensions: number | null = null) => ({
  ...embeddings,
  input: { inputs, dimensions },
});

describe.each(providerKinds.filter((kind) => callWires[kind]?.embeddings?.answer))('%s', (kind) => {
  test('is told how long an embedding is to be', async () => {
    const { model, answer } = callWires[kind]!.embeddings!;
    house.answer = answer;
    const result = await call(kind, model, embedding(['red apples'], 256));
    expect(result, result.message).toMatchObject({ __typename: 'EmbeddingBatch' });
    expect(house.asked().some((body) => Object.values(body as object).includes(256))).toBe(true);
  });
});

test.each(['cohere', 'amazon-bedrock'])('%s makes embeddings of some lengths only, and that is said', async (kind) => {
  const result = await call(kind, callWires[kind]!.embeddings!.model, embedding(['red apples'], 300));
  expect(result).toMatchObject({ __typename: 'ValidationError', message: expect.stringContaining('300 numbers') });
  expect(house.asked()).toEqual([]);
});

test('more at once than a model embeds is refused, with how many it does', async () => {
  const { model } = callWires['amazon-bedrock']!.embeddings!;
  const result = await call('amazon-bedrock', model, embedding(['red apples', 'green apples']));
  expect(result).toMatchObject({ __typename: 'ValidationError', message: expect.stringContaining('at most 1 ') });
  expect(house.asked()).toEqual([]);
});

test("Bedrock's rankings have an address of their own", async () => {
  const asked: string[] = [];
  const models = await rowOf('amazon-bedrock').others!({
    ...{ baseUrl: 'https://bedrock-runtime.eu-central-1.amazonaws.com', secret: new Secret('key'), settings: {} },
    ...network(async (url, init) => {
      asked.push(String(url), String(init?.body));
      return Response.json({ results: [] });
    }),
    runtime: systemRuntime,
  });
  await models.rerankingModel!('cohere.rerank-v3-5:0').doRerank({
    ...{ query: 'red apples', documents: { type: 'text', values: ['Apples are red.'] } },
  });
  expect(asked[0]).toBe('https://bedrock-agent-runtime.eu-central-1.amazonaws.com/rerank');
  expect(asked[1]).toContain('arn:aws:bedrock:eu-central-1::foundation-model/cohere.rerank-v3-5:0');
});

describe.each(providerKinds)('%s', (kind) => {
  test.for(cases)('makes $kind, or says that it has none', async (one, { task }) => {
    const wire = callWires[kind]?.[one.kind];
    house.answer = wire?.answer ?? null;
    const result = await call(kind, wire?.model ?? rowOf(kind).models[0]?.modelId ?? 'model-1', one);
    const asked = house.asked().map((body) => (typeof body === 'string' ? body : JSON.stringify(body)));
    if (!wire) {
      task.meta.outcome = 'refused';
      expect(result, result.message).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
      expect(result.message).toContain(rowOf(kind).displayName);
      expect(asked).toEqual([]);
      return;
    }
    task.meta.outcome = 'sent';
    expect(result, result.message).toMatchObject({ model: { name: `${rowOf(kind).slug}/${wire.model}` } });
    // The simulator has no server: what it says is its own.
    if (!wire.answer) return expect(Object.keys(result)).toContain(Object.keys(one.result)[0]);
    expect(result).toMatchObject(one.result);
    expect(one.marks.some((mark) => asked.join('\n').includes(mark))).toBe(true);
  });
});
