import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import type { CompletionRequest, InputPart } from '../../src/core/chat.ts';
import type { Candidate, ProviderCard } from '../../src/core/decision.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import {
  ConflictProblem,
  IdempotencyConflictProblem,
  NotFoundProblem,
  ValidationProblem,
} from '../../src/core/problem.ts';
import type { AttemptJob, CredentialSaveInput, ProviderSaveInput, Providers } from '../../src/providers/index.ts';
import { aRequest } from '../support/requests.ts';
import { type House, openHouse } from './house.ts';
import { answers, loopback, streams } from './loopback.ts';
import { wireFixtures } from './wire-fixtures.ts';

let house: House;
let caller: Caller;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(() => {
  caller = house.stranger();
});

const ownServer: ProviderSaveInput = { slug: 'own', kind: 'openai-compatible', baseUrl: 'https://llm.example.com/v1/' };
const secret = 'sk-a-secret-of-this-test-1234';

const save = (different: Partial<ProviderSaveInput> = {}, as = caller) =>
  house.providers.save(as, { ...ownServer, ...different });
const keep = (provider: string, different: Partial<CredentialSaveInput> = {}, as = caller) =>
  house.providers.credentialSave(as, { provider, label: 'main', secret: { value: secret }, ...different });
const cards = (room: Providers = house.providers) => room.cards(caller.organizationId);

describe('a provider', () => {
  it('is there for calls as soon as it is saved', async () => {
    expect(await cards()).toEqual([]);
    const { providerId } = await save();
    expect(await cards()).toMatchObject([
      { id: providerId, slug: 'own', kind: 'openai-compatible', enabled: true, hasCredential: true, anyModel: true },
    ]);
  });

  it('keeps what a later change leaves out, and counts its changes', async () => {
    const { providerId } = await save({ displayName: 'Our server' });
    await save({ id: providerId, slug: 'renamed', baseUrl: undefined });
    const row = await house.database.prisma.provider.findUniqueOrThrow({ where: { id: providerId } });
    expect(row).toMatchObject({
      slug: 'renamed',
      displayName: 'Our server',
      baseUrl: 'https://llm.example.com/v1',
      revision: 2,
    });
  });

  it('is not changed over the head of somebody else', async () => {
    const { providerId } = await save();
    await save({ id: providerId, enabled: false, expectedRevision: 1 });
    const problem = await save({ id: providerId, expectedRevision: 1 }).catch((error) => error);
    expect(problem).toBeInstanceOf(ConflictProblem);
    expect(problem.currentRevision).toBe(2);
  });

  it.each<[string, Partial<ProviderSaveInput>, string]>([
    ['a slug with spaces', { slug: 'Our Server' }, 'slug'],
    ['a base URL that is none', { baseUrl: 'llm.example.com' }, 'baseUrl'],
    ['a base URL of another protocol', { baseUrl: 'file:///etc/passwd' }, 'baseUrl'],
    ['a base URL with a password', { baseUrl: 'https://user:pass@llm.example.com' }, 'baseUrl'],
    ['no base URL where one is needed', { baseUrl: null }, 'baseUrl'],
    ['an unknown kind', { kind: 'nothing' as 'openai' }, 'kind'],
    ['an empty name', { displayName: '  ' }, 'displayName'],
  ])('is refused with %s', async (_what, different, path) => {
    const problem = await save(different).catch((error) => error);
    expect(problem).toBeInstanceOf(ValidationProblem);
    expect(problem.issues[0].path).toEqual([path]);
  });

  it('has its slug to itself, and stays of its kind', async () => {
    const { providerId } = await save();
    await expect(save()).rejects.toThrow(`pass its id ${providerId}`);
    await expect(save({ id: providerId, kind: 'openai' })).rejects.toThrow('stays of its kind');
  });

  it('of another organization does not exist', async () => {
    const { providerId } = await save();
    const other = house.stranger();
    await expect(save({ id: providerId }, other)).rejects.toBeInstanceOf(NotFoundProblem);
    await expect(keep(providerId, {}, other)).rejects.toBeInstanceOf(NotFoundProblem);
    expect(await house.providers.cards(other.organizationId)).toEqual([]);
    await expect(save({}, other)).resolves.toBeDefined();
  });

  it('is saved once for one idempotency key, and a key with another input is a conflict', async () => {
    const first = await save({ idempotencyKey: 'k1' });
    const again = await save({ idempotencyKey: 'k1' });
    expect(again).toMatchObject({ providerId: first.providerId, change: { replayed: true } });
    await expect(save({ idempotencyKey: 'k1', slug: 'other' })).rejects.toBeInstanceOf(IdempotencyConflictProblem);
  });
});

