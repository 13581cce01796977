import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answers, type Loopback, loopback } from '../providers/loopback.ts';
import { type ContentHouse, kinds, openContentHouse } from './house.ts';
import { formatOf } from './wires.ts';

/**
 * Nothing is dropped in silence: each kind of part is sent to each kind of provider, and then it is on the wire, or
 * the call is refused by the part's name with models that take it.
 */

const tool = { name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: {} } };
const tools = { inline: [tool] };

/** Bytes that look like what they are, and can be found again. */
const bytes = (start: string, mark: string) => Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(mark)]);
const PNG = bytes('\x89PNG\r\n\x1a\n', 'mark-png');
const media = {
  'image/png': PNG,
  'image/jpeg': bytes('\xff\xd8\xff\xe0', 'mark-jpeg'),
  'image/webp': bytes('RIFF\x10\0\0\0WEBP', 'mark-webp'),
  'audio/wav': bytes('RIFF\x10\0\0\0WAVE', 'mark-wav'),
  'audio/mpeg': bytes('ID3\x04', 'mark-mp3'),
  'audio/ogg': bytes('OggS\0', 'mark-ogg'),
  'application/pdf': bytes('%PDF-1.7\n', 'mark-pdf'),
  'text/plain': Buffer.from('mark-text, in plain words'),
  'text/csv': Buffer.from('mark-csv,2\n'),
  'application/json': Buffer.from('{"mark-json":1}'),
  'video/mp4': bytes('\0\0\0\x18ftypmp42', 'mark-mp4'),
} as const;

const part = (mimeType: string, source: object) => {
  const kind = mimeType.startsWith('image/') ? 'image' : mimeType.startsWith('audio/') ? 'audio' : 'file';
  return { [kind]: { mimeType, source } };
};
const inline = (mimeType: keyof typeof media) => part(mimeType, { base64: media[mimeType].toString('base64') });
const user = (...parts: object[]) => ({ role: 'USER', parts });
const words = user({ text: 'Say something.' });
const called = {
  role: 'ASSISTANT',
  parts: [{ toolCall: { toolCallId: 'call_1', name: 'look', arguments: { at: 'mark-args' } } }],
};
const gave = (result: object, isError = false) => ({
  role: 'TOOL',
  parts: [{ toolResult: { toolCallId: 'call_1', result, isError } }],
});

interface Case {
  readonly what: string;
  readonly messages: readonly object[];
  /** One of them is on the wire, anywhere in the body. */
  readonly marks: readonly string[];
  /** Of the part, when it is refused. */
  readonly path: string;
}

const find = (content: Buffer) => [content.toString('base64'), content.toString('utf8')];
const cases: readonly Case[] = [
  {
    what: 'a system text',
    messages: [{ role: 'SYSTEM', parts: [{ text: 'mark-system' }] }, words],
    marks: ['mark-system'],
    path: '',
  },
  {
    what: 'a developer text',
    messages: [{ role: 'DEVELOPER', parts: [{ text: 'mark-dev' }] }, words],
    marks: ['mark-dev'],
    path: '',
  },
  {
    what: 'texts of several messages',
    messages: [user({ text: 'one' }, { text: 'mark-two' }), { role: 'ASSISTANT', parts: [{ text: 'three' }] }, words],
    marks: ['mark-two'],
    path: '',
  },
  {
    what: 'a text of the assistant',
    messages: [words, { role: 'ASSISTANT', parts: [{ text: 'mark-said' }] }, words],
    marks: ['mark-said'],
    path: '',
  },
  ...(Object.keys(media) as (keyof typeof media)[]).map((mimeType) => ({
    what: `${mimeType}`,
    messages: [user({ text: 'What is this?' }, inline(mimeType))],
    marks: find(media[mimeType]),
    path: 'messages.0.parts.1',
  })),
  {
    what: 'an image the assistant had made',
    messages: [words, { role: 'ASSISTANT', parts: [{ text: 'Here.' }, inline('image/png')] }, words],
    marks: find(PNG),
    path: 'messages.1.parts.1',
  },
  {
    what: 'a tool call with its arguments',
    messages: [words, called, gave({ text: 'done' })],
    marks: ['mark-args'],
    path: '',
  },
  {
    what: 'a result in words',
    messages: [words, called, gave({ text: 'mark-result' })],
    marks: ['mark-result'],
    path: '',
  },
  {
    what: 'a result in JSON',
    messages: [words, called, gave({ json: { a: 'mark-json-result' } })],
    marks: ['mark-json-result'],
    path: '',
  },
  {
    what: 'a failed result',
    messages: [words, called, gave({ text: 'mark-failed' }, true)],
    marks: ['mark-failed'],
    path: '',
  },
  {
    what: 'a result of several texts',
    messages: [words, called, gave({ content: [{ text: 'one' }, { text: 'mark-second' }] })],
    marks: ['mark-second'],
    path: '',
  },
  ...(['image/png', 'application/pdf', 'text/plain'] as const).map((mimeType) => ({
    what: `a result with ${mimeType}`,
    messages: [words, called, gave({ content: [{ text: 'See:' }, inline(mimeType)] })],
    marks: find(media[mimeType]),
    path: 'messages.2.parts.0.toolResult.result.content.1',
  })),
];

