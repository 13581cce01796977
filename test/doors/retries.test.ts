import { randomUUID } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { saveBudget } from '../budgets/money.ts';
import { answers, type Loopback, loopback, streams } from '../providers/loopback.ts';
import { wireFixtures } from '../providers/wire-fixtures.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** What the clients do by themselves when a call fails or is not wanted any more: try again, or hang up. */
let gateway: TestGateway;
let provider: Loopback;
let failing = false;
let silent = false;
const { text } = wireFixtures.openai!;
beforeEach(async () => {
  failing = silent = false;
  provider = await loopback((response, request, turn) => {
    if (failing) return answers(503, { error: { message: 'Too many callers.' } })(response, request, turn);
    return streams(silent ? text.slice(0, 2) : text, !silent)(response, request, turn);
  });
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  await addProvider(gateway, { slug: 'wire', kind: 'OPENAI', baseUrl: `${provider.url}/v1` });
});
afterEach(async () => {
  await gateway.close();
  await provider.close();
});

type Ask = (maxRetries: number, heard: number[], headers?: Record<string, string>) => Promise<unknown>;

/** Notes the status of each answer, and does something after the first. */
function noting(heard: number[], afterFirst: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (heard.push(response.status) === 1) afterFirst();
    return response;
  };
}

const model = 'wire/gpt-4o';
const messages = [{ role: 'user' as const, content: 'What is the capital?' }];
const mend = () => {
  failing = false;
};
const clients: readonly (readonly [string, Ask])[] = [
  [
    'openai',
    (maxRetries, heard, headers = {}) =>
      new OpenAI({
        baseURL: `${gateway.url}/v1`,
        apiKey: gateway.key,
        maxRetries,
        fetch: noting(heard, mend),
      }).chat.completions.create({ model, messages }, { headers }),
  ],
  [
    '@anthropic-ai/sdk',
    (maxRetries, heard, headers = {}) =>
      new Anthropic({
        baseURL: gateway.url,
        apiKey: gateway.key,
        maxRetries,
        fetch: noting(heard, mend),
      }).messages.create({ model, max_tokens: 100, messages }, { headers }),
  ],
];

describe.each(clients)('%s', (name, ask) => {
  test('tries again after an overloaded provider, under one idempotency key, and pays once', async () => {
    failing = true;
    const heard: number[] = [];
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await ask(2, heard, headers);
    expect(heard).toEqual([name === 'openai' ? 503 : 529, 200]);
    // Whoever comes back with the key is given the same answer, and nobody is asked.
    const asked = provider.asked.length;
    expect(await ask(0, [], headers)).toEqual(answer);
    expect(provider.asked.length).toBe(asked);
  });

  test('waits as long as a limit says, and gets through', async () => {
    const input = { scope: { organization: true }, metric: 'REQUESTS', amount: 1, windowMs: 1000 };
    await gateway.ask(
      'mutation ($input: RateLimitSaveInput!) { rateLimitSave(input: $input) { __typename ... on Error { message } } }',
      { input },
    );
    await ask(0, []);
    const heard: number[] = [];
    await ask(5, heard);
    expect(heard.at(-1)).toBe(200);
    expect(heard.slice(0, -1).every((status) => status === 429)).toBe(true);
  });

  test('does not try again what can only be refused again', async () => {
    await saveBudget(gateway, 0n);
    const heard: number[] = [];
    await expect(ask(3, heard)).rejects.toMatchObject({ status: name === 'openai' ? 429 : 402 });
    expect(heard).toHaveLength(1);
  });
});

test.each([
  [
    'openai, chat',
    (signal: AbortSignal) =>
      new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key }).chat.completions.create(
        { model, messages, stream: true },
        { signal },
      ),
  ],
  [
    'openai, responses, whole',
    (signal: AbortSignal) =>
      new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key }).responses.create(
        { model, input: 'Hi' },
        { signal },
      ),
  ],
  [
    '@anthropic-ai/sdk',
    (signal: AbortSignal) =>
      new Anthropic({ baseURL: gateway.url, apiKey: gateway.key }).messages.create(
        { model, max_tokens: 100, messages, stream: true },
        { signal },
      ),
  ],
])('%s hangs up, and the socket to the provider is closed', async (_name, ask) => {
  silent = true;
  const before = provider.asked.length;
  const leaving = new AbortController();
  const gone = provider.hungUp();
  const asked = Promise.resolve(ask(leaving.signal)).then(
    async (answer) => {
      if (Symbol.asyncIterator in answer) for await (const _ of answer);
    },
    () => {},
  );
  await expect.poll(() => provider.asked.length, { timeout: 10_000 }).toBe(before + 1);
  leaving.abort();
  await asked.catch(() => {});
  await gone;
});
