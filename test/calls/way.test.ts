import { fetch } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import type { CompletionRequest, OutputPart } from '../../src/core/chat.ts';
import type { ContentEvent } from '../../src/core/event.ts';
import { breakerRules } from '../../src/providers/breaker.ts';
import { type Answering, answers, type Loopback, loopback } from '../providers/loopback.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** Calls that are no conversation pass the same doors as completions; here is what that means for them. */

let gateway: TestGateway;
let server: Loopback;
let answer: Answering;
let headers: (string | undefined)[] = [];

beforeAll(async () => {
  server = await loopback((response, request, turn) => {
    headers.push(request.headers.authorization);
    answer(response, request, turn);
  });
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  for (const slug of ['alpha', 'beta', 'keyed', 'broken']) {
    const provider = await saved(slug);
    await credential(provider, 'first', `sk-first-key-of-${slug}`);
    if (slug === 'keyed') await credential(provider, 'second', `sk-second-key-of-${slug}`);
  }
});
beforeEach(() => {
  headers = [];
  answer = embedded;
});
afterAll(async () => {
  await gateway.close();
  await server.close();
});

const embedded = answers(200, {
  data: [{ embedding: [0.5, 0.25], index: 0 }],
  usage: { prompt_tokens: 3, total_tokens: 3 },
});

async function saved(slug: string): Promise<string> {
  const { providerSave } = await gateway.ask<{ providerSave: { provider: { id: string } } }>(
    'mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { ... on ProviderSaved { provider { id } } } }',
    { input: { slug, kind: 'OPENAI', baseUrl: `${server.url}/v1` } },
  );
  return providerSave.provider.id;
}

const credential = (provider: string, label: string, value: string) =>
  gateway.ask('mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename } }', {
    input: { provider, label, secret: { value } },
  });

interface Embedded {
  readonly __typename: string;
  readonly id: string;
  readonly requestId: string;
  readonly replayed: boolean;
  readonly model: { readonly name: string } | null;
  readonly embeddings: readonly { readonly vector: readonly number[] }[];
  readonly cost: { readonly total: { readonly nanos: string } };
  readonly decision: { readonly summary: string };
  readonly code?: string;
}

const EMBED = `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { __typename
  ... on EmbeddingBatch { id requestId replayed model { name } embeddings { vector } cost { total { nanos } }
    decision { summary } }
  ... on Error { code message retryable requestId } } }`;
const embed = async (model: string, input: object = {}) =>
  (
    await gateway.ask<{ embeddingCreate: Embedded }>(EMBED, {
      input: { target: { model }, inputs: ['red apples'], ...input },
    })
  ).embeddingCreate;

interface Seen {
  readonly status: string;
  readonly errorCode: string | null;
  readonly attempts: readonly { readonly model: string; readonly outcome: string; readonly errorCode: string | null }[];
}
const history = async (id: string) =>
  (
    await gateway.ask<{ request: Seen }>(
      'query ($id: ID!) { request(id: $id) { status errorCode attempts { model outcome errorCode } } }',
      { id },
    )
  ).request;

