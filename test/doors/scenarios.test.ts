import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answering, answers, type Loopback, loopback, streams } from '../providers/loopback.ts';
import { requestsDiffer } from '../recordings/compare.ts';
import { placeFor } from '../recordings/doors/house.ts';
import { type Exchange, readExchanges } from '../recordings/exchange.ts';
import { fields } from '../recordings/fields.ts';
import type { Wire } from '../recordings/reading.ts';
import { defaultFile } from '../recordings/replay.ts';
import { anthropic } from '../recordings/wires/anthropic.ts';
import { openaiChat } from '../recordings/wires/openai-chat.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { type ClientTool, type JsonSchema, readers, toldOf } from './readers.ts';

/**
 * What clients do in more than one step, before a vendor that answers what it was recorded to answer. A single
 * question, whole and streamed, is asked of every recorded answer in crossed.test.ts. Not here: embeddings, of which no
 * vendor's exchange was recorded.
 */
let gateway: TestGateway;
let exchanges: Exchange[] = [];
const recorded = existsSync(defaultFile);
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  if (recorded) exchanges = await readExchanges(defaultFile);
});
afterAll(() => gateway.close());

interface Vendor {
  readonly name: string;
  readonly kind: string;
  readonly wire: Wire;
  /** Recorded: a call of tools, their results, and the last word. */
  readonly conversations: readonly string[];
  /** Recorded: an object of the schema that is in its instructions. */
  readonly object: readonly [name: string, n: number];
  /** Recorded: a stream that begins with text. */
  readonly stream: readonly [name: string, n: number];
  /** Recorded: a question that it would not take. */
  readonly refusal: readonly [name: string, n: number];
  /** By its documentation, for want of a recorded one: too many callers. */
  readonly overloaded: Answering;
}

