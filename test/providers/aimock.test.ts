import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompletionRequest, OutputPart } from '../../src/core/chat.ts';
import { Problem } from '../../src/core/problem.ts';
import { Secret } from '../../src/core/secret.ts';
import { createEgress, type Egress } from '../../src/platform/egress.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { addProvider } from '../support/add-provider.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';

/** A provider's server that somebody else wrote: it agrees with the vendors' documents, or at least not with us. */

const wires = [
  { kind: 'openai', path: '/v1', model: 'gpt-5' },
  { kind: 'openai-chat', path: '/v1', model: 'gpt-4o' },
  { kind: 'anthropic', path: '/v1', model: 'claude-sonnet-4-5' },
  { kind: 'google', path: '/v1beta', model: 'gemini-2.5-flash' },
];

let server: LLMock;
let egress: Egress;
beforeEach(async () => {
  server = new LLMock({ port: 0 });
  server.onMessage(/capital/i, { content: 'The capital is London.' });
  server.onMessage(/weather/i, { toolCalls: [{ name: 'weather', arguments: '{"city":"Ulm"}' }] });
  await server.start();
  egress = createEgress({ allow: ['127.0.0.1'] });
});
afterEach(async () => {
  await egress.close();
  await server.stop();
});

const saying = (text: string): CompletionRequest['messages'] => [{ role: 'USER', parts: [{ kind: 'text', text }] }];
const spoken = (parts: readonly OutputPart[]) => parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
const weather = {
  name: 'weather',
  description: 'Tells the weather.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};

describe.each(wires)('$kind', ({ kind, path, model: modelId }) => {
  async function asked(request: Partial<CompletionRequest>, stream: boolean) {
    const row = rowOf(kind);
    const connection = {
      baseUrl: server.url + path,
      secret: new Secret('a key'),
      settings: {},
      ...egress,
      runtime: systemRuntime,
    };
    return ask({ row, connection, modelId }, request, { stream });
  }

  it.each([true, false])('answers (streamed: %s)', async (stream) => {
    const { parts, finishReason, attempts, error } = await asked({ messages: saying('Which capital?') }, stream);
    expect(error).toBeUndefined();
    expect(spoken(parts)).toEqual(['The capital is London.']);
    expect(finishReason).toBe('STOP');
    expect(attempts[0]?.usage.source).toBe('PROVIDER');
  });

  it.each([true, false])('calls a tool (streamed: %s)', async (stream) => {
    const { parts, finishReason } = await asked({ messages: saying('What weather?'), tools: [weather] }, stream);
    expect(parts.at(-1)).toMatchObject({ kind: 'toolCall', name: 'weather', arguments: { city: 'Ulm' } });
    expect(finishReason).toBe('TOOL_CALLS');
  });

  it('ends every call with an answer or a typed error, however the server behaves', async () => {
    server.setChaos({ dropRate: 0.2, malformedRate: 0.2, disconnectRate: 0.2, rateLimitRate: 0.2 });
    const outcomes = { answered: 0, failed: 0 };
    for (let turn = 0; turn < 60; turn++) {
      const { parts, finishReason, attempts, error } = await asked(
        { messages: saying('Which capital?') },
        turn % 2 === 0,
      );
      expect(attempts).toHaveLength(1);
      if (error === undefined) {
        expect(spoken(parts)).toEqual(['The capital is London.']);
        expect(finishReason).toBe('STOP');
        outcomes.answered++;
      } else {
        expect(error).toBeInstanceOf(Problem);
        expect((error as Problem).code).toMatch(/^(PROVIDER_ERROR|PROVIDER_OVERLOADED|RATE_LIMITED)$/);
        expect(attempts[0]?.outcome).toBe('FAILED');
        outcomes.failed++;
      }
    }
    // Both happen: 0.8^4 of the calls are left alone.
    expect(outcomes.answered).toBeGreaterThan(3);
    expect(outcomes.failed).toBeGreaterThan(3);
  });
});

/** The same through the whole gateway: what callers see of a server that behaves badly. */
describe.each(wires)('$kind, asked through GraphQL', ({ kind, path, model: modelId }) => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
    const input = { slug: 'mock', kind: kind.replaceAll('-', '_').toUpperCase(), baseUrl: server.url + path };
    await addProvider(gateway, input);
  });
  afterEach(() => gateway.close());

  it('ends every call with an answer or a typed error, streamed or not, with every flag at 20 %, and heals', async () => {
    let calls = 0;
    /** One call; 'ANSWERED' when it said what it should, else the code of its error. */
    const call = async (): Promise<string> => {
      const turn = calls++;
      const tool = turn % 4 > 1;
      const input = {
        ...to(`mock/${modelId}`, tool ? 'What weather?' : 'Which capital?'),
        idempotencyKey: `${kind}-${turn}`,
        ...(tool && { tools: { inline: [{ ...weather, strict: false }] } }),
      };
      const end = turn % 2 === 0 ? await lastEvent(input) : await wholeAnswer(input);
      if (!('text' in end)) return end.code;
      expect(tool ? end.toolCalls[0]?.arguments : end.text).toEqual(tool ? { city: 'Ulm' } : 'The capital is London.');
      return 'ANSWERED';
    };
    for (let turn = 0; turn < 4; turn++) expect(await call()).toBe('ANSWERED');

    server.setChaos({ dropRate: 0.2, malformedRate: 0.2, disconnectRate: 0.2, rateLimitRate: 0.2 });
    for (let turn = 0; turn < 20; turn++) {
      expect(await call()).toMatch(/^(ANSWERED|PROVIDER_ERROR|PROVIDER_OVERLOADED|RATE_LIMITED)$/);
    }

    // By chance so many calls may have failed in a row that the breaker is open: it lets a probe in after 6 s at most.
    server.clearChaos();
    await expect.poll(call, { timeout: 20_000, interval: 500 }).toBe('ANSWERED');
  }, 40_000);

  type End =
    | { readonly text: string; readonly toolCalls: readonly { readonly arguments: unknown }[] }
    | { readonly code: string };

  async function wholeAnswer(input: object): Promise<End> {
    const { completion, code } = await complete(gateway, input);
    return completion ? { text: completion.text ?? '', toolCalls: completion.toolCalls } : { code: code ?? 'NONE' };
  }

  async function lastEvent(input: object): Promise<End> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${gateway.key}`,
      },
      body: JSON.stringify({
        query: `subscription ($input: CompletionInput!) { completionStream(input: $input) {
          ... on CompletionFinished { completion { text toolCalls { arguments } } } ... on CompletionFailed { error { code } } } }`,
        variables: { input },
      }),
    });
    const events = (await response.text()).match(/(?<=^data: ?)\{.*\}$/gm) ?? [];
    const last = (JSON.parse(events.at(-1) ?? '{}') as { data?: { completionStream?: Last } }).data?.completionStream;
    return last?.completion ?? { code: last?.error?.code ?? 'NONE' };
  }
  interface Last {
    readonly completion?: Extract<End, { text: string }>;
    readonly error?: { readonly code: string };
  }
});
