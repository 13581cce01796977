import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Loopback, loopback, streams } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** What Claude Code 2.1.332 and Codex 0.171.0 send, with a model behind it that knows nothing of their vendors. */
let gateway: TestGateway;
let provider: Loopback;
let anthropic: Anthropic;
let openai: OpenAI;
/** What the model answers. */
let says: { readonly content?: string; readonly tool_calls?: readonly object[] } = { content: 'Done.' };
beforeAll(async () => {
  provider = await loopback((...asked) => {
    const choices = [{ index: 0, delta: says, finish_reason: says.tool_calls ? 'tool_calls' : 'stop' }];
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    streams([`data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', choices, usage })}\n\n`, 'data: [DONE]\n\n'])(
      ...asked,
    );
  });
  gateway = await openTestGateway({
    environment: {
      GLIDEPATH_EGRESS_ALLOW: '127.0.0.1',
      GLIDEPATH_RUN_HEADERS: 'X-Claude-Code-Session-Id=claude-code, session-id=codex',
    },
  });
  anthropic = new Anthropic({ baseURL: gateway.url, authToken: gateway.key, apiKey: null, maxRetries: 0 });
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  await addProvider(gateway, { slug: 'other', kind: 'OPENAI_COMPATIBLE', baseUrl: `${provider.url}/v1` });
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});

