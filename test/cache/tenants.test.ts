import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, openHouse } from '../policies/calls.ts';
import { operation } from '../support/operations.ts';

/** A hundred organizations that share answers as widely as a rule lets them ask the same question of the same model. */

const TENANTS = 100;
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** @returns the key of an organization that keeps answers for all of its callers */
async function tenant(): Promise<string> {
  const key = await house.gateway.stranger();
  // biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
  const run = async (name: string, variables: object): Promise<any> =>
    Object.values(await house.gateway.ask(await operation(name), variables, key))[0];
  const provider = { slug: 'wire', kind: 'OPENAI_CHAT', baseUrl: `${house.provider.url}/v1` };
  const { id } = (await run('ProviderSave', { input: provider })).provider;
  await run('CredentialSave', { input: { provider: id, label: 'only', secret: { value: 'sk-of-this-test' } } });
  const rules = [{ caching: { maxAge: 'PT1H', sharedBy: 'ORGANIZATION' } }];
  const policy = (await run('PolicySave', { input: { slug: 'shared', name: 'Shared', rules } })).policy.id;
  await run('PolicyBind', { input: { policy, scope: { organization: true }, mode: 'ENFORCE' } });
  return key;
}

async function ask(key: string): Promise<{ cache: string | null; said: string }> {
  const response = await fetch(`${house.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'wire/gpt-4o-mini', messages: [{ role: 'user', content: 'Who am I?' }] }),
  });
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return { cache: response.headers.get('x-glidepath-cache'), said: choices[0]!.message.content };
}

test('nobody is given what was said to another, and everybody what was said to him', { timeout: 180_000 }, async () => {
  const keys: string[] = [];
  for (let made = 0; made < TENANTS; made += 10) keys.push(...(await Promise.all(Array.from({ length: 10 }, tenant))));
  const first: object[] = [];
  for (const [at, key] of keys.entries()) {
    house.says(`Number ${at}.`);
    first.push(await ask(key));
  }
  expect(first).toEqual(keys.map((_key, at) => ({ cache: 'MISS', said: `Number ${at}.` })));
  house.says('Nobody.');
  const second = await Promise.all(keys.map(ask));
  expect(second).toEqual(keys.map((_key, at) => ({ cache: 'HIT', said: `Number ${at}.` })));
});