/** How a kind is told to keep what was said so far; the others do so by themselves, or not at all. */
const hints: Readonly<Record<string, string>> = {
  anthropic: '"cache_control":{"type":"ephemeral"}',
  'amazon-bedrock': '"cachePoint":{"type":"default"}',
  openrouter: '"cache_control":{"type":"ephemeral"}',
};

/** Asked for by address, and out of the gateway's store. */
const sourced = ['image/png', 'audio/wav', 'application/pdf', 'text/plain'] as const;

let house: ContentHouse;
let site: Loopback;
beforeAll(async () => {
  house = await openContentHouse();
  site = await loopback((response, { url }) => response.writeHead(200).end(media[url!.slice(1) as keyof typeof media]));
}, 60_000);
afterAll(async () => {
  await house.close();
  await site.close();
});

/** On the wire, or refused by name with somebody who can. */
async function neverDropped(kind: string, { messages, marks, path }: Case): Promise<'sent' | 'refused'> {
  house.asked();
  const result = await house.complete(kind, { messages, tools });
  const bodies = house.asked().map((body) => JSON.stringify(body));
  if (result.__typename === 'CompletionAccepted') {
    const written = marks.map((mark) => JSON.stringify(mark).slice(1, -1));
    expect(
      bodies.some((body) =>
        written.some((mark) => body.includes(mark) || body.includes(mark.replaceAll('\\"', '\\\\\\"'))),
      ),
      bodies.join('\n').slice(0, 2000),
    ).toBe(true);
    return 'sent';
  }
  expect(result, `${kind}: ${result.message}`).toMatchObject({ __typename: 'ValidationError' });
  expect(result.issues?.[0]?.path.join('.')).toBe(path);
  expect(result.issues?.[0]?.suggestions.length, result.message).toBeGreaterThan(0);
  expect(bodies).toEqual([]);
  return 'refused';
}

describe.each(kinds)('%s', (kind) => {
  test.for(cases)('gets $what, or it is refused by name', async (one, { task }) => {
    task.meta.outcome = await neverDropped(kind, one);
    if (one.path === '') expect(task.meta.outcome).toBe('sent');
  });

  test.for(['streamed', 'in one piece'])(
    'gets a hint of what will be said again, where it knows one, %s',
    async (way, { task }) => {
      const hinted = { ...user({ text: 'mark-hinted' }), cacheHint: true };
      const ask = way === 'streamed' ? house.complete : house.plain;
      house.answer = way === 'streamed' ? null : answers(200, formatOf(kind).says([{ text: 'A cat.' }]).json);
      house.asked();
      const { __typename, message } = await ask(kind, { messages: [hinted, words] });
      house.answer = null;
      expect(__typename, message).toBe('CompletionAccepted');
      const body = JSON.stringify(house.asked());
      expect(body).toContain('mark-hinted');
      const hint = hints[kind];
      if (hint) expect(body).toContain(hint);
      task.meta.outcome = hint ? 'sent' : 'wordless';
      for (const foreign of Object.values(hints)) if (foreign !== hint) expect(body).not.toContain(foreign);
    },
  );

  /** Whatever the kind of source, the same media are taken. */
  async function takesFrom(source: object, mimeType: keyof typeof media, url: string[] = []) {
    const content = media[mimeType];
    const became = await neverDropped(kind, {
      what: mimeType,
      messages: [user({ text: 'What?' }, part(mimeType, source))],
      marks: [...url, ...find(content)],
      path: 'messages.0.parts.1',
    });
    const inOnePiece = await neverDropped(kind, cases.find(({ what }) => what === mimeType)!);
    expect(became).toBe(inOnePiece);
    return became;
  }

  test.for(sourced)('gets %s by its address or fetched, or it is refused by name', async (mimeType, { task }) => {
    const url = `${site.url}/${mimeType}`;
    task.meta.outcome = await takesFrom({ url }, mimeType, [url]);
  });

  test.for(sourced)('gets %s that is stored, or it is refused by name', async (mimeType, { task }) => {
    const { fileCreate } = await house.gateway.ask<{ fileCreate: { id: string } }>(
      'mutation ($input: FileCreateInput!) { fileCreate(input: $input) { ... on FileSaved { id } ... on Error { message } } }',
      { input: { filename: 'it', mimeType, content: media[mimeType].toString('base64') } },
    );
    task.meta.outcome = await takesFrom({ fileId: fileCreate.id }, mimeType);
  });
});

test('of many hints OpenRouter gets the last four, each on the last words of its message', async () => {
  const hinted = (message: object) => ({ ...message, cacheHint: true });
  house.asked();
  const messages = [
    hinted({ role: 'SYSTEM', parts: [{ text: 'Be brief.' }] }),
    hinted(user({ text: 'What is this?' }, inline('image/png'))),
    hinted(called),
    hinted(gave({ text: 'A door.' })),
    hinted({ role: 'ASSISTANT', parts: [{ text: 'It is a door.' }] }),
    hinted(user({ text: 'Thanks.' })),
  ];
  const { __typename, message } = await house.complete('openrouter', { messages, tools });
  expect(__typename, message).toBe('CompletionAccepted');
  const [body] = house.asked() as [{ messages: object[] }];
  const kept = (text: string) => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
  expect(body.messages).toMatchObject([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] },
    { role: 'assistant', content: null },
    { role: 'tool', content: kept('A door.') },
    { role: 'assistant', content: kept('It is a door.') },
    { role: 'user', content: kept('Thanks.') },
  ]);
  expect(JSON.stringify(body.messages[1])).not.toContain('cache_control');
});
