import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveBudget } from '../budgets/money.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** What is left to spend is told with every answer, without anybody asking for it. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
  await saveBudget(gateway, 5_000_000_000n);
  await saveBudget(gateway, 1_000_000_000n);
});
afterAll(() => gateway.close());

const post = (path: string, body: object) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const messages = [{ role: 'user', content: 'Hi' }];
const model = 'sim/echo-1';
const asked: readonly (readonly [string, object])[] = [
  ['/v1/chat/completions', { model, messages }],
  ['/v1/responses', { model, input: 'Hi' }],
  ['/v1/messages', { model, messages, max_tokens: 50 }],
];
const isLeft = (amount: string | null | undefined) => {
  expect(Number(amount)).toBeGreaterThan(0.99);
  expect(Number(amount)).toBeLessThan(1);
};

test.each([...asked, ['/v1/embeddings', { model: 'sim/embed-1', input: 'Hi' }] as const])(
  '%s says in a header what the tightest budget has left',
  async (path, body) => {
    const response = await post(path, body);
    expect(response.status).toBe(200);
    isLeft(response.headers.get('x-glidepath-budget-remaining'));
  },
);

test.each(asked)('%s says it in a comment at the end of a stream', async (path, body) => {
  const text = await (await post(path, { ...body, stream: true })).text();
  isLeft(/^: x-glidepath-budget-remaining ([\d.]+)$/m.exec(text)?.[1]);
});
