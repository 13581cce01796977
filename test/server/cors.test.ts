import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { type Server, serve } from '../../src/server.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** Browsers on pages of an origin that the operator has named, and of one that nobody has. */
const OURS = 'https://app.example.com';
let gateway: TestGateway;
let server: Server;
beforeAll(async () => {
  gateway = await openTestGateway();
  server = await serve(gateway.gateway, { schema, host: '127.0.0.1', port: 0, allowedOrigins: [OURS] });
});
afterAll(async () => {
  await server.close(1000);
  await gateway.close();
});

/** As a browser does it: asks beforehand, for a page of an origin, and then only sends what it was allowed to. */
function browser(origin: string, met: Response[]): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const names = [...request.headers.keys()].sort();
    const asked = { origin, 'access-control-request-method': request.method };
    const preflight = await fetch(request.url, {
      method: 'OPTIONS',
      headers: { ...asked, 'access-control-request-headers': names.join(',') },
    });
    met.push(preflight);
    const may = (name: string) => preflight.headers.get(name)?.split(/, */) ?? [];
    const allowed = names.every((name) => may('access-control-allow-headers').includes(name));
    const method = may('access-control-allow-methods').includes(request.method);
    if (!preflight.ok || !allowed || !method) throw new TypeError('Failed to fetch');
    const headers = new Headers(request.headers);
    headers.set('origin', origin);
    const response = await fetch(request.url, { ...init, headers });
    met.push(response);
    if (response.headers.get('access-control-allow-origin') !== origin) throw new TypeError('Failed to fetch');
    return response;
  };
}

const ask = { model: 'sim/echo-1', messages: [{ role: 'user' as const, content: 'Hi' }] };
const openai = (origin: string, met: Response[] = []) =>
  new OpenAI({
    baseURL: `${server.url}/v1`,
    apiKey: gateway.key,
    maxRetries: 0,
    dangerouslyAllowBrowser: true,
    fetch: browser(origin, met),
  });

describe('a page of a named origin', () => {
  test('asks with the OpenAI client, whatever headers that sends', async () => {
    const met: Response[] = [];
    const { choices } = await openai(OURS, met).chat.completions.create(ask);
    expect(choices[0]!.message.content).toBe('Hi');
    expect(met.map(({ headers }) => headers.get('vary'))).toEqual(['origin', 'origin']);
    expect(met[1]!.headers.get('access-control-expose-headers')).toBe('*');
    expect(met[1]!.headers.has('access-control-allow-credentials')).toBe(false);
  });

  test('asks with the Anthropic client', async () => {
    const client = new Anthropic({
      baseURL: server.url,
      apiKey: gateway.key,
      maxRetries: 0,
      dangerouslyAllowBrowser: true,
      fetch: browser(OURS, []),
    });
    const { content } = await client.messages.create({ ...ask, max_tokens: 50 });
    expect(content).toMatchObject([{ type: 'text', text: 'Hi' }]);
  });

  test('asks GraphQL, and hears of its mistakes', async () => {
    const met: Response[] = [];
    const response = await browser(OURS, met)(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ query: '{ health { status } }' }),
    });
    expect(await response.json()).toHaveProperty('data.health');
    const refused = openai(OURS).chat.completions.create({ ...ask, model: 'nobody' });
    await expect(refused).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

test('a page of another origin is told nothing', async () => {
  const met: Response[] = [];
  await expect(openai('https://evil.example', met).chat.completions.create(ask)).rejects.toThrow('Connection error');
  const told = met.flatMap(({ headers }) => [...headers.keys()].filter((name) => name.startsWith('access-control')));
  expect(told).toEqual([]);
});
