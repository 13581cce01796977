import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CompletionDocument, createGlidepath, type Glidepath, type Question } from '../../src/client/index.ts';
import { collect } from '../../src/core/stream.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let glidepath: Glidepath;

beforeAll(async () => {
  gateway = await openTestGateway();
  glidepath = as(gateway.key);
});
afterAll(() => gateway.close());

const as = (apiKey: string) => createGlidepath({ url: gateway.url, apiKey, maxAttempts: 1 });

/** Goes on for hours unless it is stopped. */
const endless: Question = { user: 'go on', debug: { simulate: { tokensPerSecond: 1 } } };

describe('complete', () => {
  test('gives the answer, what it took and what it cost', async () => {
    const answer = await glidepath.complete({ model: 'sim/echo-1', user: 'hello there' });
    expect(answer).toMatchObject({ text: 'hello there', model: 'sim/echo-1', finishReason: 'STOP', replayed: false });
    expect(BigInt(answer.cost.total.nanos)).toBeGreaterThan(0n);
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
    const { completion } = await glidepath.request(CompletionDocument, { id: answer.id });
    expect(completion).toMatchObject({ text: answer.text, cost: answer.cost, usage: answer.usage });
  });

  test('gives the tool calls, and takes their results', async () => {
    const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const tools = {
      inline: [{ name: 'weather', description: 'The weather', inputSchema }],
      choice: { tool: 'weather' },
    };
    const user = { role: 'USER', parts: [{ text: 'How is the weather in Bern?' }] } as const;
    const { toolCalls, finishReason } = await glidepath.complete({ messages: [user], tools });
    expect(finishReason).toBe('TOOL_CALLS');
    const [{ toolCallId, name, arguments: args, signature }] = toolCalls as [(typeof toolCalls)[0]];
    expect(args).toMatchObject({ city: expect.any(String) });
    const { text } = await glidepath.complete({
      messages: [
        user,
        { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId, name, arguments: args, signature } }] },
        { role: 'TOOL', parts: [{ toolResult: { toolCallId, result: { text: 'sunny' } } }] },
      ],
    });
    expect(text).not.toBe('');
  });

  test('the same idempotency key is answered from the first run', async () => {
    const question = { user: 'once', idempotencyKey: 'complete-once' };
    const first = await glidepath.complete(question);
    const second = await glidepath.complete(question);
    expect(second).toMatchObject({ id: first.id, text: first.text, replayed: true });
  });
});

describe('stream', () => {
  test('says the same as complete', async () => {
    const question = { system: 'Be brief', user: 'a story', debug: { simulate: { seed: 7 } } };
    const { text } = await glidepath.complete(question);
    let streamed = '';
    for await (const event of glidepath.stream(question)) if (event.__typename === 'TextDelta') streamed += event.text;
    expect(streamed).toBe(text);
  });

  test('cancel stops the run itself; its last event is read, and nothing is thrown', async () => {
    const stream = glidepath.stream(endless);
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.__typename);
      if (event.__typename === 'AttemptStarted') await stream.cancel('seen enough');
    }
    expect(types.at(-1)).toBe('CompletionFailed');
    const { completion } = await glidepath.request(CompletionDocument, { id: stream.id! });
    expect(completion).toMatchObject({ status: 'CANCELLED', error: { reason: 'seen enough' } });
  });

  test('cancel by somebody else is a failure like any other', async () => {
    const stream = glidepath.stream(endless);
    await stream.next();
    await glidepath.follow(stream.id!).next();
    const other = glidepath.follow(stream.id!);
    await other.next();
    await other.cancel();
    await expect(collect(stream)).rejects.toMatchObject({ name: 'CancelledError' });
  });

  test('leaving the loop leaves the run alone, and follow goes on where it was left', async () => {
    const stream = glidepath.stream({ user: 'a story', debug: { simulate: { tokensPerSecond: 200 } } });
    for await (const event of stream) if (event.__typename === 'TextDelta') break;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    const rest = await collect(glidepath.follow(stream.id!, { afterSeq: stream.lastSeq }));
    expect(rest[0]?.seq).toBe(stream.lastSeq + 1);
    expect(rest.at(-1)?.__typename).toBe('CompletionFinished');
  });

  test('an aborted signal ends a stream that waits, with its reason, and leaves the run alone', async () => {
    const controller = new AbortController();
    const stream = glidepath.stream(endless, { signal: controller.signal });
    await stream.next();
    const rest = collect(stream);
    controller.abort('gone home');
    await expect(rest).rejects.toBe('gone home');
    const { completion } = await glidepath.request(CompletionDocument, { id: stream.id! });
    expect(completion?.status).toBe('RUNNING');
    await glidepath.follow(stream.id!).cancel();
  });

  test('whoever has seen the last event has nothing more to follow', async () => {
    const stream = glidepath.stream('short');
    await collect(stream);
    expect(await collect(glidepath.follow(stream.id!, { afterSeq: stream.lastSeq }))).toEqual([]);
  });
});

describe('failures are exceptions of their type', () => {
  test('a name that is nearly right', async () => {
    const failure = await glidepath.complete({ route: 'defualt', user: 'hi' }).catch((error) => error);
    expect(failure).toMatchObject({ name: 'ValidationError', issues: [{ suggestions: ['default'] }] });
  });

  test('a key that is none', async () => {
    const stranger = as('gp_live_nobody');
    await expect(stranger.complete('hi')).rejects.toMatchObject({ name: 'UnauthenticatedError' });
    await expect(stranger.stream('hi').next()).rejects.toMatchObject({ name: 'UnauthenticatedError' });
  });

  test('a key without the scope', async () => {
    const reader = as(await gateway.keyWith('COMPLETIONS_READ'));
    const forbidden = { name: 'ForbiddenError', missingScopes: ['COMPLETIONS_WRITE'] };
    await expect(reader.complete('hi')).rejects.toMatchObject(forbidden);
    await expect(reader.stream('hi').next()).rejects.toMatchObject(forbidden);
  });

  test('a run that is not there', async () => {
    await expect(glidepath.follow('cmp_nothing').next()).rejects.toMatchObject({
      name: 'NotFoundError',
      reference: 'cmp_nothing',
    });
  });

  test('a provider that fails', async () => {
    const question: Question = { user: 'hi', debug: { simulate: { failWith: 'PROVIDER_ERROR' } } };
    await expect(glidepath.complete(question)).rejects.toMatchObject({
      name: 'ProviderError',
      requestId: expect.stringMatching(/^req_/),
    });
  });

  test('a key that was used for something else', async () => {
    const { id } = await glidepath.complete({ user: 'one', idempotencyKey: 'reused' });
    const failure = await glidepath.complete({ user: 'two', idempotencyKey: 'reused' }).catch((error) => error);
    expect(failure).toMatchObject({ name: 'IdempotencyConflictError', originalId: id });
    expect(failure.firstUsedAt.getTime()).toBeGreaterThan(0);
  });
});
