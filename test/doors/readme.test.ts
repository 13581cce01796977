import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { ChatOpenAI } from '@langchain/openai';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The changes that the README promises, as its reader would paste them: only the address and the key are the test's. */
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(/^\| ([^|]+) \| `(new |create|OpenAI\()([^|]+)` \|$/gm)].map((row) => ({
  client: row[1]!,
  change: `${row[2]}${row[3]}`,
}));
const snippet = /```sh\n(curl -s http:\/\/127\.0\.0\.1:4000\/operations\/[\s\S]+?)\n```/.exec(readme)![1]!;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const here = (text: string) => text.replaceAll('http://127.0.0.1:4000', gateway.url);
const known = { OpenAI, Anthropic, createOpenAICompatible, createAnthropic, ChatOpenAI };

/** The client that a line of the table makes. */
function made(change: string): unknown {
  const names = [...Object.keys(known), 'process'];
  const values = [...Object.values(known), { env: { GLIDEPATH_KEY: gateway.key } }];
  return Reflect.construct(Function, [...names, `return ${here(change)};`])(...values);
}

const messages = [{ role: 'user' as const, content: 'Hello there' }];
const model = 'sim/echo-1';
const asking: Readonly<Record<string, (client: never) => Promise<unknown>>> = {
  '`openai` (JavaScript)': async (client: OpenAI) =>
    (await client.chat.completions.create({ model, messages })).choices[0]!.message.content,
  '`@anthropic-ai/sdk`': async (client: Anthropic) => {
    const [block] = (await client.messages.create({ model, max_tokens: 100, messages })).content;
    return block?.type === 'text' ? block.text : block;
  },
  'AI SDK, `@ai-sdk/openai-compatible`': async (provider: ReturnType<typeof createOpenAICompatible>) =>
    (await generateText({ model: provider(model), messages })).text,
  'AI SDK, `@ai-sdk/anthropic`': async (provider: ReturnType<typeof createAnthropic>) =>
    (await generateText({ model: provider(model), messages })).text,
  '`@langchain/openai`': async (chat: ChatOpenAI) => (await chat.invoke('Hello there')).content,
};

test('every client in the table is tried here, but for the one of another language', () => {
  expect(rows.map(({ client }) => client)).toEqual([
    '`openai` (JavaScript)',
    '`openai` (Python)',
    ...Object.keys(asking).slice(1),
  ]);
});

test.each(Object.keys(asking))('%s answers after the one change', async (name) => {
  const { change } = rows.find(({ client }) => client === name)!;
  const said = await asking[name]!(made(change) as never);
  // The line for LangChain names a route, whose simulator says what it likes.
  if (change.includes('route/')) expect(said).toBeTruthy();
  else expect(said).toBe('Hello there');
});

test('a registered operation answers to curl', async () => {
  const document = `mutation Hello($text: String!) { completionCreate(input: { target: { model: "sim/echo-1" },
    messages: [{ role: USER, parts: [{ text: $text }] }] }) { ... on CompletionAccepted { completion { text } } } }`;
  await gateway.ask('mutation ($input: OperationSaveInput!) { operationSave(input: $input) { __typename } }', {
    input: { document },
  });
  const env = { ...process.env, GLIDEPATH_KEY: gateway.key };
  const { stdout } = await promisify(execFile)('sh', ['-c', here(snippet)], { env });
  expect(JSON.parse(stdout)).toEqual({ data: { completionCreate: { completion: { text: 'Hello' } } } });
});
