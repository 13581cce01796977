import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ConnectionError,
  createGlidepath,
  GlidepathError,
  RateLimitedError,
  RouteSaveDocument,
  RoutesDocument,
  WithheldError,
} from '../../src/client/index.ts';
import { collect } from '../../src/core/stream.ts';
import {
  abortable,
  accepted,
  completion,
  event,
  events,
  failed,
  json,
  networkDown,
  type Reply,
  scriptedFetch,
} from './scripted-fetch.ts';

/** The client against a network that does what it is told, with time that moves when it is told. */
function client(replies: readonly Reply[], maxAttempts?: number) {
  const { fetch, calls } = scriptedFetch(...replies);
  const options = maxAttempts === undefined ? {} : { maxAttempts };
  return { calls, glidepath: createGlidepath({ url: 'http://gateway', apiKey: 'gp_live_x', fetch, ...options }) };
}

/** Lets time pass until `work` is done. */
async function passing<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => {});
  await vi.runAllTimersAsync();
  return work;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const keysOf = (calls: readonly { variables: Record<string, unknown> }[]) =>
  calls.map(({ variables }) => (variables.input as { idempotencyKey: string }).idempotencyKey);

describe('complete', () => {
  test('asks again after a broken connection, under the same idempotency key', async () => {
    const { glidepath, calls } = client([networkDown(), networkDown(), accepted(completion)]);
    const answer = await passing(glidepath.complete('hi'));
    expect(answer).toMatchObject({ id: 'cmp_1', text: 'hello', model: 'sim/small-1', replayed: false });
    expect(new Set(keysOf(calls))).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]));
    expect(calls).toHaveLength(3);
  });

  test('makes a new idempotency key for every call, and keeps one that was given', async () => {
    const { glidepath, calls } = client([1, 2, 3].map(() => accepted(completion)));
    await glidepath.complete('hi');
    await glidepath.complete('hi');
    await glidepath.complete({ user: 'hi', idempotencyKey: 'mine' });
    const [first, second, third] = keysOf(calls);
    expect(first).not.toBe(second);
    expect(third).toBe('mine');
  });

  test('puts what is said in short forms around the messages, and asks the default route', async () => {
    const { glidepath, calls } = client([accepted(completion), accepted(completion)]);
    const messages = [{ role: 'ASSISTANT', parts: [{ text: 'hello' }] }] as const;
    await glidepath.complete({ system: 'be brief', messages, user: 'hi' });
    await glidepath.complete({ model: 'sim/echo-1', user: 'hi', sampling: { temperature: 0 } });
    expect(calls.map(({ variables }) => variables.input)).toMatchObject([
      {
        target: { route: 'default' },
        messages: [
          { role: 'SYSTEM', parts: [{ text: 'be brief' }] },
          ...messages,
          { role: 'USER', parts: [{ text: 'hi' }] },
        ],
      },
      { target: { model: 'sim/echo-1' }, messages: [{ role: 'USER' }], sampling: { temperature: 0 } },
    ]);
  });

  test('waits as long as the gateway asks before it tries again', async () => {
    const limited = { __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryable: true, retryAfterMs: 30_000 };
    const { glidepath, calls } = client([failed(limited), accepted(completion)]);
    const answer = glidepath.complete('hi');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).text).toBe('hello');
  });

  test('does not try again what cannot succeed', async () => {
    const { glidepath, calls } = client([failed({ __typename: 'NoEligibleTargetError', code: 'NO_ELIGIBLE_TARGET' })]);
    await expect(glidepath.complete('hi')).rejects.toMatchObject({ name: 'NoEligibleTargetError', retryable: false });
    expect(calls).toHaveLength(1);
  });

  test('gives up after maxAttempts with the last failure', async () => {
    const limited = { __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryable: true };
    const { glidepath, calls } = client([networkDown(), networkDown(), failed(limited)], 3);
    await expect(passing(glidepath.complete('hi'))).rejects.toBeInstanceOf(RateLimitedError);
    expect(calls).toHaveLength(3);
  });

  test('goes on asking for a run that takes longer than one request may', async () => {
    const running = { ...completion, status: 'RUNNING', text: 'hel' };
    const { glidepath, calls } = client([accepted(running), accepted(running, true), accepted(completion, true)]);
    expect((await glidepath.complete('hi')).text).toBe('hello');
    expect(new Set(keysOf(calls)).size).toBe(1);
  });

  test('does not pass off an answer whose content is gone as an empty one', async () => {
    const { glidepath } = client([accepted({ ...completion, text: null }, true)]);
    const failure = await glidepath.complete({ user: 'hi', idempotencyKey: 'yesterday' }).catch((error) => error);
    expect(failure).toBeInstanceOf(WithheldError);
    expect(failure).toMatchObject({ completionId: 'cmp_1', requestId: 'req_1' });
  });

  test('an aborted signal ends the wait between two attempts, with its reason', async () => {
    const { glidepath, calls } = client([networkDown()]);
    const controller = new AbortController();
    const answer = glidepath.complete('hi', { signal: controller.signal });
    answer.catch(() => {});
    await vi.advanceTimersByTimeAsync(10);
    controller.abort('enough');
    await expect(answer).rejects.toBe('enough');
    expect(calls).toHaveLength(1);
  });

  test('an answer that never comes is a broken connection', async () => {
    const never = (signal: AbortSignal) =>
      new Promise<Response>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { glidepath } = client([never, accepted(completion)]);
    expect((await passing(glidepath.complete('hi'))).text).toBe('hello');
  });
});

