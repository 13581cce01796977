import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import { type House, openHouse } from './house.ts';
import { type Answering, answers, type Loopback, loopback } from './loopback.ts';

let house: House;
let server: Loopback | null = null;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(async () => {
  await server?.close();
  server = null;
});
afterAll(() => house.close());

/** A provider of this kind behind a server that answers so, and its test. */
async function tested(kind: 'openai' | 'cohere' | 'anthropic', answer: Answering, caller: Caller = house.stranger()) {
  server = await loopback(answer);
  const { providers } = house;
  const { providerId } = await providers.save(caller, { slug: 'vendor', kind, baseUrl: server.url });
  await providers.credentialSave(caller, { provider: providerId, label: 'main', secret: { value: 'a-key-of-ours' } });
  await providers.cards(caller.organizationId);
  return providers.test(caller, providerId);
}

describe('a test of a provider', () => {
  it('counts the models it lists', async () => {
    expect(await tested('openai', answers(200, { data: [{ id: 'a' }, { id: 'b' }] }))).toMatchObject({
      modelsVisible: 2,
    });
  });

  it('takes "no such model" for a good sign where there is no list', async () => {
    const answer = answers(404, { message: "model 'glidepath-probe' not found" });
    expect(await tested('cohere', answer)).toMatchObject({ modelsVisible: null });
  });

  it.each(['openai', 'cohere'] as const)('says what %s says of a wrong key', async (kind) => {
    const answer = answers(401, { message: 'invalid api token', error: { message: 'invalid api token' } });
    await expect(tested(kind, answer)).rejects.toMatchObject({ code: 'PROVIDER_ERROR', message: 'invalid api token' });
  });

  it('says what is missing before it asks', async () => {
    const caller = house.stranger();
    const { providerId } = await house.providers.save(caller, { slug: 'bare', kind: 'openai' });
    await expect(house.providers.test(caller, providerId)).rejects.toThrow(/no usable credential/);
  });

  it("does not find another organization's", async () => {
    const { providerId } = await house.providers.save(house.stranger(), { slug: 'theirs', kind: 'openai' });
    await expect(house.providers.test(house.stranger(), providerId)).rejects.toThrow(/no Provider/);
  });
});

describe('several credentials', () => {
  it('share the calls by their weights', async () => {
    const seen = new Map<string, number>();
    const caller = house.stranger();
    const { providers } = house;
    server = await loopback((response, request) => {
      const key = String(request.headers.authorization);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":[]}');
    });
    const { providerId } = await providers.save(caller, { slug: 'vendor', kind: 'openai', baseUrl: server.url });
    for (const [label, weight] of [
      ['often', 3],
      ['rarely', 1],
      ['never', 0],
    ] as const) {
      await providers.credentialSave(caller, {
        provider: providerId,
        label,
        weight,
        secret: { value: `key-${label}-used` },
      });
    }
    for (let turn = 0; turn < 80; turn++) await providers.test(caller, providerId);
    expect([...seen.keys()].sort()).toEqual(['Bearer key-often-used', 'Bearer key-rarely-used']);
    expect(seen.get('Bearer key-often-used')).toBeGreaterThan(seen.get('Bearer key-rarely-used')!);
  });
});

describe('what a kind of provider needs', () => {
  it('is asked for when it is saved without', async () => {
    const saving = house.providers.save(house.stranger(), { slug: 'aws', kind: 'amazon-bedrock' });
    await expect(saving).rejects.toThrow(/region/);
  });

  it('makes its address', async () => {
    const caller = house.stranger();
    const settings = [{ name: 'region', value: 'eu-central-1' }];
    const { providerId } = await house.providers.save(caller, { slug: 'aws', kind: 'amazon-bedrock', settings });
    const keys = { accessKeyId: 'AKIA123', secretAccessKey: 'abc' };
    const credential = { provider: providerId, label: 'main', secret: { value: JSON.stringify(keys) } };
    await house.providers.credentialSave(caller, credential);
    expect(await house.providers.cards(caller.organizationId)).toMatchObject([{ slug: 'aws', hasCredential: true }]);
  });

  it('is checked in a secret that is an object', async () => {
    const caller = house.stranger();
    const settings = [{ name: 'region', value: 'eu-central-1' }];
    const { providerId } = await house.providers.save(caller, { slug: 'aws', kind: 'amazon-bedrock', settings });
    const secret = { value: '{"accessKeyId":"AKIA123"}' };
    const saving = house.providers.credentialSave(caller, { provider: providerId, label: 'main', secret });
    await expect(saving).rejects.toThrow(/missing: secretAccessKey/);
  });
});