describe('an idempotency key', () => {
  test('makes a thousand calls at once one call of the provider and one charge', async () => {
    const before = server.asked.length;
    const key = { idempotencyKey: 'a-thousand', endUser: 'thousand' };
    const all = await Promise.all(Array.from({ length: 1000 }, () => embed('alpha/text-embedding-3-small', key)));
    expect(server.asked.length - before).toBe(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(all.every(({ embeddings }) => embeddings[0]?.vector[0] === 0.5)).toBe(true);
    const { requests } = await gateway.ask<{ requests: { nodes: { id: string }[] } }>(
      '{ requests(first: 100, filter: { endUser: ["thousand"] }) { nodes { id } } }',
    );
    expect(requests.nodes).toEqual([{ id: all[0]!.requestId }]);
  });

  test('with another question is a conflict', async () => {
    await embed('alpha/text-embedding-3-small', { idempotencyKey: 'taken' });
    const other = await embed('alpha/text-embedding-3-small', { idempotencyKey: 'taken', inputs: ['pears'] });
    expect(other).toMatchObject({ __typename: 'IdempotencyConflictError' });
  });

  test('of a call that failed for a moment asks again', async () => {
    answer = answers(503, { error: { message: 'Busy.' } });
    const key = { idempotencyKey: 'once-more' };
    expect(await embed('beta/text-embedding-3-small', key)).toMatchObject({ code: 'PROVIDER_OVERLOADED' });
    answer = embedded;
    expect(await embed('beta/text-embedding-3-small', key)).toMatchObject({ replayed: false });
    expect(await embed('beta/text-embedding-3-small', key)).toMatchObject({ replayed: true });
  });

  test('does not make a completion of it', async () => {
    const { id } = await embed('alpha/text-embedding-3-small', { idempotencyKey: 'not-followed' });
    const query =
      'query ($id: ID!, $key: String!) { completion(id: $id) { id } completionByKey(idempotencyKey: $key) { id } }';
    const found = await gateway.ask(query, { id, key: 'not-followed' });
    expect(found).toEqual({ completion: null, completionByKey: null });
  });
});

describe('providers that fail', () => {
  test('are followed by the next target of the route, and both are in the history', async () => {
    const models = ['beta/text-embedding-3-large', 'alpha/text-embedding-3-small'];
    const targets = models.map((model) => ({ model, retry: { maxAttempts: 1 } }));
    const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string; revision: number } } }>(
      `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } } }`,
      { input: { slug: 'embed', name: 'Embed', rules: [{ name: 'always', targets }] } },
    );
    await gateway.ask(
      'mutation ($id: ID!, $revision: Int!) { routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename } }',
      routeSave.route,
    );
    answer = (response, request, turn) => (headers.length === 1 ? failing : embedded)(response, request, turn);
    const done = await embed('', { target: { route: 'embed' } });
    expect(done).toMatchObject({ __typename: 'EmbeddingBatch', model: { name: models[1] } });
    expect(await history(done.requestId)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [
        { model: models[0], outcome: 'FAILED', errorCode: 'PROVIDER_ERROR' },
        { model: models[1], outcome: 'SUCCEEDED' },
      ],
    });
  });

  test('rest after a while, and are not asked until they may be back', async () => {
    answer = failing;
    const model = 'broken/text-embedding-3-small';
    for (let call = 0; call < breakerRules.failures; call++) await embed(model);
    const asked = server.asked.length;
    expect(await embed(model)).toMatchObject({ code: 'PROVIDER_OVERLOADED' });
    expect(server.asked.length).toBe(asked);
  });

  test('are asked at once with their other key when the first is refused', async () => {
    answer = (response, request, turn) => (headers.length === 1 ? refusing : embedded)(response, request, turn);
    expect(await embed('keyed/text-embedding-3-small')).toMatchObject({ __typename: 'EmbeddingBatch' });
    expect(new Set(headers).size).toBe(2);
  });

  const failing = answers(500, { error: { message: 'Broken.' } }, { 'x-should-retry': 'false' });
  const refusing = answers(401, { error: { message: 'Wrong key.', code: 'invalid_api_key' } });
});

describe('a listener that goes', () => {
  const leave = async (input: object) => {
    const controller = new AbortController();
    answer = () => controller.abort();
    const left = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({
        query: EMBED,
        variables: { input: { target: { model: 'alpha/text-embedding-3-small' }, inputs: ['x'], ...input } },
      }),
      signal: controller.signal,
    });
    await expect(left.then((response) => response.text())).rejects.toThrow();
  };

  test('ends the call, since nobody could come back for the answer', async () => {
    await leave({});
    await server.hungUp();
    await expect
      .poll(async () => {
        const { requests } = await gateway.ask<{ requests: { nodes: { status: string }[] } }>(
          '{ requests(first: 1, filter: { status: [CANCELLED] }) { nodes { status } } }',
        );
        return requests.nodes.length;
      })
      .toBe(1);
  });
});