describe('failures', () => {
  test('a type of the future is thrown as the base class, with what every error has', async () => {
    const { glidepath } = client([
      failed({ __typename: 'BudgetExceededError', code: 'BUDGET_EXCEEDED', requestId: 'req_9' }),
    ]);
    const failure = await glidepath.complete('hi').catch((error) => error);
    expect(failure.constructor).toBe(GlidepathError);
    expect(failure).toMatchObject({ code: 'BUDGET_EXCEEDED', message: 'no', requestId: 'req_9' });
  });

  test('top-level errors bring all of themselves and the data beside them', async () => {
    const errors = [{ message: 'broken', path: ['routes'], extensions: { code: 'INTERNAL', incidentId: 'inc_1' } }];
    const { glidepath } = client([json({ data: { routes: null }, errors })]);
    const failure = await glidepath.request(RoutesDocument).catch((error) => error);
    expect(failure).toMatchObject({ name: 'InternalError', incidentId: 'inc_1', errors, data: { routes: null } });
  });

  test('a proxy that says the gateway may be back soon is believed, one that says anything else is not', async () => {
    const proxy = (status: number) => new Response('<h1>sorry</h1>', { status });
    const back = client([proxy(502), proxy(503), json({ data: { routes: [] } })]);
    expect(await passing(back.glidepath.request(RoutesDocument))).toEqual({ routes: [] });
    const wrong = client([proxy(404)]);
    await expect(wrong.glidepath.request(RoutesDocument)).rejects.toMatchObject({
      code: 'CONNECTION',
      retryable: false,
    });
  });

  test('the message of a broken connection says what broke', async () => {
    const { glidepath } = client([networkDown()], 1);
    await expect(glidepath.request(RoutesDocument)).rejects.toThrow(
      'http://gateway/graphql broke: connect ECONNREFUSED',
    );
  });

  test('a client without a key, or with a url that is none, is not made', () => {
    expect(() => createGlidepath({ url: 'http://gateway', apiKey: undefined })).toThrow('GLIDEPATH_KEY');
    expect(() => createGlidepath({ url: 'gateway', apiKey: 'gp_live_x' })).toThrow(TypeError);
  });
});

describe('request', () => {
  const rules = [{ name: 'always', targets: [{ model: 'sim/echo-1' }] }];
  const saved = () => json({ data: { routeSave: { __typename: 'RouteSaved' } } });

  test('repeats a query, and a change that has an idempotency key', async () => {
    const query = client([networkDown(), json({ data: { routes: [] } })]);
    await passing(query.glidepath.request(RoutesDocument));
    const change = client([networkDown(), saved()]);
    const input = { slug: 'a', name: 'A', rules, idempotencyKey: 'once' };
    await passing(change.glidepath.request(RouteSaveDocument, { input }));
    expect([query.calls.length, change.calls.length]).toEqual([2, 2]);
  });

  test('never repeats a change without one: the first may have been carried out', async () => {
    const { glidepath, calls } = client([networkDown(), saved()]);
    const attempt = glidepath.request(RouteSaveDocument, { input: { slug: 'a', name: 'A', rules } });
    await expect(attempt).rejects.toBeInstanceOf(ConnectionError);
    expect(calls).toHaveLength(1);
  });
});

