import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answering, answers, type Loopback, loopback, streams } from '../providers/loopback.ts';
import { wireFixtures } from '../providers/wire-fixtures.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const WAV = Buffer.from('52494646100000005741564500000000', 'hex');
const wire = wireFixtures.openai!;

let gateway: TestGateway;
let vendor: Loopback;
let site: Loopback;
let fetched = 0;
let answer: Answering = streams(wire.text);

beforeAll(async () => {
  vendor = await loopback((response, request, turn) => answer(response, request, turn));
  site = await loopback((response, request) => {
    fetched += 1;
    response.writeHead(request.url === '/gone.png' ? 404 : 200).end(PNG);
  });
  const allowed = [vendor.url, site.url].map((url) => new URL(url).host).join();
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: allowed } });
  for (const [slug, kind] of [
    ['vendor', 'OPENAI'],
    ['own', 'OLLAMA'],
  ] as const) {
    await addProvider(gateway, { slug, kind, baseUrl: `${vendor.url}/v1` });
  }
});
afterAll(async () => {
  await gateway.close();
  await vendor.close();
  await site.close();
});

interface Result {
  readonly __typename: string;
  readonly message?: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly code: string }[];
}

async function create(mimeType: string, content: Buffer, key?: string): Promise<string> {
  const { fileCreate } = await gateway.ask<{ fileCreate: { id: string } }>(
    'mutation ($input: FileCreateInput!) { fileCreate(input: $input) { ... on FileSaved { id } ... on Error { message } } }',
    { input: { filename: 'a.bin', mimeType, content: content.toString('base64') } },
    key,
  );
  return fileCreate.id;
}