describe('rules about text', () => {
  const scope = { kind: 'ORGANIZATION', reference: null } as const;
  const source = { policyId: 'pol_1', policySlug: 'cache', version: 1, ruleIndex: 0, mode: 'ENFORCE', scope } as const;
  const cached = { source, config: { maxAgeMs: 60_000, sharedBy: 'ORGANIZATION' } } as const;
  /** As a policy with a detector of names would have it. */
  const withRules = async (rules: Partial<Admission>, act: () => Promise<void>) => {
    const { policies, redaction } = gateway.gateway.rooms;
    const [real, { redact }] = [policies.admit, redaction];
    policies.admit = (...given) => ({ ...real(...given), ...rules });
    const quiet = { reset: () => {}, verdicts: () => [], blocked: () => [] };
    redaction.redact = (request) => ({
      ...quiet,
      request: hidden(request),
      again: hidden,
      restore: (event) => [shown(event)],
    });
    await act().finally(() => {
      policies.admit = real;
      redaction.redact = redact;
    });
  };
  const segment = {
    id: 0,
    seek: 0,
    tokens: [],
    temperature: 0,
    avg_logprob: 0,
    compression_ratio: 1,
    no_speech_prob: 0,
  };
  const hide = (text: string) => text.replaceAll('Anna', 'NAME_1');
  const show = (text: string) => text.replaceAll('NAME_1', 'Anna');
  const hidden = (request: CompletionRequest): CompletionRequest => ({
    ...request,
    messages: request.messages.map((message) => ({
      ...message,
      parts: message.parts.map((part) => (part.kind === 'text' ? { ...part, text: hide(part.text) } : part)),
    })),
  });
  const shown = (event: ContentEvent): ContentEvent => {
    if (event.kind === 'textDelta') return { ...event, text: show(event.text) };
    if (event.kind !== 'partFinished' || event.part.kind !== 'text') return event;
    const part: OutputPart = { ...event.part, text: show(event.part.text) };
    return { ...event, part };
  };

  test('hold for what is embedded, drawn and spoken', async () => {
    await withRules({}, async () => {
      const asked = server.asked.length;
      await embed('alpha/text-embedding-3-small', { inputs: ['Anna lives here', 'Who is Anna?'] });
      await gateway.ask('mutation ($input: ImageGenerationInput!) { imageGenerate(input: $input) { __typename } }', {
        input: { target: { model: 'alpha/gpt-image-1' }, prompt: 'Anna at sea' },
      });
      await gateway.ask('mutation ($input: SpeechInput!) { speechCreate(input: $input) { __typename } }', {
        input: { target: { model: 'alpha/gpt-4o-mini-tts' }, text: 'Hello Anna', instructions: 'As Anna would' },
      });
      const sent = JSON.stringify(server.asked.slice(asked));
      expect(sent).not.toContain('Anna');
      expect(sent.match(/NAME_1/g)?.length).toBeGreaterThanOrEqual(5);
    });
  });

  test('put back what was hidden into a transcript and its segments', async () => {
    answer = answers(200, {
      text: 'NAME_1 speaks. NAME_1 ends.',
      segments: [
        { ...segment, start: 0, end: 1, text: 'NAME_1 speaks.' },
        { ...segment, start: 1, end: 2, text: 'NAME_1 ends.' },
      ],
    });
    await withRules({}, async () => {
      const { transcriptionCreate } = await gateway.ask(
        `mutation ($input: TranscriptionInput!) { transcriptionCreate(input: $input) {
          ... on Transcription { text segments { text startSeconds } } ... on Error { message } } }`,
        { input: { target: { model: 'alpha/whisper-1' }, mimeType: 'audio/wav', base64: 'UklGRg==' } },
      );
      expect(transcriptionCreate).toEqual({
        text: 'Anna speaks. Anna ends.',
        segments: [
          { text: 'Anna speaks.', startSeconds: 0 },
          { text: 'Anna ends.', startSeconds: 1 },
        ],
      });
    });
  });

  test('let the cache answer what was asked before, at no cost', async () => {
    await withRules({ caching: [cached] }, async () => {
      const input = { inputs: [`once ${Math.random()}`] };
      const first = await embed('alpha/text-embedding-3-small', input);
      const asked = server.asked.length;
      const second = await embed('alpha/text-embedding-3-small', input);
      expect(server.asked.length).toBe(asked);
      expect(second.embeddings).toEqual(first.embeddings);
      expect(second).toMatchObject({ model: null, cost: { total: { nanos: '0' } } });
      expect(second.decision.summary).toContain('cache');
      const third = await embed('alpha/text-embedding-3-small', { ...input, dimensions: 2 });
      expect(third.model).not.toBeNull();
    });
  });
});

