import type { ServerResponse } from 'node:http';
import type { Runtime } from '../../src/core/runtime.ts';
import { type Loopback, loopback } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** Every kind of call, asked with some words of the test's own, and a provider that keeps what it is sent. */

export interface House {
  readonly gateway: TestGateway;
  readonly provider: Loopback;
  /** What the provider will say to questions and recordings. */
  says(text: string): void;
  /** Saves a policy and binds it to the organization. @returns unbinds it */
  bind(slug: string, rules: readonly object[], mode: 'MONITOR' | 'ENFORCE'): Promise<() => Promise<void>>;
  /** Does something under a policy that is bound for so long. */
  under<Done>(
    slug: string,
    rules: readonly object[],
    mode: 'MONITOR' | 'ENFORCE',
    act: () => Promise<Done>,
  ): Promise<Done>;
  close(): Promise<void>;
}

export async function openHouse(runtime?: Runtime): Promise<House> {
  let words = 'Fine.';
  const provider = await loopback((response, request) => reply(response, request.url ?? '', words));
  const environment = { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' };
  const gateway = await openTestGateway({ environment, ...(runtime && { runtime }) });
  for (const [slug, { kind, path }] of Object.entries(vendors))
    await addProvider(gateway, { slug, kind, baseUrl: provider.url + path });
  const scope = { organization: true };
  const bind: House['bind'] = async (slug, rules, mode) => {
    const { policySave } = await gateway.ask<{ policySave: { id: string; message?: string } }>(
      await operation('PolicySave'),
      { input: { slug, name: slug, rules } },
    );
    if (!policySave.id) throw new Error(policySave.message);
    await gateway.ask(await operation('PolicyBind'), { input: { policy: policySave.id, scope, mode } });
    const unbind = await operation('PolicyUnbind');
    return async () => void (await gateway.ask(unbind, { policy: policySave.id, scope }));
  };
  return {
    gateway,
    provider,
    says: (text) => {
      words = text;
    },
    bind,
    async under(slug, rules, mode, act) {
      const free = await bind(slug, rules, mode);
      return act().finally(free);
    },
    async close() {
      await gateway.close();
      await provider.close();
    },
  };
}

/** One server, in the words of two vendors: OpenAI's chat format holds no files of text, and has no rankings. */
const vendors = {
  wire: { kind: 'OPENAI_CHAT', path: '/v1' },
  paper: { kind: 'COHERE', path: '/v2' },
} as const;

/** The provider's side. */
function reply(response: ServerResponse, url: string, words: string): void {
  const json = (body: object) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (url.endsWith('/embeddings')) {
    json({ data: [0, 1].map((index) => ({ embedding: [0.5, 0.25], index })), usage: { prompt_tokens: 3 } });
  } else if (url.endsWith('/images/generations')) {
    json({ created: 1, data: [{ b64_json: 'aGk=' }] });
  } else if (url.endsWith('/audio/transcriptions')) {
    json({ text: words, language: 'en', duration: 1, segments: [] });
  } else if (url.endsWith('/audio/speech')) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.end('not really a sound');
  } else if (url.endsWith('/rerank')) {
    json({
      results: [0, 1].map((index) => ({ index, relevance_score: 0.5 })),
      meta: { billed_units: { search_units: 1 } },
    });
  } else if (url === '/v2/chat') {
    coheresStream(response, words);
  } else {
    stream(response, words);
  }
}

function stream(response: ServerResponse, words: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish_reason: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', model: 'gpt-4o', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  for (const content of words.match(/.{1,3}/gs) ?? []) chunk({ content });
  chunk({}, 'stop');
  response.end('data: [DONE]\n\n');
}

function coheresStream(response: ServerResponse, words: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (type: string, rest: object = {}) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
  event('message-start', { id: 'c', delta: { message: { role: 'assistant', content: [] } } });
  event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } });
  event('content-delta', { index: 0, delta: { message: { content: { text: words } } } });
  event('content-end', { index: 0 });
  event('message-end', {
    delta: { finish_reason: 'COMPLETE', usage: { tokens: { input_tokens: 3, output_tokens: 2 } } },
  });
  response.end();
}

export interface Outcome {
  /** The type of the result, `PolicyBlockedError` for instance. */
  readonly type: string;
  readonly message: string | null;
  readonly requestId: string;
  readonly said: string | null;
}

interface Raw {
  readonly __typename: string;
  readonly message?: string;
  readonly requestId?: string;
  readonly text?: string;
  readonly completion?: { readonly text: string | null; readonly requestId: string };
}

const ERROR = '__typename ... on Error { message requestId }';
const target = { model: 'wire/gpt-4o' };
const question = { role: 'USER', parts: [{ text: 'Go on.' }] };

async function ask(
  gateway: TestGateway,
  field: string,
  input: string,
  answer: string,
  value: object,
): Promise<Outcome> {
  const document = `mutation ($input: ${input}!) { ${field}(input: $input) { ${ERROR} ... on ${answer} } }`;
  const raw = (await gateway.ask<Record<string, Raw>>(document, { input: value }))[field]!;
  const said = raw.completion?.text ?? raw.text ?? null;
  const requestId = raw.completion?.requestId ?? raw.requestId!;
  return { type: raw.__typename, message: raw.message ?? null, requestId, said };
}

