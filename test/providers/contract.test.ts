import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CancelledProblem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import { createEgress, type Egress } from '../../src/platform/egress.ts';
import { catalogue, rowOf } from '../../src/providers/catalogue.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';
import { type Answering, answers, type Loopback, loopback, streams } from './loopback.ts';
import { wireFixtures } from './wire-fixtures.ts';

/** What every provider behind a network must do, over real sockets and through the real way out. */

const behindNetwork = catalogue.map(({ kind }) => kind).filter((kind) => kind !== 'simulator');

let egress: Egress;
let server: Loopback;
beforeEach(() => {
  egress = createEgress({ allow: ['127.0.0.1'] });
});
afterEach(async () => {
  await egress.close();
  await server.close();
});

const tool = {
  name: 'get_capital',
  description: 'The capital of a country',
  inputSchema: { type: 'object', properties: { country: { type: 'string' } }, required: ['country'] },
  strict: false,
};

describe.each(behindNetwork)('%s', (kind) => {
  const wire = wireFixtures[kind]!;
  /** Of an answer that breaks off: Anthropic has told by then what it read. */
  const source = kind === 'anthropic' ? 'MIXED' : 'ESTIMATED';

  /** The model, with a server behind it that answers so. */
  async function answering(answer: Answering) {
    server = await loopback(answer);
    const row = rowOf(kind);
    const connection = {
      baseUrl: server.url + wire.baseUrl,
      secret: new Secret('secret-of-ours'),
      settings: {},
      ...egress,
      runtime: systemRuntime,
    };
    return { row, connection, modelId: 'model-1' };
  }

  it('streams a text as it comes and ends with the usage the provider reported', async () => {
    const { error, parts, events, attempts, finishReason } = await ask(await answering(streams(wire.text)));
    expect(error).toBeUndefined();
    expect(parts).toEqual([{ kind: 'text', text: 'The capital is London.', citations: [] }]);
    const deltas = events.flatMap((event) => (event.kind === 'textDelta' ? [event.text] : []));
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe('The capital is London.');
    expect(finishReason).toBe('STOP');
    expect(attempts[0]).toMatchObject({
      outcome: 'SUCCEEDED',
      httpStatus: 200,
      providerRequestId: 'up_1',
      usage: { ...wire.usage, source: 'PROVIDER' },
    });
  });

  it('says the same in fewer pieces where nobody wants them apart', async () => {
    const atOnce = await answering(streams([wire.text.join('')]));
    const [apart, together] = [await ask(atOnce), await ask(atOnce, {}, { together: true })];
    const texts = ({ events }: typeof apart) =>
      events.flatMap((event) => (event.kind === 'textDelta' ? event.text : []));
    expect(texts(together).join('')).toBe(texts(apart).join(''));
    expect(texts(together).length).toBeLessThanOrEqual(texts(apart).length);
    if (rowOf(kind).chat) expect(texts(together)).toHaveLength(1);
    expect({ ...together, events: [], attempts: [] }).toEqual({ ...apart, events: [], attempts: [] });
    expect(together.attempts[0]!.usage).toEqual(apart.attempts[0]!.usage);
  });

  it('says which model answered', async () => {
    const { attempts } = await ask(await answering(streams(wire.text)));
    expect(attempts[0]?.responseModel).toBe(wire.responseModel);
  });

  it('passes a call of a tool on, with its arguments raw and parsed', async () => {
    const { parts, finishReason } = await ask(await answering(streams(wire.toolCall)), { tools: [tool] });
    expect(parts).toMatchObject([
      { kind: 'toolCall', name: 'get_capital', rawArguments: '{"country":"UK"}', arguments: { country: 'UK' } },
    ]);
    expect(finishReason).toBe('TOOL_CALLS');
  });

  it('takes the tools, the instructions and the question along', async () => {
    await ask(await answering(streams(wire.text)), {
      tools: [tool],
      messages: [
        { role: 'SYSTEM', parts: [{ kind: 'text', text: 'Be brief.' }] },
        { role: 'USER', parts: [{ kind: 'text', text: 'Which capital?' }] },
      ],
    });
    const sent = JSON.stringify(server.asked[0]);
    for (const said of ['get_capital', 'Be brief.', 'Which capital?']) expect(sent).toContain(said);
  });

  it.each([
    ['after its first words', (text: readonly string[]) => text.slice(0, -3)],
    [
      'before its own end',
      (text: readonly string[]) => text.slice(0, kind === 'google' || kind === 'openai' ? -1 : -3),
    ],
  ])('never takes a stream that ends %s for an answer', async (_when, cut) => {
    const { error, attempts, finishReason } = await ask(await answering(streams(cut(wire.text))));
    expect(finishReason).toBeUndefined();
    expect(error).toMatchObject({ ...brokenOffBy('PROVIDER_ERROR', attempts), retryable: true });
    expect(attempts[0]).toMatchObject({ outcome: 'FAILED', usage: { source } });
    expect(attempts[0]?.usage.inputTokens).toBeGreaterThan(0);
  });

  it('never takes a page of a proxy for an answer', async () => {
    const page: Answering = (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Welcome</body></html>');
    };
    const { error } = await ask(await answering(page));
    expect(error).toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(String(error)).not.toContain('<');
  });

  it('hears an error in the middle of a stream', async () => {
    const { error, attempts } = await ask(
      await answering(
        streams([...wire.text.slice(0, 3).filter((event) => !event.includes('"finishReason"')), wire.errorEvent]),
      ),
    );
    expect(error).toMatchObject({ ...brokenOffBy('PROVIDER_OVERLOADED', attempts), retryable: true });
    expect(attempts[0]?.usage.source).toBe(source);
  });

  it('hears that it must wait, and how long', async () => {
    const { error, attempts } = await ask(await answering(answers(429, wire.rateLimited, { 'retry-after': '7' })));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 7000 });
    expect(attempts[0]).toMatchObject({ httpStatus: 429, usage: { source: 'NONE' }, cost: { totalNanos: 0n } });
  });

  it('does not ask again when the bill is what is wrong', async () => {
    const reached = await answering(answers(wire.unpaid.status, wire.unpaid.body, { 'retry-after': '1' }));
    const { error, attempts } = await ask(reached, {}, { maxAttempts: 3 });
    expect(error).toMatchObject({ code: 'PROVIDER_ERROR', retryable: false });
    expect(attempts).toHaveLength(1);
  });

  it('asks again when a pause may help, and is answered', async () => {
    const flaky: Answering = (response, request, turn) =>
      turn === 1
        ? answers(503, { error: { message: 'busy' } }, { 'retry-after-ms': '1' })(response, request, turn)
        : streams(wire.text)(response, request, turn);
    const { attempts } = await ask(await answering(flaky), {}, { maxAttempts: 2 });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('keeps our key out of what it repeats of a refusal', async () => {
    const refusal = {
      error: { type: 'authentication_error', message: 'Incorrect API key provided: sk-proj-1234567890abcdef.' },
    };
    const { error, attempts } = await ask(await answering(answers(401, refusal)));
    expect(String(error)).not.toContain('1234567890');
    expect(attempts[0]).toMatchObject({
      httpStatus: 401,
      providerMessage: expect.stringContaining('Incorrect API key'),
    });
  });

  it("closes the provider's socket when the call is cancelled in the middle of an answer", async () => {
    const begun = wire.text.slice(0, -1).filter((event) => !event.includes('"finishReason"'));
    const controller = new AbortController();
    const reached = await answering(streams(begun, false));
    const { error, attempts } = await ask(
      reached,
      {},
      {
        signal: controller.signal,
        onEvent: ({ kind: event }) => event === 'textDelta' && controller.abort(new Error('enough')),
      },
    );
    await server.hungUp();
    expect(error).toBeUndefined();
    expect(attempts).toMatchObject([{ outcome: 'CANCELLED', errorCode: 'CANCELLED', usage: { source } }]);
    expect(attempts[0]?.usage.outputTokens).toBeGreaterThan(0);
  });

  it("closes the provider's socket when the call is cancelled before a word was said", async () => {
    const controller = new AbortController();
    const silent: Answering = () => controller.abort(new CancelledProblem('enough'));
    const { attempts } = await ask(await answering(silent), {}, { signal: controller.signal });
    await server.hungUp();
    // It may have been at work already: nobody knows, so the question is charged.
    expect(attempts[0]).toMatchObject({ outcome: 'CANCELLED', usage: { source: 'ESTIMATED' } });
  });
});

/** After the first word there is no going back to another model: only the failure of what was said. */
function brokenOffBy(code: string, [attempt]: readonly { readonly ttftMs: number | null }[]): object {
  return attempt?.ttftMs === null ? { code } : { code: 'INCOMPLETE', failure: code };
}
