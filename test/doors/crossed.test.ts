import { existsSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FinishReason } from '../../src/core/chat.ts';
import { placeFor, type ReplayServer, startReplayServer } from '../recordings/doors/house.ts';
import { type Exchange, nameOf, readExchanges } from '../recordings/exchange.ts';
import type { Reading } from '../recordings/reading.ts';
import { defaultFile } from '../recordings/replay.ts';
import { anthropic } from '../recordings/wires/anthropic.ts';
import { openaiChat } from '../recordings/wires/openai-chat.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** One vendor's client, and behind the gateway what another vendor was recorded to answer. */
let gateway: TestGateway;
let server: ReplayServer;
let exchanges: Exchange[] = [];
const recorded = existsSync(defaultFile);
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  server = await startReplayServer();
  if (recorded) exchanges = await readExchanges(defaultFile);
});
afterAll(async () => {
  await server.close();
  await gateway.close();
});

type Told = Pick<Reading, 'text' | 'toolCalls'> & { readonly end: string; readonly tokens: readonly number[] };

const answersOf = (host: string, path: string) =>
  exchanges.filter(({ request, response }) => {
    const url = new URL(request.url);
    return url.host === host && url.pathname === path && response.status === 200;
  });
const bodyOf = ({ response }: Exchange) => response.json ?? response.text;

describe.skipIf(!recorded)('recorded answers (skipped where ../shared/recordings is not checked out)', () => {
  test("OpenAI's client reads what Anthropic answered", async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const place = await placeFor(gateway.ask, 'behind-openai', 'ANTHROPIC', server.port);
    const ends: Partial<Record<FinishReason, string>> = { LENGTH: 'length', TOOL_CALLS: 'tool_calls' };
    const met = answersOf('api.anthropic.com', '/v1/messages');
    for (const exchange of met) {
      server.answer(exchange);
      const stream = anthropic.streams(exchange.request.json);
      const model = await place.modelFor(anthropic.modelId(exchange.request.json), stream);
      const ask = { model, messages: [{ role: 'user' as const, content: 'Hello' }] };
      const { choices, usage } = stream
        ? await client.chat.completions
            .stream({ ...ask, stream_options: { include_usage: true } })
            .finalChatCompletion()
        : await client.chat.completions.create(ask);
      const { message, finish_reason } = choices[0]!;
      const told: Told = {
        text: message.content ?? '',
        toolCalls: (message.tool_calls ?? []).map((call) =>
          call.type === 'function'
            ? { name: call.function.name, arguments: JSON.parse(call.function.arguments) }
            : { name: '', arguments: null },
        ),
        end: finish_reason,
        tokens: [usage!.prompt_tokens, usage!.completion_tokens, usage!.prompt_tokens_details!.cached_tokens ?? 0],
      };
      const expected = anthropic.answer(bodyOf(exchange));
      expect(told, nameOf(exchange)).toEqual(told_(expected, ends[expected.finishReason] ?? 'stop'));
    }
    expect(met.length).toBeGreaterThan(20);
  }, 120_000);

  test("Anthropic's client reads what OpenAI answered", async () => {
    const client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
    const place = await placeFor(gateway.ask, 'behind-anthropic', 'OPENAI_CHAT', server.port);
    const ends: Partial<Record<FinishReason, string>> = { LENGTH: 'max_tokens', TOOL_CALLS: 'tool_use' };
    const met = answersOf('api.openai.com', '/v1/chat/completions');
    for (const exchange of met) {
      server.answer(exchange);
      const stream = openaiChat.streams(exchange.request.json);
      const model = await place.modelFor(openaiChat.modelId(exchange.request.json), stream);
      const ask = { model, max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hello' }] };
      const message = stream ? await client.messages.stream(ask).finalMessage() : await client.messages.create(ask);
      const { content, usage, stop_reason } = message;
      const cached = usage.cache_read_input_tokens ?? 0;
      const told: Told = {
        text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        toolCalls: content.flatMap((block) =>
          block.type === 'tool_use' ? [{ name: block.name, arguments: block.input as never }] : [],
        ),
        end: stop_reason!,
        tokens: [usage.input_tokens + cached, usage.output_tokens, cached],
      };
      const expected = openaiChat.answer(bodyOf(exchange));
      expect(told, nameOf(exchange)).toEqual(told_(expected, ends[expected.finishReason] ?? 'end_turn'));
    }
    expect(met.length).toBeGreaterThan(20);
  }, 120_000);
});

function told_({ text, toolCalls, usage }: Reading, end: string): Told {
  return { text, toolCalls, end, tokens: [usage!.inputTokens, usage!.outputTokens, usage!.cacheReadTokens] };
}
