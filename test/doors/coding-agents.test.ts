import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loopback, loopback, streams } from '../providers/loopback.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** What coding agents send, as Claude Code 2.1.332 does, with a model behind it that knows nothing of their vendors. */
let gateway: TestGateway;
let provider: Loopback;
let anthropic: Anthropic;
/** What the model answers. */
const says: { readonly content?: string; readonly tool_calls?: readonly object[] } = { content: 'Done.' };
beforeAll(async () => {
  provider = await loopback((...asked) => {
    const choices = [{ index: 0, delta: says, finish_reason: says.tool_calls ? 'tool_calls' : 'stop' }];
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    streams([`data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', choices, usage })}\n\n`, 'data: [DONE]\n\n'])(
      ...asked,
    );
  });
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  anthropic = new Anthropic({ baseURL: gateway.url, authToken: gateway.key, apiKey: null, maxRetries: 0 });
  const { providerSave } = await gateway.ask<{ providerSave: { provider: { id: string } } }>(
    'mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { ... on ProviderSaved { provider { id } } } }',
    { input: { slug: 'other', kind: 'OPENAI_COMPATIBLE', baseUrl: `${provider.url}/v1` } },
  );
  await gateway.ask('mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename } }', {
    input: { provider: providerSave.provider.id, label: 'only', secret: { value: 'sk-a-key-of-this-test' } },
  });
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});

/** What the model was told last. */
interface Told {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly description: string } }[];
  readonly reasoning_effort?: string;
}
const told = () => provider.asked.at(-1) as Told;
const toolNames = () => told().tools?.map((tool) => tool.function.name);

describe('Claude Code', () => {
  const tool = (name: string, more: object = {}) => ({ name, input_schema: { type: 'object' as const }, ...more });
  const deferred = { defer_loading: true };
  const tools = [tool('ToolSearch'), tool('Read'), tool('WebFetch', deferred), tool('WebSearch', deferred)];
  const body = {
    model: 'other/m',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'Look it up.' }],
    tools,
  };
  const ask = (more: object) => anthropic.beta.messages.create({ ...body, ...more });
  const searched = [
    ...body.messages,
    { role: 'assistant' as const, content: [{ type: 'tool_use' as const, id: 't1', name: 'ToolSearch', input: {} }] },
    {
      role: 'user' as const,
      content: [
        {
          type: 'tool_result' as const,
          tool_use_id: 't1',
          content: [{ type: 'tool_reference' as const, tool_name: 'WebFetch' }],
        },
      ],
    },
  ];

  test('asks to keep all thoughts, and they are kept', async () => {
    const edits = [{ type: 'clear_thinking_20251015', keep: 'all' }];
    const { content } = await ask({
      ...{ thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' } },
      ...{ context_management: { edits }, diagnostics: { previous_message_id: null }, speed: 'standard' },
    });
    expect(content).toMatchObject([{ type: 'text', text: 'Done.' }]);
    expect(told().reasoning_effort).toBe('high');
  });

  test('is told that nothing else is left out of a conversation', async () => {
    const edits = [{ type: 'clear_tool_uses_20250919' }];
    await expect(ask({ context_management: { edits } })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('context_management.edits.0.type'),
    });
  });

  test('turns thinking off, whatever the effort', async () => {
    await ask({ thinking: { type: 'disabled' }, output_config: { effort: 'high' } });
    expect(told().reasoning_effort).toBe('none');
  });

  test('defers tools until a search brings them up', async () => {
    await ask({});
    expect(toolNames()).toEqual(['ToolSearch', 'Read']);
    await ask({ messages: searched });
    expect(toolNames()).toEqual(['ToolSearch', 'Read', 'WebFetch']);
    expect(told().messages.at(-1)).toMatchObject({ role: 'tool', content: 'The tool WebFetch can be called now.\n' });
    await ask({ tool_choice: { type: 'tool', name: 'WebSearch' } });
    expect(toolNames()).toEqual(['ToolSearch', 'Read', 'WebSearch']);
  });

  test('has a system message add tools and take them away', async () => {
    const system = (...content: object[]) => ({ role: 'system', content });
    const named = (name: string) => ({ type: 'tool_reference', name });
    const inline = { type: 'tool_definition', definition: tool('Fresh') };
    await ask({
      messages: [
        ...searched,
        system({ type: 'tool_addition', tool: named('WebSearch') }, { type: 'tool_addition', tool: inline }),
        system({ type: 'text', text: 'No reading.' }, { type: 'tool_removal', tool: named('Read') }),
        system({ type: 'tool_removal', tool: named('WebFetch') }),
      ],
    });
    expect(toolNames()).toEqual(['ToolSearch', 'WebSearch', 'Fresh']);
    expect(told().messages.filter(({ role }) => role === 'system')).toMatchObject([{ content: 'No reading.' }]);
  });

  test('says some things to one turn only', async () => {
    const once = { role: 'system', content: 'It is ten.', clear_at: 'next_user_message' };
    await ask({ messages: [...body.messages, once] });
    expect(told().messages.map(({ role }) => role)).toEqual(['user', 'system']);
    const answered = [{ role: 'assistant', content: 'Fine.' }, ...body.messages];
    await ask({ messages: [...body.messages, once, ...answered] });
    expect(told().messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('has only those tools counted that the model is told of', async () => {
    const count = async (more: object) =>
      (await anthropic.beta.messages.countTokens({ model: 'other/m', messages: body.messages, tools, ...more }))
        .input_tokens;
    expect(await count({})).toBeLessThan(
      await count({ tools: tools.map((one) => ({ ...one, defer_loading: false })) }),
    );
  });
});
