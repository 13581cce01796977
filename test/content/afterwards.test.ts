import { afterAll, beforeAll, expect, test } from 'vitest';
import { erase } from '../erasure/asking.ts';
import { complete, completion, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** A completion whose run can no longer be followed says of its content what `request.content` says. */

let gateway: TestGateway;
let reader: string;
beforeAll(async () => {
  gateway = await openTestGateway({ runs: { keepMs: 1 } });
  reader = await gateway.keyWith('COMPLETIONS_READ', 'USAGE_READ');
});
afterAll(() => gateway.close());

interface Withheld {
  readonly reason: string;
  readonly policy: string | null;
  readonly until: string | null;
}

interface Known {
  readonly completion: {
    readonly text: string | null;
    readonly parts: readonly object[] | null;
    readonly toolCalls: readonly object[];
    readonly withheld: Withheld | null;
  } | null;
  readonly request: { readonly content: { readonly withheld: Withheld | null } } | null;
}

interface Past {
  readonly id: string;
  readonly requestId: string;
}

async function past(): Promise<Past> {
  const { completion: done } = await complete(gateway, to('sim/echo-1', 'my cat is called Mimi'));
  // Who may not read what is kept sees nothing once the log is gone.
  await expect.poll(async () => (await completion(gateway, done!.id, reader))?.text, { timeout: 10_000 }).toBeNull();
  return done!;
}

const SAID = 'completion(id: $id) { text parts { __typename } toolCalls { name } withheld { reason policy until } }';

const known = ({ id, requestId }: Past, key?: string) =>
  gateway.ask<Known>(
    `query ($id: ID!, $requestId: ID!) { ${SAID}
      request(id: $requestId) { content { withheld { reason policy until } } } }`,
    { id, requestId },
    key,
  );

async function readings({ requestId }: Past): Promise<readonly string[]> {
  const { auditEvents } = await gateway.ask<{ auditEvents: { nodes: { resourceId: string; outcome: string }[] } }>(
    '{ auditEvents(first: 50, filter: { action: ["content.read"] }) { nodes { resourceId outcome } } }',
  );
  return auditEvents.nodes.filter((event) => event.resourceId === requestId).map(({ outcome }) => outcome);
}

async function hidden(call: Past, key?: string): Promise<Withheld> {
  const { completion: seen, request } = await known(call, key);
  expect(seen).toMatchObject({ text: null, parts: null, toolCalls: [] });
  expect(seen!.withheld).toEqual(request!.content.withheld);
  return seen!.withheld!;
}

test('what was never kept was not logged, and who may not read learns no more than that', async () => {
  const call = await past();
  expect(await hidden(call)).toEqual({ reason: 'NOT_LOGGED', policy: null, until: null });
  expect(await hidden(call, reader)).toEqual({ reason: 'NO_PERMISSION', policy: null, until: null });
});

test('what is kept is given to who may read it, in one audited reading, until it is gone', {
  timeout: 60_000,
}, async () => {
  const saved = await gateway.ask<{ policySave: { id: string } }>(await operation('PolicySave'), {
    input: { slug: 'keep', name: 'keep', rules: [{ logging: { level: 'FULL' } }] },
  });
  const [policy, scope] = [saved.policySave.id, { organization: true }];
  await gateway.ask(await operation('PolicyBind'), { input: { policy, scope, mode: 'ENFORCE' } });
  const [erased, expired] = [await past(), await past()];

  expect(await hidden(erased, reader)).toMatchObject({ reason: 'NO_PERMISSION' });
  await expect.poll(() => readings(erased)).toEqual(['DENIED']);
  const { completion: seen } = await gateway.ask<Known>(`query ($id: ID!) { ${SAID} }`, { id: erased.id });
  expect(seen).toMatchObject({ parts: [{ __typename: 'TextPart' }], toolCalls: [], withheld: null });
  expect(seen!.text).toContain('Mimi');
  expect(await readings(erased)).toEqual(['ALLOWED', 'DENIED']);
  expect((await known(erased, await gateway.stranger())).completion).toBeNull();

  await erase({ gateway }, { requestIds: [erased.requestId] });
  expect(await hidden(erased)).toEqual({ reason: 'ERASED', policy: null, until: expect.any(String) });

  // As retention leaves it.
  const gone = { sealed: null, gone: 'RETENTION_EXPIRED', gonePolicy: 'brief', goneAt: new Date() };
  await gateway.gateway.prisma.content.update({ where: { requestId: expired.requestId }, data: gone });
  const until = gone.goneAt.toISOString();
  expect(await hidden(expired)).toEqual({ reason: 'RETENTION_EXPIRED', policy: 'brief', until });
});