/** What the model was told last. */
interface Told {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly {
    readonly function: { readonly name: string; readonly description: string; readonly parameters: object };
  }[];
  readonly reasoning_effort?: string;
}
const told = () => provider.asked.at(-1) as Told;
const runOf = async (runId: string) =>
  (
    await gateway.ask<{ agentRun: object | null }>(
      'query ($runId: String!) { agentRun(runId: $runId) { agent steps } }',
      { runId },
    )
  ).agentRun;
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

  test('has a run for each of its sessions', async () => {
    const headers = { 'X-Claude-Code-Session-Id': 'session-1' };
    await anthropic.beta.messages.create(body, { headers });
    await anthropic.beta.messages.create(body, { headers });
    expect(await runOf('session-1')).toEqual({ agent: 'claude-code', steps: 2 });
  });

  test('has another run where somebody names it', async () => {
    const headers = { 'X-Claude-Code-Session-Id': 'session-2', 'x-glidepath-run-id': 'run-2' };
    await anthropic.beta.messages.create(body, { headers });
    expect(await runOf('run-2')).toEqual({ agent: null, steps: 1 });
    expect(await runOf('session-2')).toBeNull();
    const named = { 'X-Claude-Code-Session-Id': 'session-3', 'x-glidepath-agent': 'reviewer' };
    await anthropic.beta.messages.create(body, { headers: named });
    expect(await runOf('session-3')).toEqual({ agent: 'reviewer', steps: 1 });
  });

  test.each([
    ['of the device', 'd1', (session_id: string) => JSON.stringify({ device_id: 'd1', account_uuid: '', session_id })],
    [
      'of the account',
      'a1',
      (session_id: string) => JSON.stringify({ device_id: 'd1', account_uuid: 'a1', session_id }),
    ],
    ['before 2.1', 'user_d1_account_', (session: string) => `user_d1_account__session_${session}`],
    ['of other clients', '{"id":"u_session_1"}', () => '{"id":"u_session_1"}'],
    ['that is no JSON', '{u_session_1', () => '{u_session_1'],
  ])('has one end user in all of its sessions: %s', async (_, user, said) => {
    for (const session of ['s-1', 's-2']) await ask({ metadata: { user_id: said(session) } });
    const { requests } = await gateway.ask<{ requests: { nodes: object[] } }>(
      '{ requests(first: 2) { nodes { endUser } } }',
    );
    expect(requests.nodes).toEqual([{ endUser: user }, { endUser: user }]);
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

describe('Codex', () => {
  afterEach(() => {
    says = { content: 'Done.' };
  });

  const named = (name: string, more: object = {}) => ({
    ...{ type: 'function' as const, name, description: `Does ${name}.`, strict: false },
    ...{ parameters: { type: 'object', properties: {} } },
    ...more,
  });
  const patch = {
    type: 'custom' as const,
    name: 'apply_patch',
    description: 'Edits files.',
    format: { type: 'grammar' as const, syntax: 'lark' as const, definition: 'start: "x"' },
  };
  const search = {
    ...{ type: 'tool_search' as const, execution: 'client' as const, description: 'Finds tools.' },
    parameters: { type: 'object', properties: { query: { type: 'string' } } },
  };
  const github = (...tools: object[]) => ({
    type: 'namespace',
    name: 'github',
    description: 'What is at GitHub.',
    tools,
  });
  const tools = [named('shell'), patch, search, github(named('issues'), { ...patch, name: 'edit' })];
  const body = { model: 'other/m', input: [{ role: 'user', content: 'Do it.' }], tools };
  type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;
  const ask = (more: object = {}) => openai.responses.create({ ...body, ...more } as Body);
  const streamed = (more: object = {}) =>
    openai.responses.stream({ ...body, ...more } as OpenAI.Responses.ResponseCreateParamsStreaming).finalResponse();
  const calls = (name: string, args: string) => {
    says = { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name, arguments: args } }] };
  };

  test('offers functions, texts under a grammar, a search and namespaces, which are functions to the model', async () => {
    const client_metadata = { thread_id: 't' };
    const { tools: echoed } = await ask({
      ...{ text: { verbosity: 'low' }, reasoning: { effort: 'medium', context: 'all_turns' }, client_metadata },
    });
    expect(echoed).toMatchObject(tools.map(({ type }) => ({ type })));
    expect(toolNames()).toEqual(['shell', 'apply_patch', 'tool_search', 'github__issues', 'github__edit']);
    const [, custom, , first, second] = told().tools!.map((tool) => tool.function);
    expect(custom).toMatchObject({
      description: 'Edits files.\n\nIts input follows this grammar (lark):\nstart: "x"',
      parameters: { properties: { input: { type: 'string' } }, required: ['input'] },
    });
    expect(first?.description).toBe('What is at GitHub.\n\nDoes issues.');
    expect(second?.description).not.toContain('GitHub');
    expect(told().reasoning_effort).toBe('medium');
  });

  test('has a run for each of its sessions', async () => {
    await openai.responses.create({ ...body } as Body, { headers: { 'session-id': 'thread-1' } });
    expect(await runOf('thread-1')).toEqual({ agent: 'codex', steps: 1 });
  });

  test.each([
    ['shell', '{"a":1}', { type: 'function_call', name: 'shell', arguments: '{"a":1}' }],
    ['apply_patch', '{"input":"x\\n"}', { type: 'custom_tool_call', name: 'apply_patch', input: 'x\n' }],
    ['apply_patch', 'no JSON', { type: 'custom_tool_call', name: 'apply_patch', input: 'no JSON' }],
    ['tool_search', '{"query":"a"}', { type: 'tool_search_call', execution: 'client', arguments: { query: 'a' } }],
    ['github__issues', '{}', { type: 'function_call', namespace: 'github', name: 'issues', arguments: '{}' }],
    ['github__edit', '{"input":"y"}', { type: 'custom_tool_call', namespace: 'github', name: 'edit', input: 'y' }],
  ])('has %s called with %s by the name it knows, whole and streamed', async (name, args, call) => {
    calls(name, args);
    for (const { output } of [await ask(), await streamed()]) {
      expect(output).toMatchObject([{ ...call, call_id: 'c1', status: 'completed' }]);
    }
  });

  test('gives back calls and what came of them', async () => {
    await ask({
      input: [
        ...body.input,
        { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: 'x' },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'patched' },
        // What else an item says of itself means nothing here.
        {
          ...{ type: 'function_call', call_id: 'c2', namespace: 'github', name: 'issues', arguments: '{"open":true}' },
          kind: 'search',
        },
        { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'none' }] },
      ],
    });
    expect(told().messages.slice(1)).toMatchObject([
      { tool_calls: [{ id: 'c1', function: { name: 'apply_patch', arguments: '{"input":"x"}' } }] },
      { tool_call_id: 'c1', content: 'patched' },
      { tool_calls: [{ id: 'c2', function: { name: 'github__issues', arguments: '{"open":true}' } }] },
      { tool_call_id: 'c2', content: 'none' },
    ]);
  });

  test('has tools found by a search and added by the input, and defers the others', async () => {
    const later = { defer_loading: true };
    await ask({
      tools: [search, named('far', later), github(named('issues', later), named('pulls', later))],
      input: [
        { type: 'additional_tools', role: 'developer', tools: [named('added')] },
        ...body.input,
        {
          type: 'tool_search_call',
          call_id: 's1',
          execution: 'client',
          status: 'completed',
          arguments: { query: 'a' },
        },
        {
          ...{ type: 'tool_search_output', call_id: 's1', execution: 'client', status: 'completed' },
          tools: [github(named('pulls', later))],
        },
        {
          type: 'tool_search_call',
          call_id: 's2',
          execution: 'client',
          status: 'completed',
          arguments: { query: 'b' },
        },
        { type: 'tool_search_output', call_id: 's2', execution: 'client', status: 'completed', tools: [] },
      ],
    });
    expect(toolNames()).toEqual(['tool_search', 'added', 'github__pulls']);
    const results = told().messages.filter(({ role }) => role === 'tool');
    expect(results.map(({ content }) => content)).toEqual([
      'These tools can be called now: github__pulls.',
      'No tool was found.',
    ]);
  });

  test('has names that are too long for models shortened, each to one of its own', async () => {
    const long = 'a'.repeat(50);
    const space = { ...github(named(`${long}_one`), named(`${long}_two`)), name: 'namespace_of_tools' };
    await ask({ tools: [space] });
    const names = toolNames()!;
    expect(names.map(({ length }) => length)).toEqual([64, 64]);
    calls(names[1]!, '{}');
    const { output } = await ask({ tools: [space] });
    expect(output).toMatchObject([{ namespace: 'namespace_of_tools', name: `${long}_two` }]);
  });

  test('is told which tool is none of a gateway, and has to be left out', async () => {
    await expect(ask({ tools: [named('shell'), { type: 'web_search' }] })).rejects.toMatchObject({
      status: 400,
      param: 'tools[1].type',
      message: expect.stringContaining(
        'tools that run at a vendor are not supported through this gateway; leave it out',
      ),
    });
  });
});