describe('a credential', () => {
  it('makes a provider usable that needs one', async () => {
    const { providerId } = await save({ slug: 'openai', kind: 'openai', baseUrl: null });
    expect((await cards())[0]?.hasCredential).toBe(false);
    await keep(providerId);
    expect((await cards())[0]?.hasCredential).toBe(true);
    const [row] = await house.database.prisma.credential.findMany({ where: { providerId } });
    await house.providers.credentialDelete(caller, row!.id);
    expect((await cards())[0]?.hasCredential).toBe(false);
  });

  it('is nowhere in the database in readable form', async () => {
    const { providerId } = await save();
    await keep(providerId, { idempotencyKey: 'k2' });
    const credentials = await house.database.query('SELECT * FROM credential WHERE provider_id = $1', [providerId]);
    const everything = inspect([credentials, await house.auditOf(caller)], { depth: null });
    const bytes = (credentials[0] as { ciphertext: Uint8Array }).ciphertext;
    expect(Buffer.from(bytes).toString('latin1')).not.toContain(secret.slice(3, 20));
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.slice(3, 20));
    expect(credentials[0]).toMatchObject({ last_four: '1234', env_name: null });
  });

  it('does not open in another row', async () => {
    const { providerId } = await save({ slug: 'openai', kind: 'openai', baseUrl: null });
    await keep(providerId, { label: 'one' });
    const { providerId: other } = await save({ slug: 'second', kind: 'openai', baseUrl: null });
    await keep(other, { label: 'two', secret: { value: 'sk-another-secret-of-this-test' } });
    await house.database.query(
      'UPDATE credential SET ciphertext = (SELECT ciphertext FROM credential WHERE provider_id = $1) WHERE provider_id = $2',
      [providerId, other],
    );
    await save({ id: other, slug: 'second', kind: 'openai', baseUrl: null, displayName: 'reloaded' });
    expect(Object.fromEntries((await cards()).map(({ slug, hasCredential }) => [slug, hasCredential]))).toEqual({
      openai: true,
      second: false,
    });
  });

  it('may be a variable of the environment, read when it is used', async () => {
    const room = house.withEnvironment({ OUR_KEY: secret });
    const { providerId } = await save({ slug: 'openai', kind: 'openai', baseUrl: null });
    await room.credentialSave(caller, { provider: providerId, label: 'main', secret: { env: 'OUR_KEY' } });
    expect((await room.cards(caller.organizationId))[0]?.hasCredential).toBe(true);
    expect((await house.withEnvironment({}).cards(caller.organizationId))[0]?.hasCredential).toBe(false);
  });

  it('with the same label takes the place of the one before', async () => {
    const { providerId } = await save();
    await keep(providerId);
    await keep(providerId, { secret: { value: 'sk-the-next-secret-9876' } });
    const rows = await house.database.prisma.credential.findMany({ where: { providerId } });
    expect(rows.map(({ lastFour }) => lastFour)).toEqual(['9876']);
  });

  it('of another organization cannot be deleted', async () => {
    const { providerId } = await save();
    await keep(providerId);
    const [row] = await house.database.prisma.credential.findMany({ where: { providerId } });
    await expect(house.providers.credentialDelete(house.stranger(), row!.id)).rejects.toBeInstanceOf(NotFoundProblem);
  });

  it('is refused when the same idempotency key comes with another secret', async () => {
    const { providerId } = await save();
    await keep(providerId, { idempotencyKey: 'k3' });
    expect((await keep(providerId, { idempotencyKey: 'k3' })).change.replayed).toBe(true);
    const other = keep(providerId, { idempotencyKey: 'k3', secret: { value: 'sk-quite-another-secret' } });
    await expect(other).rejects.toBeInstanceOf(IdempotencyConflictProblem);
  });
});

