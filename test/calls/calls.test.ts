import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answering, type Loopback, loopback } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let server: Loopback;
let answer: Answering = (response) => response.end();

beforeAll(async () => {
  server = await loopback((response, request, turn) => answer(response, request, turn));
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  await addProvider(gateway, { slug: 'vendor', kind: 'OPENAI', baseUrl: `${server.url}/v1` });
});
afterAll(async () => {
  await gateway.close();
  await server.close();
});

const json =
  (body: object, status = 200): Answering =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

const receipt = `... on CallReceipt { requestId model { name } usage { inputTokens outputTokens source }
  cost { complete total { nanos } } decision { summary } }`;

interface Receipt {
  readonly __typename: string;
  readonly requestId: string;
  readonly model: { readonly name: string };
  readonly usage: { readonly inputTokens: number; readonly source: string };
  readonly cost: { readonly complete: boolean; readonly total: { readonly nanos: string } };
}

async function call<More>(field: string, input: string, more: string, values: object) {
  const document = `mutation ($input: ${input}!) {
    ${field}(input: $input) { __typename ${receipt} ${more} ... on Error { code message } } }`;
  const data = await gateway.ask<Record<string, Receipt & More>>(document, { input: values });
  return data[field]!;
}

const history = (id: string) =>
  gateway.ask<{ request: object }>(
    'query ($id: ID!) { request(id: $id) { kind status cost { total { nanos } } attempts { model outcome } } }',
    { id },
  );

describe('embeddings', () => {
  const more = '... on EmbeddingBatch { dimensions embeddings { index vector vectorBase64 } }';

  test('come one for each input, with their cost, and are in the history', async () => {
    const inputs = ['red apples', 'red apples', 'a blue sky'];
    const result = await call<{ dimensions: number; embeddings: { vector: number[] }[] }>(
      'embeddingCreate',
      'EmbeddingInput',
      more,
      { target: { model: 'sim/embed-1' }, inputs },
    );
    expect(result).toMatchObject({ __typename: 'EmbeddingBatch', dimensions: 64, model: { name: 'sim/embed-1' } });
    expect(result.embeddings[0]?.vector).toEqual(result.embeddings[1]?.vector);
    expect(result.embeddings[0]?.vector).not.toEqual(result.embeddings[2]?.vector);
    expect(result.usage).toMatchObject({ inputTokens: 9, source: 'PROVIDER' });
    expect(result.cost).toEqual({ complete: true, total: { nanos: '180' } });
    expect(await history(result.requestId)).toMatchObject({
      request: {
        kind: 'EMBEDDING',
        status: 'SUCCEEDED',
        cost: { total: { nanos: '180' } },
        attempts: [{ model: 'sim/embed-1', outcome: 'SUCCEEDED' }],
      },
    });
  });

  test('are four bytes a number when asked for as base64', async () => {
    const values = { target: { model: 'sim/embed-1' }, inputs: ['one'], dimensions: 8, encoding: 'BASE64_FLOAT32' };
    const result = await call<{ embeddings: { vectorBase64: string }[] }>(
      'embeddingCreate',
      'EmbeddingInput',
      more,
      values,
    );
    expect(Buffer.from(result.embeddings[0]!.vectorBase64, 'base64')).toHaveLength(32);
  });

  test('of nothing are refused, and cost nothing', async () => {
    const result = await call('embeddingCreate', 'EmbeddingInput', more, {
      target: { model: 'sim/embed-1' },
      inputs: [],
    });
    expect(result).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
  });

  test('fail like anything else when the provider does, and that is in the history too', async () => {
    answer = json(
      { error: { message: 'No such model.', type: 'invalid_request_error', code: 'model_not_found' } },
      404,
    );
    const result = await call<{ message: string }>('embeddingCreate', 'EmbeddingInput', more, {
      target: { model: 'vendor/text-embedding-3-small' },
      inputs: ['x'],
    });
    expect(result).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  });
});

test('documents are ranked, the best first', async () => {
  const documents = ['The sky is blue.', 'Apples are red.', 'How red are apples?'];
  const result = await call<{ results: { index: number }[] }>(
    'rerank',
    'RerankInput',
    '... on Ranking { results { index score } }',
    { target: { model: 'sim/rank-1' }, query: 'how red are apples', documents, topN: 2 },
  );
  expect(result.results.map(({ index }) => index)).toEqual([2, 1]);
});

test('images come as what they are, with the usage the provider told', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex').toString('base64');
  answer = json({
    created: 1,
    data: [{ b64_json: png }],
    usage: { input_tokens: 12, output_tokens: 272, total_tokens: 284 },
  });
  const result = await call(
    'imageGenerate',
    'ImageGenerationInput',
    '... on ImageGeneration { images { mimeType base64 } }',
    {
      target: { model: 'vendor/gpt-image-1' },
      prompt: 'A red apple',
      size: { widthPx: 1024, heightPx: 1024 },
    },
  );
  expect(result).toMatchObject({
    __typename: 'ImageGeneration',
    images: [{ mimeType: 'image/png', base64: png }],
    usage: { inputTokens: 12, outputTokens: 272, source: 'PROVIDER' },
  });
  expect(server.asked.at(-1)).toMatchObject({ model: 'gpt-image-1', prompt: 'A red apple', size: '1024x1024', n: 1 });
});

test('speech comes as sound', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.end(Buffer.from('ID3-and-sound'));
  };
  const result = await call('speechCreate', 'SpeechInput', '... on Speech { audio { mimeType base64 } }', {
    target: { model: 'vendor/gpt-4o-mini-tts' },
    text: 'Hello',
    voice: 'alloy',
  });
  expect(result).toMatchObject({
    __typename: 'Speech',
    audio: { mimeType: 'audio/mpeg', base64: Buffer.from('ID3-and-sound').toString('base64') },
    usage: { source: 'ESTIMATED' },
  });
  expect(server.asked.at(-1)).toMatchObject({ input: 'Hello', voice: 'alloy' });
});

test('what a provider has no models for is refused by name', async () => {
  const result = await call<{ message: string }>('speechCreate', 'SpeechInput', '', {
    target: { model: 'sim/small-1' },
    text: 'Hello',
  });
  expect(result).toMatchObject({ __typename: 'ValidationError', message: expect.stringContaining('Simulator') });
});

test('a recording is written down', async () => {
  answer = json({ text: 'Hello there.', language: 'english', duration: 1.5, segments: [] });
  const result = await call(
    'transcriptionCreate',
    'TranscriptionInput',
    '... on Transcription { text durationSeconds }',
    {
      target: { model: 'vendor/whisper-1' },
      mimeType: 'audio/wav',
      base64: Buffer.from('RIFF').toString('base64'),
    },
  );
  expect(result).toMatchObject({ __typename: 'Transcription', text: 'Hello there.', durationSeconds: 1.5 });
  expect(server.asked.at(-1)).toContain('whisper-1');
});