export const complete = (gateway: TestGateway, input: object) =>
  ask(gateway, 'completionCreate', 'CompletionInput', 'CompletionAccepted { completion { text requestId } }', {
    target,
    ...input,
  });

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

const readFile = (gateway: TestGateway, source: object) =>
  complete(gateway, {
    target: { model: 'paper/command-a-03-2025' },
    messages: [{ role: 'USER', parts: [{ file: { mimeType: 'text/plain', source } }] }],
  });

const toolTurn = (args: object, result: object) => ({
  messages: [
    question,
    { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 't1', name: 'look', arguments: args } }] },
    { role: 'TOOL', parts: [{ toolResult: { toolCallId: 't1', result } }] },
  ],
});

export type Call = (gateway: TestGateway, words: string) => Promise<Outcome>;

/** Calls whose words a rule can read. */
export const calls: Readonly<Record<string, Call>> = {
  message: (gateway, text) => complete(gateway, { messages: [{ role: 'USER', parts: [{ text }] }] }),
  'system message': (gateway, text) =>
    complete(gateway, { messages: [{ role: 'SYSTEM', parts: [{ text }] }, question] }),
  'tool result': (gateway, text) => complete(gateway, toolTurn({ what: 'x' }, { text })),
  'tool result in JSON': (gateway, text) =>
    complete(gateway, toolTurn({ what: 'x' }, { json: { deep: [{ note: text }] } })),
  'tool arguments': (gateway, text) => complete(gateway, toolTurn({ note: text }, { text: 'found' })),
  'text file': (gateway, text) => readFile(gateway, { base64: base64(text) }),
  'stored text file': async (gateway, text) => {
    const { fileCreate } = await gateway.ask<{ fileCreate: { id: string } }>(await operation('FileCreate'), {
      input: { filename: 'a.txt', mimeType: 'text/plain', content: base64(text) },
    });
    return readFile(gateway, { fileId: fileCreate.id });
  },
  'tool description': (gateway, description) =>
    complete(gateway, {
      messages: [question],
      tools: { inline: [{ name: 'look', description, inputSchema: { type: 'object' } }] },
    }),
  'answer schema': (gateway, description) =>
    complete(gateway, {
      messages: [question],
      output: { jsonSchema: { name: 'x', schema: { type: 'object', description } } },
    }),
  embedding: (gateway, words) =>
    ask(gateway, 'embeddingCreate', 'EmbeddingInput', 'EmbeddingBatch { requestId }', {
      target: { model: 'wire/text-embedding-3-small' },
      inputs: ['a', words],
    }),
  image: (gateway, prompt) =>
    ask(gateway, 'imageGenerate', 'ImageGenerationInput', 'ImageGeneration { requestId }', {
      target: { model: 'wire/gpt-image-1' },
      prompt,
    }),
  speech: (gateway, text) =>
    ask(gateway, 'speechCreate', 'SpeechInput', 'Speech { requestId }', {
      target: { model: 'wire/gpt-4o-mini-tts' },
      text,
    }),
  ranking: (gateway, words) =>
    ask(gateway, 'rerank', 'RerankInput', 'Ranking { requestId }', {
      target: { model: 'paper/rerank-v3.5' },
      query: 'q',
      documents: ['a', words],
    }),
};

/** Calls with a part that no rule can read. */
export const unreadable: Readonly<Record<string, Call>> = {
  'image in a question': (gateway) =>
    complete(gateway, {
      messages: [{ role: 'USER', parts: [{ image: { mimeType: 'image/png', source: { base64: 'aGk=' } } }] }],
    }),
  'file somewhere else': (gateway) =>
    complete(gateway, {
      messages: [
        {
          role: 'USER',
          parts: [{ file: { mimeType: 'application/pdf', source: { url: 'https://example.com/a.pdf' } } }],
        },
      ],
    }),
  'file that is no text': (gateway) =>
    complete(gateway, {
      messages: [
        { role: 'USER', parts: [{ file: { mimeType: 'application/pdf', source: { base64: base64('%PDF-1.7') } } }] },
      ],
    }),
  transcription: (gateway) =>
    ask(gateway, 'transcriptionCreate', 'TranscriptionInput', 'Transcription { requestId text }', {
      target: { model: 'wire/whisper-1' },
      mimeType: 'audio/wav',
      base64: base64('RIFF'),
    }),
};

export interface SeenVerdict {
  readonly policySlug: string;
  readonly mode: string;
  readonly outcome: string;
  readonly findings: Record<string, number>;
  readonly message: string;
}

export async function verdictsOf(gateway: TestGateway, id: string): Promise<readonly SeenVerdict[]> {
  const { request } = await gateway.ask<{ request: { verdicts: SeenVerdict[] } }>(
    'query ($id: ID!) { request(id: $id) { verdicts { policySlug mode outcome findings message } } }',
    { id },
  );
  return request.verdicts;
}