const vendors: readonly Vendor[] = [
  {
    name: 'Anthropic',
    kind: 'ANTHROPIC',
    wire: anthropic,
    // None of its recorded streams calls a tool of the client.
    conversations: ['test_multiple_parallel_tool_calls'],
    object: ['test_anthropic_prompted_output_multiple', 0],
    stream: ['test_anthropic_text_editor_code_execution_tool_stream', 0],
    refusal: ['test_anthropic_explicit_effort_xhigh_unsupported_model_errors', 0],
    overloaded: answers(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  },
  {
    name: 'OpenAI',
    kind: 'OPENAI_CHAT',
    wire: openaiChat,
    conversations: ['test_tool_choice_matrix[auto-openai]', 'test_run_stream_sync_streams_real_model'],
    object: ['test_openai_prompted_output', 1],
    stream: ['test_run_stream_sync_streams_real_model', 1],
    refusal: ['test_multimodal_tool_return_matrix[direct-binary-audio-', 1],
    overloaded: answers(503, { error: { type: 'server_error', message: 'The engine is currently overloaded.' } }),
  },
];
const pairs = readers.flatMap((reader) => vendors.map((vendor) => [reader.name, vendor.name, reader, vendor] as const));

describe.skipIf(!recorded).concurrent('recorded (skipped where ../shared/recordings is not checked out)', () => {
  test.each(pairs)('%s goes round with the tools that %s called', async (_client, _vendor, reader, vendor) => {
    for (const name of vendor.conversations) {
      const turns = exchanges.filter((exchange) => isOf(exchange, name)).sort((one, other) => one.n - other.n);
      const [first, last] = [bodyOf(turns[0]!), vendor.wire.request(bodyOf(turns.at(-1)!))];
      for (const streamed of [false, true]) {
        await using provider = await providerOf(vendor, (response, request, turn) =>
          said(turns[turn - 1]!)(response, request, turn),
        );
        const model = await provider.modelFor(turns[0]!);
        const question = { model, streamed, ...wordsOf(vendor.wire, first), tools: toolsOf(last) };
        const told = await reader.read(gateway, question);
        expect(told).toEqual(turns.map((turn) => toldOf(vendor.wire, turn, reader)));
        // Each client sends limits of its own.
        const asked = provider.asked.map((body) => vendor.wire.request(body));
        const differences = turns.map((turn, at) => requestsDiffer(vendor.wire.request(bodyOf(turn)), asked[at]!));
        expect(differences.flat().filter(({ field }) => field !== 'request.sampling')).toEqual([]);
        expect(idsOf(asked.at(-1)!, 'toolResult')).toEqual(idsOf(asked.at(-1)!, 'toolCall'));
      }
    }
  });

  test.each(pairs)('%s gets an object of a schema from %s', async (_client, _vendor, reader, vendor) => {
    const exchange = find(...vendor.object);
    const { instructions, prompt } = wordsOf(vendor.wire, bodyOf(exchange));
    const schema = JSON.parse(/\{.*\}/.exec(instructions!)![0]) as JsonSchema;
    await using provider = await providerOf(vendor, said(exchange));
    const model = await provider.modelFor(exchange);
    const wanted = toldOf(vendor.wire, exchange, reader);
    for (const streamed of [false, true]) {
      const told = await reader.read(gateway, { model, streamed, prompt, schema });
      expect(told).toEqual([{ ...wanted, object: JSON.parse(wanted.text) }]);
    }
    for (const body of provider.asked) {
      const { output } = vendor.wire.request(body);
      expect(output).toMatchObject({ kind: 'schema', schema: { required: schema.required } });
    }
  });

  test.each(pairs)('%s hangs up, and the socket to %s is closed', async (_client, _vendor, reader, vendor) => {
    const exchange = find(...vendor.stream);
    const events = exchange.response.text!.split(/(?<=\n\n)/).map((event) => Buffer.from(event).toString('latin1'));
    for (const streamed of [false, true]) {
      await using provider = await providerOf(vendor, streams(events.slice(0, events.length / 2), false));
      const model = await provider.modelFor(exchange);
      const leaving = new AbortController();
      const { promise: heard, resolve: hears } = Promise.withResolvers<void>();
      const { signal } = leaving;
      const read = reader.read(gateway, { model, streamed, signal, hears });
      read.catch(() => {});
      // Not `expect.poll`, which tests that run side by side take from one another.
      await vi.waitFor(() => expect(provider.asked).toHaveLength(1), { timeout: 10_000 });
      if (streamed) await heard;
      leaving.abort();
      await provider.hungUp();
      await expect(read).rejects.toThrow();
    }
  });

  test.each(pairs)('%s tries again when %s is overloaded', async (_client, _vendor, reader, vendor) => {
    const exchange = find(vendor.conversations[0]!, 1);
    const turns = [vendor.overloaded, vendor.overloaded, said(exchange)];
    await using provider = await providerOf(vendor, (response, request, turn) =>
      turns[turn - 1]!(response, request, turn),
    );
    const model = await provider.modelFor(exchange);
    const asks = (maxRetries: number) => reader.read(gateway, { model, streamed: false, maxRetries });
    await expect(asks(0)).rejects.toThrow();
    expect(provider.asked).toHaveLength(1);
    expect(await asks(1)).toEqual([toldOf(vendor.wire, exchange, reader)]);
    expect(provider.asked).toHaveLength(3);
  });

  // The others do not read `x-should-retry`, and try again after every 5xx.
  const advised = pairs.filter(([, , { readsAdvice }]) => readsAdvice);
  test.each(advised)('%s does not try again what %s refused', async (_client, _vendor, reader, vendor) => {
    const refusal = find(...vendor.refusal);
    await using provider = await providerOf(vendor, said(refusal));
    const model = await provider.modelFor(refusal);
    const { message } = fields(fields(refusal.response.json).error);
    await expect(reader.read(gateway, { model, streamed: false, maxRetries: 2 })).rejects.toThrow(String(message));
    expect(provider.asked).toHaveLength(1);
  });
});

// ---------------------------------------------------------------- recordings

function isOf({ case: name, provider }: Exchange, prefix: string): boolean {
  return vendors.some((vendor) => vendor.name.toLowerCase() === provider) && name.split('/').at(-1)!.startsWith(prefix);
}

function find(name: string, n: number): Exchange {
  return exchanges.find((exchange) => isOf(exchange, name) && exchange.n === n)!;
}

function bodyOf({ request }: Exchange): unknown {
  return request.json ?? JSON.parse(request.text!);
}

function said({ response: { status, json, text } }: Exchange): Answering {
  // Bytes as characters, as the loopback writes them.
  return text === undefined ? answers(status, json as object) : streams([Buffer.from(text).toString('latin1')]);
}

function wordsOf(wire: Wire, body: unknown): { instructions?: string; prompt: string } {
  const { messages } = wire.request(body);
  const words = (role: string) => messages.find((message) => message.role === role)?.parts[0];
  const [system, user] = [words('SYSTEM'), words('USER')];
  if (user?.kind !== 'text') throw new Error('The recording does not begin with words.');
  return { ...(system?.kind === 'text' && { instructions: system.text }), prompt: user.text };
}

type Asked = ReturnType<Wire['request']>;

/** Tools that give the recorded results of the recorded calls. */
function toolsOf({ tools, messages }: Asked): ClientTool[] {
  const parts = messages.flatMap((message) => message.parts);
  return tools.map(({ name, description, inputSchema }) => ({
    ...{ name, description: description ?? '', inputSchema: inputSchema as JsonSchema },
    run(input) {
      const call = parts.find(
        (part) =>
          part.kind === 'toolCall' && part.name === name && JSON.stringify(part.arguments) === JSON.stringify(input),
      );
      const result = parts.find(
        (part) => part.kind === 'toolResult' && call?.kind === 'toolCall' && part.toolCallId === call.toolCallId,
      );
      if (result?.kind !== 'toolResult' || !('text' in result.result)) throw new Error(`${name} was never called so.`);
      return result.result.text;
    },
  }));
}

function idsOf({ messages }: Asked, kind: 'toolCall' | 'toolResult'): string[] {
  const parts = messages.flatMap((message) => message.parts);
  return parts.flatMap((part) => (part.kind === kind && 'toolCallId' in part ? [part.toolCallId] : []));
}

// ---------------------------------------------------------------- the provider

interface Provider extends AsyncDisposable, Pick<Loopback, 'asked' | 'hungUp'> {
  /** What to give as `model` for an answer of the same form as the recorded one. */
  modelFor(exchange: Exchange): Promise<string>;
}

let made = 0;
async function providerOf({ kind, wire }: Vendor, answer: Answering): Promise<Provider> {
  const server = await loopback(answer);
  const place = await placeFor(gateway.ask, `vendor-${++made}`, kind, Number(new URL(server.url).port));
  return {
    asked: server.asked,
    hungUp: server.hungUp,
    modelFor: (exchange) => place.modelFor(wire.modelId(bodyOf(exchange)), exchange.response.text !== undefined),
    [Symbol.asyncDispose]: server.close,
  };
}
