import { expect, vi } from 'vitest';
import { complete, type House } from '../policies/calls.ts';
import { operation } from '../support/operations.ts';

/** Somebody with something in every store there is, and the questions of an erasure. */

export interface Card {
  readonly id: string;
  readonly status: string;
  readonly calls: number;
  readonly stores: readonly { store: string; found: number; erased: number; anonymized: number }[];
  readonly blockedBy: readonly { policy: string; calls: number }[];
  readonly certificate: string | null;
  readonly certificateKey: string;
  readonly subjectHash: string;
}

let keys = 0;

/** Asks for an erasure and waits for its end. */
export async function erase({ gateway }: Pick<House, 'gateway'>, subject: object, more: object = {}): Promise<Card> {
  const { erasureCreate } = await gateway.ask<{ erasureCreate: { id: string; message?: string } }>(
    await operation('ErasureCreate'),
    { input: { subject, reason: 'They asked for it.', idempotencyKey: `erase ${++keys}`, ...more } },
  );
  expect(erasureCreate.message).toBeUndefined();
  return ended({ gateway }, erasureCreate.id);
}

export async function ended({ gateway }: Pick<House, 'gateway'>, id: string): Promise<Card> {
  const document = await operation('ErasureRequest');
  const card = async () => (await gateway.ask<{ erasureRequest: Card }>(document, { id })).erasureRequest;
  await vi.waitFor(async () => expect((await card()).status).not.toBe('RUNNING'), { timeout: 60_000, interval: 100 });
  return card();
}

export function foundIn({ stores }: Card): Record<string, number> {
  return Object.fromEntries(stores.filter(({ found }) => found > 0).map(({ store, found }) => [store, found]));
}

/** @returns the ids of the requests */
export async function livesHere(house: House, endUser: string, says: string): Promise<readonly string[]> {
  const { gateway } = house;
  house.says(`You said: ${says}`);
  const requests: string[] = [];
  for (const turn of [1, 2]) {
    const { requestId, type, message } = await complete(gateway, {
      messages: [{ role: 'USER', parts: [{ text: `${says} (${turn})` }] }],
      endUser,
      idempotencyKey: `${endUser}.${turn}`,
      run: { runId: `run-of-${endUser}` },
      tags: [{ key: 'customer', value: endUser }],
    });
    expect({ type, message }).toEqual({ type: 'CompletionAccepted', message: null });
    requests.push(requestId);
  }
  await gateway.ask('mutation ($input: ScoreCreateInput!) { scoreCreate(input: $input) { __typename } }', {
    input: {
      name: 'helpful',
      subject: { request: requests[0] },
      value: { passed: true },
      comment: `${endUser} says that ${says}`,
    },
  });
  await gateway.ask('mutation ($input: FileCreateInput!) { fileCreate(input: $input) { __typename } }', {
    input: {
      filename: `${endUser}.txt`,
      mimeType: 'text/plain',
      content: Buffer.from(says).toString('base64'),
      endUser,
    },
  });
  // An answer that some earlier rule let be remembered.
  const { organizationId } = await viewer(house);
  const { rooms } = gateway.gateway;
  const request = { messages: [{ role: 'USER', parts: [{ kind: 'text', text: says }] }] } as never;
  const part = { kind: 'text' as const, text: says, citations: [] };
  const rule = { partition: 'p', maxAgeMs: 3_600_000 };
  await rooms.cache.remember(organizationId, request, rule, [
    { kind: 'partStarted', index: 0, part: 'text' },
    { kind: 'partFinished', index: 0, part },
  ]);
  return requests;
}

export async function viewer({ gateway }: House): Promise<{ organizationId: string; apiKeyId: string }> {
  const { viewer } = await gateway.ask<{ viewer: { organization: { id: string }; apiKey: { id: string } } }>(
    '{ viewer { organization { id } apiKey { id } } }',
  );
  return { organizationId: viewer.organization.id, apiKeyId: viewer.apiKey.id };
}
