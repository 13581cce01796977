import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answering, answers, type Loopback, loopback } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** What calls that are no conversation are charged by: pieces, seconds, characters, searches, or tokens. */

let gateway: TestGateway;
let server: Loopback;
let answer: Answering = (response) => response.end();

beforeAll(async () => {
  server = await loopback((response, request, turn) => answer(response, request, turn));
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  for (const [slug, kind] of [
    ['vendor', 'OPENAI'],
    ['ranker', 'COHERE'],
    ['listener', 'GROQ'],
  ] as const) {
    await addProvider(gateway, { slug, kind, baseUrl: `${server.url}/v1` });
  }
  await known('vendor/dall-e-3', 'vendor/dall-e-2', 'vendor/tts-1', 'vendor/drawer', 'ranker/rerank-v3.5');
});

/** As an administrator names a model that no release knows. */
async function known(...models: string[]): Promise<void> {
  for (const model of models) {
    await gateway.ask('mutation ($input: ModelSaveInput!) { modelSave(input: $input) { __typename } }', {
      input: { model },
    });
  }
}
afterAll(async () => {
  await gateway.close();
  await server.close();
});

interface Receipt {
  readonly __typename: string;
  readonly message?: string;
  readonly requestId: string;
  readonly usage: Readonly<Record<string, number | string>>;
  readonly cost: {
    readonly complete: boolean;
    readonly total: { readonly decimal: string };
    readonly lines: readonly {
      readonly meter: string;
      readonly quantity: number;
      readonly source: string;
      readonly unitPrice: { readonly id: string | null; readonly tier: string | null };
    }[];
  };
}