async function look(
  source: object,
  { model = 'vendor/gpt-4o', mimeType = 'image/png' }: { model?: string; mimeType?: string | null } = {},
): Promise<Result> {
  const { completionCreate } = await gateway.ask<{ completionCreate: Result }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename
      ... on ValidationError { issues { path code } } ... on Error { message } } }`,
    { input: { target: { model }, messages: [{ role: 'USER', parts: [{ image: { mimeType, source } }] }] } },
  );
  return completionCreate;
}

describe('a stored file in a message', () => {
  test('reaches the provider as what it is', async () => {
    const fileId = await create('image/png', PNG);
    expect(await look({ fileId })).toEqual({ __typename: 'CompletionAccepted' });
    expect(JSON.stringify(vendor.asked.at(-1))).toContain(PNG.toString('base64'));
  });

  test('is called what it is, and knows that by itself', async () => {
    const fileId = await create('image/png', PNG);
    expect(await look({ fileId }, { mimeType: null })).toEqual({ __typename: 'CompletionAccepted' });
    const untold = await look({ base64: PNG.toString('base64') }, { mimeType: null });
    expect(untold.issues).toEqual([{ path: ['messages', '0', 'parts', '0', 'mimeType'], code: 'REQUIRED' }]);
    const refused = await look({ fileId }, { mimeType: 'image/jpeg' });
    expect(refused.issues).toEqual([{ path: ['messages', '0', 'parts', '0', 'mimeType'], code: 'TYPE_MISMATCH' }]);
  });

  test('of another organization does not exist', async () => {
    const fileId = await create('image/png', PNG, await gateway.stranger());
    expect(await look({ fileId })).toMatchObject({ __typename: 'NotFoundError' });
    for (const unreal of ['fil_nothing', 'fil_\0', ''])
      expect(await look({ fileId: unreal })).toMatchObject({ __typename: 'NotFoundError' });
  });
});

describe('an address in a message', () => {
  test('goes to a provider that follows it', async () => {
    fetched = 0;
    await look({ url: `${site.url}/cat.png` });
    expect(JSON.stringify(vendor.asked.at(-1))).toContain('/cat.png');
    expect(fetched).toBe(0);
  });

  test('is fetched for one that does not, once for all its attempts', async () => {
    fetched = 0;
    let turn = 0;
    answer = (...given) =>
      (++turn === 1 ? answers(503, {}, { 'retry-after-ms': '1' }) : streams(wireFixtures.ollama!.text))(...given);
    expect(await look({ url: `${site.url}/cat.png` }, { model: 'own/llava' })).toEqual({
      __typename: 'CompletionAccepted',
    });
    answer = streams(wire.text);
    expect(JSON.stringify(vendor.asked.at(-1))).toContain(PNG.toString('base64'));
    expect(fetched).toBe(1);
  });

  test.each([
    ['that is not there', () => `${site.url}/gone.png`, 'image/png', 'answers 404'],
    ['of something else than is said', () => `${site.url}/cat.png`, 'image/jpeg', 'looks like image/png'],
    ['that is private', () => 'http://169.254.169.254/latest', 'image/png', 'not public'],
  ])('%s is a ValidationError naming the part', async (_what, url, mimeType, why) => {
    const asked = vendor.asked.length;
    const refused = await look({ url: url() }, { model: 'own/llava', mimeType });
    expect(refused).toMatchObject({ __typename: 'ValidationError', message: expect.stringContaining(why) });
    expect(refused.issues?.[0]?.path.join('.')).toBe('messages.0.parts.0.source.url');
    expect(vendor.asked).toHaveLength(asked);
  });
});

const call = async (document: string, input: object, key?: string) => {
  const data = await gateway.ask<Record<string, Record<string, unknown>>>(document, { input }, key);
  return Object.values(data)[0]!;
};

test('a recording that is stored is written down', async () => {
  answer = answers(200, { text: 'Hello there.', language: 'english', duration: 1.5, segments: [] });
  const fileId = await create('audio/wav', WAV);
  const document =
    'mutation ($input: TranscriptionInput!) { transcriptionCreate(input: $input) { ... on Transcription { text } ... on Error { message } } }';
  const target = { model: 'vendor/whisper-1' };
  expect(await call(document, { target, mimeType: 'audio/wav', fileId })).toEqual({ text: 'Hello there.' });
  expect(await call(document, { target, mimeType: 'audio/wav' })).toMatchObject({
    message: expect.stringContaining('one of them'),
  });
});

test('pictures are kept when asked for, and only by keys that may keep files', async () => {
  const made = {
    created: 1,
    data: [{ b64_json: PNG.toString('base64') }],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  answer = answers(200, made);
  const document = `mutation ($input: ImageGenerationInput!) { imageGenerate(input: $input) {
    ... on ImageGeneration { images { fileId notStored } } ... on Error { code } } }`;
  const input = { target: { model: 'vendor/gpt-image-1' }, prompt: 'A red apple' };
  expect(await call(document, input)).toEqual({ images: [{ fileId: null, notStored: null }] });

  const kept = await call(document, { ...input, store: true, idempotencyKey: 'apple' });
  const [{ fileId }] = kept.images as [{ fileId: string }];
  expect(await gateway.ask('query ($id: ID!) { file(id: $id) { base64 purpose } }', { id: fileId })).toEqual({
    file: { base64: PNG.toString('base64'), purpose: 'generated' },
  });
  expect(await call(document, { ...input, store: true, idempotencyKey: 'apple' })).toEqual(kept);

  const asked = vendor.asked.length;
  const poor = await gateway.keyWith('COMPLETIONS_WRITE');
  expect(await call(document, { ...input, store: true }, poor)).toEqual({ code: 'FORBIDDEN' });
  expect(vendor.asked).toHaveLength(asked);
});

test('what could not be kept is given all the same, with the reason', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'audio/pcm' });
    response.end(Buffer.from('no mp3 at all'));
  };
  const document = `mutation ($input: SpeechInput!) { speechCreate(input: $input) {
    ... on Speech { audio { base64 fileId notStored } } ... on Error { message } } }`;
  const input = { target: { model: 'vendor/gpt-4o-mini-tts' }, text: 'Hello', store: true };
  const { audio } = await call(document, input);
  expect(audio).toMatchObject({ fileId: null, notStored: expect.stringContaining('audio/mpeg') });
  expect((audio as { base64: string }).base64).not.toBe('');
});
