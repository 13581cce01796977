import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budget, saveBudget } from '../budgets/money.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { ask, doorCalls, isShapeOf } from './asking.ts';

/** The doors of `/v1` let in whom GraphQL lets in, for what it would let them do. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const REVOKE = `mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "test") { __typename } }`;

async function revokedKey(): Promise<string> {
  const key = await gateway.keyWith('COMPLETIONS_WRITE');
  const { viewer } = await gateway.ask<{ viewer: { apiKey: { id: string } } }>('{ viewer { apiKey { id } } }', {}, key);
  await gateway.ask(REVOKE, { id: viewer.apiKey.id });
  return key;
}

describe.each(doorCalls)('$path', (call) => {
  test('refuses a stranger, a revoked key, a key without the scope, and what is somebody else’s', async () => {
    const [revoked, weak, stranger] = await Promise.all([
      revokedKey(),
      gateway.keyWith('USAGE_READ'),
      gateway.stranger(),
    ]);
    const met = await Promise.all([
      ask(gateway.url, null, call, 'sim/echo-1'),
      ask(gateway.url, revoked, call, 'sim/echo-1'),
      ask(gateway.url, weak, call, 'sim/echo-1'),
      ask(gateway.url, stranger, call, 'route/default'),
      ask(gateway.url, stranger, call, 'route/no-such-route'),
    ]);
    expect(met.map(({ status }) => status)).toEqual([401, 401, 403, 404, 404]);
    const bodies = await Promise.all(met.map((response) => response.json()));
    expect(bodies.map((body) => isShapeOf(call.vendor, body))).toEqual([true, true, true, true, true]);
    const [strange, revokedAnswer] = bodies as { error: object }[];
    expect(strange!.error).toEqual(revokedAnswer!.error);
  });

  test('answers no web page of somebody else', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${gateway.url}${call.path}`, { method: 'OPTIONS', headers });
    expect(preflight.ok).toBe(false);
    const asked = await ask(gateway.url, gateway.key, call, 'sim/echo-1');
    for (const { headers: said } of [preflight, asked]) {
      expect([...said.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe.each(doorCalls.filter(({ form }) => !form))('$path', (call) => {
  const post = (body: string, type = 'application/json') =>
    ask(gateway.url, gateway.key, call, 'sim/echo-1', {
      body,
      headers: {
        'content-type': type,
        ...(call.vendor === 'anthropic' ? { 'x-api-key': gateway.key } : { authorization: `Bearer ${gateway.key}` }),
      },
    });

  test.each([
    ['nothing', '', 400],
    ['no JSON', '{"model":', 400],
    ['no object', '[]', 400],
    ['null', 'null', 400],
    ['too deep', `{"model":${'['.repeat(100)}${']'.repeat(100)}}`, 400],
    ['too many values', `{"model":[${'1,'.repeat(30_000)}1]}`, 400],
    ['too large', JSON.stringify({ model: 'x'.repeat(9 * 1024 * 1024) }), 413],
  ])('refuses a body that is %s', async (_name, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(isShapeOf(call.vendor, await response.json())).toBe(true);
  });

  test('refuses what is no JSON by its type', async () => {
    expect((await post('model=x', 'text/plain')).status).toBe(415);
  });
});

test('a stream ends when its key is revoked', async () => {
  const key = await gateway.keyWith('COMPLETIONS_WRITE', 'COMPLETIONS_READ', 'COMPLETIONS_DEBUG');
  const { viewer } = await gateway.ask<{ viewer: { apiKey: { id: string } } }>('{ viewer { apiKey { id } } }', {}, key);
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-glidepath-simulate': '{"tokensPerSecond":2}',
    },
    body: JSON.stringify({ model: 'sim/large-1', stream: true, messages: [{ role: 'user', content: 'A story' }] }),
  });
  await gateway.ask(REVOKE, { id: viewer.apiKey.id });
  const text = await response.text();
  expect(text).toContain('invalid_api_key');
  expect(text).not.toContain('[DONE]');
});

test('a budget that starts anew tomorrow is no reason to try again in a second', async () => {
  await saveBudget(gateway, 0n, { scope: { endUser: 'broke' }, period: 'YEAR' });
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim/echo-1', user: 'broke', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  expect(response.status).toBe(429);
  expect(response.headers.get('x-should-retry')).toBe('false');
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(60);
});

test('a thousand calls at once, through both doors, spend a dollar and never a nano more', async () => {
  const limit = 1_000_000_000n;
  const id = await saveBudget(gateway, limit);
  const words = 'word '.repeat(400);
  const [chat, messages] = ['/v1/chat/completions', '/v1/messages'].map(
    (path) => doorCalls.find((call) => call.path === path)!,
  );
  // Each of them costs about a third of a cent.
  const one = (at: number) => {
    const call = at % 2 === 0 ? chat! : messages!;
    const keyed = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' };
    return ask(gateway.url, gateway.key, call, '', {
      body: JSON.stringify({ ...call.body!('sim/large-1'), max_tokens: 300, stream: at % 4 < 2 }),
      headers: { ...keyed, 'x-glidepath-simulate': JSON.stringify({ reply: words, latencyMs: 0 }) },
    });
  };
  const statuses: number[] = [];
  const left = Array.from({ length: 1_000 }, (_, at) => at).values();
  const lane = async () => {
    for (const at of left) {
      const response = await one(at);
      statuses.push(response.status);
      await response.arrayBuffer();
    }
  };
  // More sockets than the system lets queue would be refused by it, not by the gateway.
  await Promise.all(Array.from({ length: 250 }, lane));
  expect([...new Set(statuses)].sort()).toEqual([200, 402, 429]);
  const { status } = await budget(gateway, id);
  expect(status.reserved.nanos).toBe('0');
  expect(BigInt(status.spent.nanos)).toBeLessThanOrEqual(limit);
  expect(Number(status.spent.nanos) / Number(limit)).toBeGreaterThan(0.97);
}, 120_000);

test('nothing is asked of anybody under a budget of nothing', async () => {
  await saveBudget(gateway, 0n);
  for (const call of doorCalls.filter(({ path }) => !path.endsWith('count_tokens'))) {
    const response = await ask(gateway.url, gateway.key, call, 'sim/echo-1');
    expect([call.path, response.status]).toEqual([call.path, call.vendor === 'anthropic' ? 402 : 429]);
    expect(response.headers.get('x-should-retry')).toBe('false');
  }
});