async function call(field: string, type: string, model: string, input: object): Promise<Receipt> {
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename
    ... on CallReceipt { requestId usage { inputTokens outputTokens audioTokens images audioSeconds characters searches source }
      cost { complete total { decimal } lines { meter quantity source unitPrice { id tier } } } }
    ... on Error { code message } } }`;
  return (await gateway.ask<Record<string, Receipt>>(document, { input: { target: { model }, ...input } }))[field]!;
}

const setPrice = (input: object) =>
  gateway.ask('mutation ($input: PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }', {
    input,
  });
const draw = (model: string, input: object = {}) =>
  call('imageGenerate', 'ImageGenerationInput', model, { prompt: 'A red apple', ...input });
const listen = (model: string) =>
  call('transcriptionCreate', 'TranscriptionInput', model, { mimeType: 'audio/mpeg', base64: 'SUQz' });
const speak = (model: string, text: string) => call('speechCreate', 'SpeechInput', model, { text });
const rank = (documents: number) =>
  call('rerank', 'RerankInput', 'ranker/rerank-v3.5', {
    query: 'apples',
    documents: Array.from({ length: documents }, (_, place) => `Document ${place}`),
  });

const lines = ({ cost }: Receipt) => cost.lines.map(({ meter, quantity, source }) => [meter, quantity, source]);
const drawn = (images: number) => answers(200, { created: 1, data: Array(images).fill({ b64_json: 'iVBORw0KGgo=' }) });

describe('images', () => {
  test('without a price are not known to be free', async () => {
    answer = drawn(1);
    const done = await draw('vendor/dall-e-3');
    expect(done).toMatchObject({ usage: { images: 1 }, cost: { complete: false } });
  });

  test('are charged by the piece, by their size where that has a price of its own', async () => {
    answer = drawn(2);
    await setPrice({ model: 'vendor/dall-e-2', meter: 'IMAGE', amount: '0.02' });
    await setPrice({ model: 'vendor/dall-e-2', meter: 'IMAGE', tier: '512x512', amount: '0.018' });
    const plain = await draw('vendor/dall-e-2', { count: 2 });
    expect(plain.cost).toMatchObject({ complete: true, total: { decimal: '0.04' } });
    expect(lines(plain)).toEqual([['IMAGE', 2, 'COUNTED']]);
    const small = await draw('vendor/dall-e-2', { count: 2, size: { widthPx: 512, heightPx: 512 } });
    expect(small.cost).toMatchObject({ complete: true, total: { decimal: '0.036' } });
    expect(small.cost.lines[0]?.unitPrice).toMatchObject({ id: expect.stringMatching(/^prc_/), tier: '512x512' });
  });

  test('are charged by the token where the provider reports those', async () => {
    const usage = { input_tokens: 12, output_tokens: 272, total_tokens: 284 };
    answer = answers(200, { created: 1, data: [{ b64_json: 'iVBORw0KGgo=' }], usage });
    const done = await draw('vendor/gpt-image-1');
    // 12 x $5 and 272 x $40 a million.
    expect(done.cost).toMatchObject({ complete: true, total: { decimal: '0.01094' } });
  });
});

describe('sound', () => {
  test('that is listened to is charged by the second', async () => {
    answer = answers(200, { text: 'Hello there.', duration: 89.3, usage: { type: 'duration', seconds: 90 } });
    const done = await listen('vendor/whisper-1');
    // $0.36 an hour: 90 x 0.0001.
    expect(done).toMatchObject({ usage: { audioSeconds: 90 }, cost: { complete: true, total: { decimal: '0.009' } } });
    expect(lines(done)).toEqual([['AUDIO_SECOND', 90, 'REPORTED']]);
    answer = answers(200, { text: 'Hello there.', duration: 59.2, segments: [], x_groq: { id: 'req_1' } });
    expect(await listen('listener/whisper-large-v3')).toMatchObject({ usage: { audioSeconds: 60 } });
  });

  test('is charged by the token where the provider reports those, heard ones at their own price', async () => {
    const usage = { type: 'tokens', input_tokens: 110, output_tokens: 20, input_token_details: { audio_tokens: 100 } };
    answer = answers(200, { text: 'Hello there.', usage });
    const done = await listen('vendor/gpt-4o-transcribe');
    expect(done.usage).toMatchObject({ audioTokens: 100, inputTokens: 110, outputTokens: 20, source: 'PROVIDER' });
    // 100 x $6, 10 x $2.50, 20 x $10 a million.
    expect(done.cost).toMatchObject({ complete: true, total: { decimal: '0.000825' } });
  });

  test('of unknown length is not known to be free', async () => {
    answer = answers(200, { text: 'Hello there.' });
    expect(await listen('vendor/whisper-1')).toMatchObject({ cost: { complete: false } });
  });

  test('that is made is charged by the character, or by tokens that are estimated', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      response.end(Buffer.from('ID3-and-sound'));
    };
    await setPrice({ model: 'vendor/tts-1', meter: 'CHARACTER', amount: '15', per: 1_000_000 });
    const byCharacter = await speak('vendor/tts-1', 'a'.repeat(1000));
    expect(byCharacter.cost).toMatchObject({ complete: true, total: { decimal: '0.015' } });
    expect(lines(byCharacter)).toEqual([['CHARACTER', 1000, 'COUNTED']]);
    const byToken = await speak('vendor/gpt-4o-mini-tts', 'word '.repeat(180));
    expect(byToken).toMatchObject({ usage: { outputTokens: 1250, source: 'ESTIMATED' }, cost: { complete: true } });
    // A minute of speech, $0.015 by the vendor's own rule of thumb, and its text.
    expect(Number(byToken.cost.total.decimal)).toBeCloseTo(0.015, 3);
  });
});

test('rankings are charged by the search, counted here when nobody reports it', async () => {
  answer = answers(200, { id: 'r', results: [{ index: 0, relevance_score: 0.9 }], meta: {} });
  expect(await rank(3)).toMatchObject({ usage: { searches: 1 }, cost: { complete: false } });
  await setPrice({ model: 'ranker/rerank-v3.5', meter: 'SEARCH', amount: '2', per: 1000 });
  const counted = await rank(101);
  expect(counted).toMatchObject({ usage: { searches: 2 }, cost: { complete: true, total: { decimal: '0.004' } } });
  expect(lines(counted)).toEqual([['SEARCH', 2, 'COUNTED']]);
  const meta = { billed_units: { search_units: 3 } };
  answer = answers(200, { id: 'r', results: [{ index: 0, relevance_score: 0.9 }], meta });
  const told = await rank(2);
  expect(told).toMatchObject({ usage: { searches: 3 }, cost: { total: { decimal: '0.006' } } });
  expect(lines(told)).toEqual([['SEARCH', 3, 'REPORTED']]);
});

test('priced again after a correction, and compared with an export, they are like any other call', async () => {
  answer = drawn(1);
  await setPrice({ model: 'vendor/drawer', meter: 'IMAGE', amount: '0.01' });
  const { requestId } = await draw('vendor/drawer');
  await setPrice({ model: 'vendor/drawer', meter: 'IMAGE', amount: '0.03' });
  const { usageRerate } = await gateway.ask<{ usageRerate: { rows: { model: string; after: { decimal: string } }[] } }>(
    `mutation { usageRerate(range: { last: "PT1H" }, dryRun: false) { ... on UsageRerated { rows { model after { decimal } } } } }`,
  );
  expect(usageRerate.rows).toContainEqual({ model: 'vendor/drawer', after: { decimal: '0.03' } });
  const { request } = await gateway.ask(
    'query ($id: ID!) { request(id: $id) { cost { total { decimal } lines { meter quantity } } } }',
    { id: requestId },
  );
  expect(request).toEqual({ cost: { total: { decimal: '0.03' }, lines: [{ meter: 'IMAGE', quantity: 1 }] } });
  const day = new Date().toISOString().slice(0, 10);
  const { costReconcile } = await gateway.ask<{ costReconcile: { differing: { model: string; meter: string }[] } }>(
    `query ($import: CostImportInput!) { costReconcile(import: $import) {
      ... on CostReconciliation { differing { model meter vendorQuantity ourQuantity } } } }`,
    {
      import: {
        provider: 'vendor',
        csv: `day,model,meter,quantity\n${day},drawer,IMAGE,1\n${day},whisper-1,AUDIO_SECOND,91\n`,
      },
    },
  );
  const { differing } = costReconcile;
  expect(differing).toContainEqual({
    model: 'whisper-1',
    meter: 'AUDIO_SECOND',
    vendorQuantity: 91,
    ourQuantity: 90,
  });
  expect(differing.map(({ model }) => model)).not.toContain('drawer');
});

test('under a budget that blocks, what has no price is refused, and what has one is held for', async () => {
  await gateway.ask('mutation ($input: BudgetSaveInput!) { budgetSave(input: $input) { __typename } }', {
    input: {
      slug: 'cap',
      name: 'Cap',
      scope: { endUser: 'capped' },
      limit: { nanos: '50000000' },
      period: 'MONTH',
      onExceed: 'BLOCK',
    },
  });
  answer = drawn(2);
  const asked = server.asked.length;
  expect(await draw('vendor/dall-e-3', { endUser: 'capped' })).toMatchObject({
    __typename: 'NoEligibleTargetError',
    message: expect.stringMatching(/vendor\/dall-e-3.*priceSet/),
  });
  expect(await draw('vendor/dall-e-2', { endUser: 'capped', count: 3 })).toMatchObject({
    __typename: 'BudgetExceededError',
  });
  expect(server.asked.length).toBe(asked);
  expect(await draw('vendor/dall-e-2', { endUser: 'capped', count: 2 })).toMatchObject({
    __typename: 'ImageGeneration',
  });
});