describe('agents', () => {
  test('are held to the size of their prompts, and their steps are counted', async () => {
    const run = { runId: 'run-of-embeddings' };
    await embed('alpha/text-embedding-3-small', { run });
    await embed('alpha/text-embedding-3-small', { run, inputs: ['something else altogether'] });
    const { agentRun } = await gateway.ask('query ($runId: String!) { agentRun(runId: $runId) { steps } }', {
      runId: run.runId,
    });
    expect(agentRun).toEqual({ steps: 2 });
    await gateway.ask(
      'mutation ($input: AgentLimitSaveInput!) { agentLimitSave(input: $input) { __typename ... on Error { message } } }',
      { input: { scope: { endUser: 'longwinded' }, maxPromptTokens: 10, onLimit: 'STOP' } },
    );
    const long = await embed('alpha/text-embedding-3-small', { endUser: 'longwinded', inputs: ['x'.repeat(200)] });
    expect(long).toMatchObject({ __typename: 'ContentTooLargeError', code: 'CONTENT_TOO_LARGE' });
  });
});

test('what can mean nothing around a call is said like for completions', async () => {
  expect(await embed('alpha/x', { idempotencyKey: 'with space' })).toMatchObject({ __typename: 'ValidationError' });
  expect(await embed('alpha/x', { tags: [{ key: '', value: '' }] })).toMatchObject({ __typename: 'ValidationError' });
});

test('a key whose answer is not kept any more leads to the request, which says what it cost, and charges nothing again', {
  timeout: 60_000,
}, async () => {
  const forgetful = await openTestGateway({ runs: { keepMs: 5000 } });
  try {
    const input = { target: { model: 'sim/embed-1' }, inputs: ['apples'], idempotencyKey: 'once' };
    const embed = async () =>
      (
        await forgetful.ask<{ embeddingCreate: { __typename: string; requestId?: string; cost?: object } }>(
          `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { __typename
             ... on CallReceipt { requestId cost { total { nanos } } } ... on Error { requestId } } }`,
          { input },
        )
      ).embeddingCreate;
    // Kept for as long as whoever asked first may still be reading it.
    const first = await embed();
    await expect.poll(async () => (await embed()).__typename, { timeout: 30_000, interval: 250 }).toBe('NotFoundError');
    expect((await embed()).requestId).toBe(first.requestId);
    const { request, usageReport } = await forgetful.ask<{
      request: object;
      usageReport: { totals: { requests: number } };
    }>(
      `query ($id: ID!, $range: TimeRangeInput!) { request(id: $id) { cost { total { nanos } } }
         usageReport(input: { range: $range }) { totals { requests } } }`,
      { id: first.requestId, range: { last: 'PT1H' } },
    );
    expect(request).toEqual({ cost: first.cost });
    expect(usageReport.totals.requests).toBe(1);
  } finally {
    await forgetful.close();
  }
});