it('every change is audited field by field, with secrets masked', async () => {
  const { providerId } = await save();
  await save({ id: providerId, enabled: false });
  await keep(providerId);
  const [created, updated, credential] = await house.auditOf(caller);
  expect(created).toMatchObject({ action: 'provider.create', resourceType: 'Provider', resourceId: providerId });
  expect(updated).toMatchObject({
    action: 'provider.update',
    diff: [{ path: ['enabled'], op: 'REPLACE', before: true, after: false, masked: false }],
  });
  expect(credential).toMatchObject({ action: 'credential.create', actorId: caller.apiKeyId });
  expect(credential?.diff).toContainEqual({
    path: ['credentials', 'main', 'secret'],
    op: 'ADD',
    before: null,
    after: null,
    masked: true,
  });
});

describe('the first start', () => {
  it('makes the simulator, and the providers whose keys are in the environment', async () => {
    const room = house.withEnvironment({ ANTHROPIC_API_KEY: secret, GOOGLE_GENERATIVE_AI_API_KEY: secret });
    const seeded = await room.firstStart(caller.organizationId);
    expect(seeded.map(({ slug }) => slug)).toEqual(['sim', 'anthropic', 'google']);
    expect(await usable(room)).toEqual({ sim: true, anthropic: true, google: true });
  });

  it('makes nothing twice, and leaves alone what people changed', async () => {
    const room = house.withEnvironment({ OPENAI_API_KEY: secret });
    await room.firstStart(caller.organizationId);
    const openai = (await room.cards(caller.organizationId)).find(({ slug }) => slug === 'openai')!;
    await room.save(caller, { id: openai.id, slug: 'openai', kind: 'openai', enabled: false });
    const again = await room.firstStart(caller.organizationId);
    expect(again.map(({ slug }) => slug)).toEqual(['sim', 'openai']);
    const after = await room.cards(caller.organizationId);
    expect(after).toHaveLength(2);
    expect(after.find(({ slug }) => slug === 'openai')?.enabled).toBe(false);
  });

  async function usable(room: Providers) {
    const all = await room.cards(caller.organizationId);
    return Object.fromEntries(all.map(({ slug, hasCredential }) => [slug, hasCredential]));
  }
});

it('a call goes to the base URL of its provider, with its credential, and to no other organization', async () => {
  const authorizations: (string | undefined)[] = [];
  const server = await loopback((response, request, turn) => {
    authorizations.push(request.headers.authorization);
    streams(wireFixtures['openai-compatible']!.text)(response, request, turn);
  });
  try {
    const { providerId } = await save({ baseUrl: `${server.url}/v1` });
    await keep(providerId);
    const [card] = await cards();
    const attempt = (organizationId: string) =>
      told({
        organizationId,
        requestId: 'req_1',
        candidates: [candidateOf(card!)],
        request: aRequest(),
        deadlineMs: house.runtime.clock.monotonic() + 10_000,
      });
    expect((await attempt(caller.organizationId)).at(-1)).toMatchObject({ kind: 'attemptSucceeded' });
    expect(authorizations).toEqual([`Bearer ${secret}`]);
    await expect(attempt(house.stranger().organizationId)).rejects.toThrow("There is no Provider 'own'");
    expect(authorizations).toHaveLength(1);
  } finally {
    await server.close();
  }
});

it('a key that is refused, unpaid or used up gives way to the next one at once, and rests', async () => {
  const spent = `${secret}-spent`;
  const authorizations: (string | undefined)[] = [];
  const server = await loopback((response, request, turn) => {
    authorizations.push(request.headers.authorization);
    const unpaid = { error: { message: 'No credit.', type: 'insufficient_quota', code: 'insufficient_quota' } };
    if (request.headers.authorization === `Bearer ${spent}`) return answers(429, unpaid)(response, request, turn);
    streams(wireFixtures['openai-compatible']!.text)(response, request, turn);
  });
  try {
    const { providerId } = await save({ baseUrl: `${server.url}/v1` });
    await keep(providerId, { label: 'first', secret: { value: spent }, weight: 1000 });
    await keep(providerId, { label: 'second' });
    const [card] = await cards();
    const { organizationId } = caller;
    const request = aRequest();
    for (const requestId of ['req_1', 'req_2']) {
      const deadlineMs = house.runtime.clock.monotonic() + 10_000;
      const job = { organizationId, requestId, candidates: [candidateOf(card!)], request, deadlineMs };
      const events = await told(job);
      expect(events.at(-1)).toMatchObject({ kind: 'attemptSucceeded' });
    }
    expect(authorizations).toEqual([`Bearer ${spent}`, `Bearer ${secret}`, `Bearer ${secret}`]);
  } finally {
    await server.close();
  }
});

