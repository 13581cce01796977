import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancel, complete, completion, follow, type SeenEvent, stream, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

let keys = 0;
const fresh = () => `key-${++keys}`;
const slow = {
  debug: { simulate: { tokensPerSecond: 40, reply: 'one two three four five six seven eight nine ten' } },
};
const endless = { debug: { simulate: { tokensPerSecond: 20, reply: 'word '.repeat(2000) } } };

async function requestsOf(endUser: string) {
  const { requests } = await gateway.ask<{ requests: { nodes: { id: string; status: string }[] } }>(
    'query ($filter: RequestFilter) { requests(first: 100, filter: $filter) { nodes { id status } } }',
    { filter: { endUser: [endUser] } },
  );
  return requests.nodes;
}

async function all(events: AsyncIterable<SeenEvent>): Promise<SeenEvent[]> {
  const seen: SeenEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

test('a stream is numbered without gaps, ends once, and its text adds up to the answer', async () => {
  const events = await all(stream(gateway, { ...to('sim/large-1', 'A story'), idempotencyKey: fresh() }));
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
  expect(events[0]).toMatchObject({ __typename: 'CompletionStarted', replayed: false });
  const ends = events.filter(
    ({ __typename }) => /Finished$|Failed$/.test(__typename) && __typename.startsWith('Completion'),
  );
  expect(ends).toEqual([events.at(-1)]);
  const text = events.map((event) => (event.__typename === 'TextDelta' ? event.text : '')).join('');
  expect(text).toBe(events.at(-1)!.completion!.text);
});

test('every place of a finished run can be come back to', async () => {
  const { completion: done } = await complete(gateway, to('sim/small-1', 'Come back'));
  const whole = await all(follow(gateway, done!.id));
  for (const { seq } of whole) {
    expect(await all(follow(gateway, done!.id, seq))).toEqual(whole.slice(seq));
  }
});

test('two followers of a running run see the same log, also the one who comes late', async () => {
  const { completion: running } = await complete(gateway, { ...to('sim/echo-1', 'x'), ...slow }, 0);
  expect(running!.status).toBe('RUNNING');
  const early = all(follow(gateway, running!.id));
  const late: SeenEvent[] = [];
  for await (const event of follow(gateway, running!.id)) {
    if (event.__typename === 'TextDelta')
      late.push(...(late.length === 0 ? await all(follow(gateway, running!.id)) : []));
    if (late.length > 0) break;
  }
  expect(late).toEqual(await early);
});

test('without coalescing every token is an event; with a wide window there are few, and the first does not wait', async () => {
  const reply = { debug: { simulate: { reply: 'a b c d e f g h i j k l m n o p' } } };
  const texts = async (coalesceMs: number) =>
    (
      await all(stream(gateway, { ...to('sim/echo-1', 'x'), ...reply, idempotencyKey: fresh() }, { coalesceMs }))
    ).filter(({ __typename }) => __typename === 'TextDelta');
  const [single, merged] = [await texts(0), await texts(1000)];
  expect(single.length).toBeGreaterThan(merged.length);
  expect(merged[0]!.text).toBe(single[0]!.text);
  expect(merged.map(({ text }) => text).join('')).toBe(single.map(({ text }) => text).join(''));
});

test('a thousand calls with one key are one run', { timeout: 60_000 }, async () => {
  const input = { ...to('sim/small-1', 'Only once'), idempotencyKey: fresh(), endUser: 'thousand' };
  // A busy machine takes its time over the thousandth: who stops waiting sees the run before its end.
  const results = await Promise.all(Array.from({ length: 1000 }, () => complete(gateway, input, 50_000)));
  expect(new Set(results.map(({ completion }) => completion?.id)).size).toBe(1);
  expect(new Set(results.map(({ completion }) => completion?.text)).size).toBe(1);
  expect(results.filter(({ replayed }) => !replayed).length).toBe(1);
  expect(await requestsOf('thousand')).toHaveLength(1);
});

test('the same key with another input is a conflict', async () => {
  const idempotencyKey = fresh();
  const first = await complete(gateway, { ...to('sim/small-1', 'One'), idempotencyKey });
  const other = await complete(gateway, { ...to('sim/small-1', 'Two'), idempotencyKey });
  expect(first.__typename).toBe('CompletionAccepted');
  expect(other).toMatchObject({ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT' });
});

test('keys of different API keys do not meet', async () => {
  const idempotencyKey = fresh();
  const other = await gateway.keyWith('COMPLETIONS_WRITE', 'COMPLETIONS_READ');
  const mine = await complete(gateway, { ...to('sim/small-1', 'One'), idempotencyKey });
  const theirs = await complete(gateway, { ...to('sim/small-1', 'Two'), idempotencyKey }, 10_000, other);
  expect([mine.__typename, theirs.__typename]).toEqual(['CompletionAccepted', 'CompletionAccepted']);
});

test('a call attaches to the run while it is running', async () => {
  const input = { ...to('sim/echo-1', 'x'), ...slow, idempotencyKey: fresh() };
  const [started, attached] = [await complete(gateway, input, 0), await complete(gateway, input)];
  expect(attached).toMatchObject({ replayed: true, completion: { id: started.completion!.id, status: 'SUCCEEDED' } });
});

test('a run that failed in a retryable way is really tried again under its key', async () => {
  const script = { failWith: 'PROVIDER_OVERLOADED' };
  const input = {
    ...to('sim/small-1', 'Again'),
    debug: { simulate: script },
    idempotencyKey: fresh(),
    endUser: 'retried',
  };
  const [first, second] = [await complete(gateway, input), await complete(gateway, input)];
  expect([first.retryable, second.retryable]).toEqual([true, true]);
  expect(first.requestId).not.toBe(second.requestId);
  expect(await requestsOf('retried')).toHaveLength(2);
});

test('completionByKey finds the run of a key, and only one of the same API key', async () => {
  const idempotencyKey = fresh();
  const { completion: done } = await complete(gateway, { ...to('sim/small-1', 'Find me'), idempotencyKey });
  const find = 'query ($key: String!) { completionByKey(idempotencyKey: $key) { id } }';
  expect(await gateway.ask(find, { key: idempotencyKey })).toEqual({ completionByKey: { id: done!.id } });
  const other = await gateway.keyWith('COMPLETIONS_READ');
  expect(await gateway.ask(find, { key: idempotencyKey }, other)).toEqual({ completionByKey: null });
});

test('a stream without an idempotency key is refused', async () => {
  await expect(all(stream(gateway, to('sim/small-1', 'x')))).rejects.toThrow(/VALIDATION_FAILED.*idempotencyKey/);
});

test('cancelling stops the run, keeps what was said, and charges for it', async () => {
  const input = { ...to('sim/echo-1', 'x'), ...endless, idempotencyKey: fresh() };
  let cancelled: Awaited<ReturnType<typeof cancel>> | undefined;
  let end: SeenEvent | undefined;
  for await (const event of stream(gateway, input, { coalesceMs: 0 })) {
    if (event.__typename === 'TextDelta') cancelled ??= await cancel(gateway, event.completionId, 'enough');
    end = event;
  }
  expect(cancelled).toMatchObject({ __typename: 'CompletionAccepted', completion: { status: 'CANCELLED' } });
  expect(end).toMatchObject({ __typename: 'CompletionFailed', error: { code: 'CANCELLED' } });
  expect(end!.completion!.text).toContain('word');
  expect(end!.completion!.usage).toMatchObject({ source: 'ESTIMATED' });
  expect(BigInt(end!.completion!.cost.total.nanos)).toBeGreaterThan(0n);
});

test('a mutation that waits for a cancelled run is told so', async () => {
  const idempotencyKey = fresh();
  const waiting = complete(gateway, { ...to('sim/echo-1', 'x'), ...endless, idempotencyKey });
  const { completion: attached } = await untilAttached(idempotencyKey);
  await cancel(gateway, attached!.id, 'enough');
  expect(await waiting).toMatchObject({ __typename: 'CancelledError', code: 'CANCELLED' });
});

async function untilAttached(idempotencyKey: string) {
  for (;;) {
    const input = { ...to('sim/echo-1', 'x'), ...endless, idempotencyKey };
    const result = await complete(gateway, input, 0);
    if (result.completion) return result;
  }
}

test('cancelling a run that has ended changes nothing', async () => {
  const { completion: done } = await complete(gateway, to('sim/small-1', 'Done'));
  expect(await cancel(gateway, done!.id)).toMatchObject({ completion: { status: 'SUCCEEDED', text: done!.text } });
});

test('a closed connection is not a cancel', async () => {
  const input = { ...to('sim/echo-1', 'x'), ...slow, idempotencyKey: fresh() };
  let id = '';
  for await (const event of stream(gateway, input)) {
    id = event.completionId;
    break;
  }
  const events = await all(follow(gateway, id));
  expect(events.at(-1)).toMatchObject({ __typename: 'CompletionFinished', completion: { status: 'SUCCEEDED' } });
});

test('a stranger sees of a run what he sees of one that does not exist', async () => {
  const stranger = await gateway.stranger();
  const { completion: mine } = await complete(gateway, to('sim/small-1', 'Mine'));
  const made = 'cmp_00000000000000000000000000';
  const anonymous = (id: string, text: string) => text.replaceAll(id, 'ID');
  for (const look of [
    async (id: string) => JSON.stringify(await completion(gateway, id, stranger)),
    async (id: string) => JSON.stringify(await cancel(gateway, id, 'mine now', stranger)),
    async (id: string) => String(await all(follow(gateway, id, 0, stranger)).catch((error: Error) => error.message)),
    async (id: string) =>
      JSON.stringify(await gateway.raw('query ($id: ID!) { node(id: $id) { id } }', { id }, stranger)),
  ]) {
    expect(anonymous(mine!.id, await look(mine!.id))).toBe(anonymous(made, await look(made)));
  }
});

test('another project of the same organization needs CONTENT_READ', async () => {
  const { teams } = await gateway.ask<{ teams: { id: string }[] }>('{ teams { id } }');
  const { projectSave } = await gateway.ask<{ projectSave: { project: { id: string } } }>(
    'mutation ($input: ProjectSaveInput!) { projectSave(input: $input) { ... on AccessSaved { project { id } } } }',
    { input: { team: teams[0]!.id, slug: 'elsewhere', name: 'Elsewhere' } },
  );
  const keyOf = async (scopes: string[]) => {
    const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
      { input: { name: 'elsewhere', project: projectSave.project.id, scopes } },
    );
    return apiKeyCreate.secret;
  };
  const { completion: mine } = await complete(gateway, to('sim/small-1', 'Mine'));
  expect(await completion(gateway, mine!.id, await keyOf(['COMPLETIONS_READ']))).toBeNull();
  expect(await completion(gateway, mine!.id, await keyOf(['COMPLETIONS_READ', 'CONTENT_READ']))).toMatchObject({
    id: mine!.id,
  });
});