describe('stream', () => {
  const started = event(1, 'CompletionStarted');
  const delta = (seq: number) => event(seq, 'TextDelta', { index: 0, text: `${seq} ` });
  const finished = (seq: number) => event(seq, 'CompletionFinished', { completion });

  async function seqsOf(replies: readonly Reply[]) {
    const { glidepath, calls } = client(replies);
    const seen = await passing(collect(glidepath.stream('hi')));
    return { seqs: seen.map(({ seq }) => seq), calls };
  }

  test('comes back by the key as long as it knows nothing, and by the id from the last seq afterwards', async () => {
    const { seqs, calls } = await seqsOf([
      networkDown(),
      events('completionStream', [started, delta(2)], 'broken'),
      events('completionEvents', [delta(3)], 'broken'),
      events('completionEvents', [finished(4)], 'complete'),
    ]);
    expect(seqs).toEqual([1, 2, 3, 4]);
    expect(new Set(keysOf(calls.slice(0, 2))).size).toBe(1);
    expect(calls.slice(2).map(({ variables }) => variables)).toEqual([
      { id: 'cmp_1', afterSeq: 2 },
      { id: 'cmp_1', afterSeq: 3 },
    ]);
  });

  test('drops what it has seen and heartbeats', async () => {
    const { seqs } = await seqsOf([
      events('completionStream', [started, delta(2), event(2, 'Heartbeat')], 'broken'),
      events('completionEvents', [started, delta(2), delta(3), event(3, 'Heartbeat'), finished(4)], 'complete'),
    ]);
    expect(seqs).toEqual([1, 2, 3, 4]);
  });

  test('a connection on which nothing is said for 45 s is given up for another', async () => {
    const { glidepath, calls } = client([
      abortable(events('completionStream', [started], 'silent')),
      events('completionEvents', [finished(2)], 'complete'),
    ]);
    const stream = glidepath.stream('hi');
    await stream.next();
    const next = stream.next();
    await vi.advanceTimersByTimeAsync(44_999);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await next).value?.seq).toBe(2);
    await stream.return?.();
  });

  test('a reader that takes its time is not a silent gateway', async () => {
    const list = [started, delta(2), delta(3), delta(4), finished(5)];
    const { glidepath, calls } = client([abortable(events('completionStream', list, 'complete'))]);
    for await (const _event of glidepath.stream('hi')) await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
  });

  test('a stream that is completed before its run is a broken one', async () => {
    const { seqs } = await seqsOf([
      events('completionStream', [started], 'complete'),
      events('completionEvents', [finished(2)], 'complete'),
    ]);
    expect(seqs).toEqual([1, 2]);
  });

  test('attempts are counted from the last event on', async () => {
    const replies = [2, 3, 4, 5].flatMap((seq) => [networkDown(), events('completionEvents', [delta(seq)], 'broken')]);
    const { glidepath } = client(
      [
        events('completionStream', [started], 'broken'),
        ...replies,
        events('completionEvents', [finished(6)], 'complete'),
      ],
      3,
    );
    const seen = await passing(collect(glidepath.stream('hi')));
    expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is read to its very end, so that the connection can be used again', async () => {
    const whole = await events('completionStream', [started, finished(2)], 'complete').bytes();
    const chunks = [whole.slice(0, -20), whole.slice(-20)];
    const leave = vi.fn();
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks.shift();
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    expect(await collect(client([response]).glidepath.stream('hi'))).toHaveLength(2);
    expect(leave).not.toHaveBeenCalled();
  });

  test('does not wait for a connection that hangs after the last event', async () => {
    const { glidepath } = client([abortable(events('completionStream', [started, finished(2)], 'silent'))]);
    const seen = collect(glidepath.stream('hi'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await seen).toHaveLength(2);
  });

  test('a run that failed is told and thrown, and not started again', async () => {
    const error = { __typename: 'ProviderError', code: 'PROVIDER_OVERLOADED', message: 'busy', retryable: true };
    const { glidepath, calls } = client([
      events('completionStream', [started, event(2, 'CompletionFailed', { error, completion })], 'complete'),
    ]);
    const stream = glidepath.stream('hi');
    expect((await stream.next()).value?.__typename).toBe('CompletionStarted');
    expect((await stream.next()).value?.__typename).toBe('CompletionFailed');
    await expect(stream.next()).rejects.toMatchObject({ name: 'ProviderError', retryable: true });
    expect(calls).toHaveLength(1);
  });

  test('leaving it ends the wait for its next event at once', async () => {
    const { glidepath } = client([abortable(events('completionStream', [started], 'silent'))]);
    const stream = glidepath.stream('hi');
    await stream.next();
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('nothing is asked before the first event is, and nothing at all when it was cancelled before', async () => {
    const { glidepath, calls } = client([]);
    const stream = glidepath.stream('hi');
    await stream.cancel();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(calls).toHaveLength(0);
  });
});
