import { describe, expect, test } from 'vitest';
import { rowOf } from '../../src/providers/catalogue.ts';
import { answers, streams } from '../providers/loopback.ts';
import { contentHouse } from './for-this-file.ts';
import { kinds, objectsIn } from './house.ts';
import { formatOf, type Item, type Said } from './wires.ts';

/**
 * What comes back, through the door, from every kind of provider in its own format: in one piece, and as a stream.
 */

const house = await contentHouse();

const ways = ['in one piece', 'as a stream'] as const;
const question = [{ role: 'USER', parts: [{ text: 'What do you see?' }] }];
const tool = (name: string) => ({
  ...{ name, description: 'Looks.' },
  inputSchema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
});
const tools = { inline: [tool('look'), tool('listen')] };
const jsonSchema = {
  ...{ name: 'person', schema: { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] } },
};
const source = { title: 'Cats', url: 'https://example.com/cats' };
const image = Buffer.from('\x89PNG\r\n\x1a\n a picture', 'latin1').toString('base64');
const sound = Buffer.from('RIFF\x10\0\0\0WAVE a sound', 'latin1').toString('base64');

type Parts = readonly Record<string, unknown>[];

async function heard(kind: string, way: (typeof ways)[number], said: Said, input: object = {}): Promise<Parts> {
  const asked = { messages: question, ...input };
  if (way === 'as a stream') {
    house.answer = streams(said.stream);
    return house.stream(kind, asked);
  }
  house.answer = answers(200, said.json);
  const { completion, message } = await house.plain(kind, asked);
  expect(completion, message).toBeDefined();
  return completion!.parts;
}

describe.each(kinds)('%s', (kind) => {
  const format = formatOf(kind);
  const can = (what: (typeof format.can)[number]) => test.skipIf(!format.can.includes(what));
  const says = (...items: readonly Item[]) => format.says(items);

  describe.each(ways)('%s', (way) => {
    test('a text', async () => {
      const parts = await heard(kind, way, says({ text: 'A cat sits.' }));
      expect(parts).toMatchObject([{ __typename: 'TextPart', text: 'A cat sits.', citations: [] }]);
    });

    test('two calls at once, in the pieces in which they came', async () => {
      const call = (name: string, id: string) => ({ call: name, id, args: ['{"at"', ':"door"}'] });
      const parts = await heard(kind, way, says(call('look', 'c1'), call('listen', 'c2')), { tools });
      expect(parts).toMatchObject([
        { __typename: 'ToolCallPart', name: 'look', arguments: { at: 'door' }, issues: [] },
        { __typename: 'ToolCallPart', name: 'listen', arguments: { at: 'door' }, issues: [] },
      ]);
      expect(JSON.parse(String(parts[0]!.rawArguments))).toEqual({ at: 'door' });
      expect(parts[0]!.toolCallId).not.toBe(parts[1]!.toolCallId);
    });

    test('a call that does not fit its schema, with what is wrong', async () => {
      const parts = await heard(kind, way, says({ call: 'look', id: 'c1', args: ['{"at"', ':7}'] }), { tools });
      expect(parts).toMatchObject([{ arguments: { at: 7 }, issues: [{ path: ['at'] }] }]);
    });

    test.skipIf(!format.can.includes('brokenCall') && (way === 'in one piece' || !/anthropic|bedrock/.test(kind)))(
      'a call whose arguments are no JSON, as they are',
      async () => {
        const parts = await heard(kind, way, says({ call: 'look', id: 'c1', args: ['{"at"', ': "do'] }), { tools });
        expect(parts).toMatchObject([{ rawArguments: '{"at": "do', arguments: null, issues: [{ path: [] }] }]);
      },
    );

    can('thought')('a thought before the answer', async () => {
      const parts = await heard(kind, way, says({ thought: 'I look.' }, { text: 'A cat.' }));
      expect(parts.map(({ __typename, text }) => [__typename, text])).toEqual([
        ['ReasoningPart', 'I look.'],
        ['TextPart', 'A cat.'],
      ]);
    });

    can('refusal')('a refusal', async () => {
      const parts = await heard(kind, way, says({ refusal: 'I would rather not.' }));
      expect(parts).toMatchObject([{ __typename: 'RefusalPart', text: 'I would rather not.' }]);
    });

    can('source')('a text with its source', async () => {
      const parts = await heard(kind, way, says({ text: 'A cat.', source }));
      const titled = kind === 'mistral' || (kind === 'cohere' && way === 'in one piece');
      const expected = titled ? { title: 'Cats' } : source;
      expect(parts).toMatchObject([{ __typename: 'TextPart', text: 'A cat.', citations: [expected] }]);
    });

    can('image')('a picture', async () => {
      const parts = await heard(kind, way, says({ text: 'A cat.' }, { image }));
      expect(parts).toMatchObject([
        { __typename: 'TextPart', text: 'A cat.' },
        { __typename: 'MediaPart', mimeType: 'image/png', base64: image },
      ]);
    });

    can('sound')('a sound with what is said in it', async () => {
      const parts = await heard(kind, way, says({ sound, says: 'A cat.' }));
      expect(parts).toMatchObject([
        { __typename: 'TextPart', text: 'A cat.' },
        { __typename: 'MediaPart', mimeType: 'audio/wav', base64: sound },
      ]);
    });

    can('searched')('a search that was made there, which is no call for anybody here', async () => {
      const parts = await heard(kind, way, says({ searched: 'electric sheep' }, { text: 'A cat.' }));
      expect(parts.map(({ __typename }) => __typename)).not.toContain('ToolCallPart');
      expect(parts).toContainEqual(expect.objectContaining({ __typename: 'TextPart', text: 'A cat.' }));
      expect(JSON.stringify(parts)).toContain('electric sheep');
    });

    can('novelty')('what came out yesterday, which nobody has a word for', async () => {
      const parts = await heard(kind, way, says({ text: 'A cat.' }, { novelty: 'electric sheep' }));
      expect(parts).toContainEqual(expect.objectContaining({ __typename: 'TextPart', text: 'A cat.' }));
      const unknown = parts.filter(({ __typename }) => __typename === 'UnknownPart');
      expect(unknown).toHaveLength(1);
      expect(JSON.stringify(unknown[0]!.raw)).toContain('electric sheep');
    });

    test('an answer that fits a schema, at the second try, with the first one taken back', async ({ task }) => {
      const turns = [says({ text: '{"age":"three"}' }), says({ text: '{"age":3}' })];
      house.asked();
      house.answer = (response, request, turn) => {
        const said = turns.length > 1 ? turns.shift()! : turns[0]!;
        const answer = way === 'as a stream' ? streams(said.stream) : answers(200, said.json);
        answer(response, request, turn);
      };
      const input = { messages: question, output: { jsonSchema: { ...jsonSchema, repairAttempts: 1 } } };
      const parts =
        way === 'as a stream' ? await house.stream(kind, input) : (await house.plain(kind, input)).completion?.parts;
      expect(parts).toMatchObject([{ __typename: 'TextPart', text: '{"age":3}' }]);
      const asked = house.asked().filter((body) => typeof body === 'object');
      expect(asked).toHaveLength(2);
      // As a schema, or told in words.
      expect(JSON.stringify(asked[0])).toContain('integer');
      const native = [...objectsIn(asked[0])].some(({ type }) => type === 'integer');
      expect(native).toBe(rowOf(kind).schemas === 'NATIVE');
      task.meta.outcome = native ? 'sent' : 'instructed';
      expect(JSON.stringify(asked[1])).toContain('does not fit the JSON Schema');
    });
  });
});
