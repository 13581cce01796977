import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGlidepath, type Question, type StreamEvent } from '../../src/client/index.ts';
import { collect } from '../../src/core/stream.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const question: Question = { user: 'naïve café ☕ 你好', debug: { simulate: { seed: 3, tokensPerSecond: 400 } } };
const connect = (url: string, fetch = globalThis.fetch) =>
  createGlidepath({ url, apiKey: gateway.key, fetch, firstPauseMs: 1 });

/** No event lost, none twice, and what was said is what a whole answer says. */
async function expectWhole(events: readonly StreamEvent[]): Promise<void> {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
  expect(new Set(events.map(({ completionId }) => completionId)).size).toBe(1);
  const text = events.map((event) => (event.__typename === 'TextDelta' ? event.text : '')).join('');
  expect(events.at(-1)).toMatchObject({ __typename: 'CompletionFinished', completion: { text } });
  expect(text).toBe((await connect(gateway.url).complete(question)).text);
}

test('no event is lost or doubled, wherever the bytes stop coming', { timeout: 60_000 }, async () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(cuts, async (byteCounts) => {
      const left = [...byteCounts];
      const glidepath = connect(gateway.url, async (url, init) => cutAfter(left.shift(), await fetch(url, init)));
      await expectWhole(await collect(glidepath.stream(question)));
    }),
    { numRuns: 15 },
  );
});

/** The same answer, whose body breaks after so many bytes; not at all without a number. */
function cutAfter(bytes: number | undefined, response: Response): Response {
  if (bytes === undefined) return response;
  let left = bytes;
  const scissors = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk.slice(0, left));
      left -= chunk.length;
      if (left <= 0) controller.error(new TypeError('terminated'));
    },
  });
  return new Response(response.body!.pipeThrough(scissors), response);
}

test('a wire that is torn again and again costs nothing but time', async () => {
  const { hostname, port } = new URL(gateway.url);
  const proxy = await tcpProxy({ host: hostname, port: Number(port) });
  const glidepath = connect(`http://127.0.0.1:${proxy.port}`);
  const events: StreamEvent[] = [];
  for await (const event of glidepath.stream(question)) {
    events.push(event);
    if (event.seq % 7 !== 0) continue;
    proxy.cut();
    proxy.mend();
  }
  await expectWhole(events);
  await proxy.close();
});

test('an answer whose connection is torn is the answer of one run', async () => {
  const { hostname, port } = new URL(gateway.url);
  const proxy = await tcpProxy({ host: hostname, port: Number(port) });
  const keyed = { ...(question as object), idempotencyKey: 'torn' };
  const answer = connect(`http://127.0.0.1:${proxy.port}`).complete(keyed);
  const stream = connect(gateway.url).stream(keyed); // attaches to the run, or makes it
  await stream.next();
  proxy.cut();
  proxy.mend();
  expect((await answer).id).toBe(stream.id);
  await stream.return?.();
  await proxy.close();
});