it('what OpenAI sealed under one key goes back under that key, however many others there are', async () => {
  const thought = { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'gAAAAB' };
  const call = {
    id: 'fc_1',
    type: 'function_call',
    call_id: 'call_1',
    name: 'rain',
    arguments: '{}',
    status: 'completed',
  };
  const said = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const events = [
    said('response.created', { response: { id: 'resp_1', model: 'gpt-5', created_at: 1 } }),
    ...[thought, call].flatMap((item, output_index) => [
      said('response.output_item.added', { output_index, item }),
      said('response.output_item.done', { output_index, item }),
    ]),
    said('response.completed', {
      response: { id: 'resp_1', model: 'gpt-5', status: 'completed', usage: { input_tokens: 9, output_tokens: 9 } },
    }),
  ];
  const authorizations: (string | undefined)[] = [];
  const server = await loopback((response, request, turn) => {
    authorizations.push(request.headers.authorization);
    streams(events)(response, request, turn);
  });
  try {
    const { providerId } = await save({ slug: 'openai', kind: 'openai', baseUrl: `${server.url}/v1` });
    for (const label of ['one', 'two', 'three'])
      await keep(providerId, { label, secret: { value: `${secret}-${label}` } });
    const [card] = await cards();
    expect(card!.accounts).toHaveLength(3);
    const asks = { role: 'USER' as const, parts: [{ kind: 'text' as const, text: 'Will it rain?' }] };
    const ask = async (messages: CompletionRequest['messages']) => {
      const deadlineMs = house.runtime.clock.monotonic() + 10_000;
      const job = {
        organizationId: caller.organizationId,
        requestId: 'req_1',
        candidates: [candidateOf(card!)],
        deadlineMs,
      };
      const answer = await told({ ...job, request: aRequest({ messages }) });
      return answer.flatMap((event) => (event.kind === 'partFinished' ? [event.part as InputPart] : []));
    };
    const parts = await ask([asks]);
    expect(parts.map(({ kind }) => kind)).toEqual(['reasoning', 'toolCall']);
    const result = { kind: 'toolResult' as const, toolCallId: 'call_1', result: { text: 'Yes' }, isError: false };
    const second: CompletionRequest['messages'] = [
      asks,
      { role: 'ASSISTANT', parts },
      { role: 'TOOL', parts: [result] },
    ];
    for (let turn = 0; turn < 8; turn++) await ask(second);
    expect(new Set(authorizations).size).toBe(1);
    expect(JSON.stringify(server.asked.at(-1))).toContain('gAAAAB');
    expect(JSON.stringify(server.asked.at(-1))).not.toContain('crd_');
  } finally {
    await server.close();
  }
});

async function told(job: AttemptJob): Promise<AttemptEvent[]> {
  const events: AttemptEvent[] = [];
  await house.providers.attempt(job, new AbortController().signal, (event) => void events.push(event));
  return events;
}

function candidateOf({ id, slug, kind }: ProviderCard): Candidate {
  const name = `${slug}/model-1`;
  return {
    target: { id: 'tgt_1', model: name, timeoutMs: 10_000, ttftTimeoutMs: null, maxAttempts: 1 },
    model: {
      name,
      modelId: 'model-1',
      providerId: id,
      providerSlug: slug,
      providerKind: kind,
      contextTokens: null,
      maxOutputTokens: null,
      enabled: true,
      hasCredential: true,
      prices: null,
    },
    eligible: true,
    reasons: [],
    estimatedCostNanos: null,
  };
}
