import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextOf } from '../../src/graphql/context.ts';
import { execute } from '../../src/graphql/execute.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createSubscribe } from '../../src/graphql/subscriptions.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { leftBehind } from '../support/left-behind.ts';

/** Of what an operation had, nothing waits for a full collection when it is over: see src/README.md. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const MEGABYTE = 1_000_000;

/** Of an operation that has a megabyte beside what each has. */
async function operation(text: string) {
  const caller = await gateway.gateway.rooms.access.authenticate({ authorization: `Bearer ${gateway.key}`, ip: null });
  const arrival = { caller, bytes: 0, trace: null, signal: new AbortController().signal };
  const contextValue = { ...contextOf(gateway.gateway, arrival), had: Buffer.alloc(MEGABYTE) };
  return { schema, document: parse(text), contextValue };
}

test('queries leave nothing', async () => {
  const ask = async () => {
    const { errors, data } = await execute(await operation('{ models(first: 1) { nodes { name } } }'));
    expect([errors, data?.models]).toEqual([undefined, expect.anything()]);
  };
  expect(await leftBehind(30, ask)).toBeLessThan(10 * MEGABYTE);
});

test('what is answered at once leaves nothing', async () => {
  const ask = async () => {
    const result = execute(await operation('{ viewer { scopes } }'));
    expect(result).not.toBeInstanceOf(Promise);
  };
  expect(await leftBehind(30, ask)).toBeLessThan(10 * MEGABYTE);
});

test('a subscription leaves nothing', async () => {
  const subscribe = createSubscribe(schema, gateway.gateway, new AbortController().signal);
  const { completion } = await complete(gateway, to('sim/echo-1', 'Hi'));
  const follow = async () => {
    const events = await subscribe(
      await operation(`subscription { completionEvents(id: "${completion!.id}") { seq } }`),
    );
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    let heard = 0;
    for await (const { errors } of events) heard += errors ? 0 : 1;
    expect(heard).toBeGreaterThan(2);
  };
  expect(await leftBehind(30, follow)).toBeLessThan(10 * MEGABYTE);
});
