import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { Problem } from '../../src/core/problem.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { type Exchange, nameOf, readExchanges, responseOf } from './exchange.ts';
import { defaultFile, type Heard, playBack } from './replay.ts';

/**
 * Recorded answers as they might look tomorrow: cut elsewhere, with fields and kinds that are new or missing. Whatever
 * happens to them, a call ends with an answer or a typed error, and an answer has lost nothing of what was said.
 */

const seed = Number(process.env.SEED ?? Date.now() % 100_000);
const random = seededRandom(seed);

/** Answers that are read without a fault as they are. */
interface Sound {
  readonly exchange: Exchange;
  readonly heard: Heard;
  readonly bytes: Buffer;
}

const sound: Sound[] = [];

describe.skipIf(!existsSync(defaultFile))(
  `recorded answers, changed (seed ${seed}; skipped where ../shared/recordings is not checked out)`,
  () => {
    beforeAll(async () => {
      for (const exchange of await readExchanges(defaultFile)) {
        if (exchange.response.status !== 200) continue;
        const bytes = Buffer.from(await responseOf(exchange).arrayBuffer());
        const heard = await playBack(exchange, answering(exchange, bytes)).catch(() => null);
        if (heard && heard.error === undefined) sound.push({ exchange, heard, bytes });
      }
      expect(sound.length).toBeGreaterThan(200);
    }, 120_000);

    it('are the same wherever the network cuts them', async () => {
      for (const one of sound) {
        await expectSame(
          one,
          streamed(one.bytes, () => 1 + Math.floor(random.float() * 9)),
        );
      }
    }, 120_000);

    it('are the same with fields that nobody knows', async () => {
      for (const one of spoken()) {
        // Arguments of tools are the model's own words, and whole objects in some formats.
        if (one.heard.parts.some(({ kind }) => kind === 'toolCall')) continue;
        const more = changed(one.bytes, (document) =>
          everywhere(document, (object) => ({ ...object, brand_new: [{}] })),
        );
        await expectSame(one, more);
      }
    }, 120_000);

    it('keep what they say beside blocks and events of kinds that nobody knows', async () => {
      for (const one of spoken()) {
        const more = one.heard.streamed ? withStrangeEvent(one.bytes) : changed(one.bytes, withStrangeBlock);
        const heard = await playBack(one.exchange, answering(one.exchange, more));
        expect({ of: nameOf(one.exchange), ...essence(heard) }).toEqual({
          of: nameOf(one.exchange),
          ...essence(one.heard),
        });
      }
    }, 120_000);

    it('end with an answer or a typed error when a field is gone, null or called otherwise', async () => {
      let answered = 0;
      for (const one of spoken()) {
        for (const how of ['gone', 'null', 'renamed'] as const) {
          const { bytes, lost } = damaged(one.bytes, how);
          const heard = await playBack(one.exchange, answering(one.exchange, bytes));
          const about = { of: nameOf(one.exchange), how, lost };
          if (heard.error !== undefined) {
            expect({ ...about, typed: heard.error instanceof Problem }).toEqual({ ...about, typed: true });
          } else if (!speaks(lost)) {
            answered++;
            expect({ ...about, text: heard.text }).toEqual({ ...about, text: one.heard.text });
          }
        }
      }
      expect(answered).toBeGreaterThan(100);
    }, 120_000);
  },
);

/** Those that are text, and can be changed as such. */
function spoken(): Sound[] {
  return sound.filter(({ exchange }) => exchange.response.base64 === undefined);
}

function answering(exchange: Exchange, body: Buffer | ReadableStream<Uint8Array>): Response {
  const { headers = {}, status } = exchange.response;
  const about = Object.entries(headers).filter(
    ([name]) => !/^(content-length|content-encoding|transfer-encoding)$/i.test(name),
  );
  const init = { status, headers: { 'content-type': 'application/json', ...Object.fromEntries(about) } };
  return new Response(body instanceof ReadableStream ? body : new Uint8Array(body), init);
}

async function expectSame(one: Sound, body: Buffer | ReadableStream<Uint8Array>): Promise<void> {
  const heard = await playBack(one.exchange, answering(one.exchange, body));
  const of = nameOf(one.exchange);
  expect({ of, ...essence(heard), usage: heard.usage }).toEqual({ of, ...essence(one.heard), usage: one.heard.usage });
}

/** What must never change; parts that nobody knows may come on top. */
function essence({ text, parts, finishReason, error }: Heard) {
  const calls = parts.flatMap((part) => (part.kind === 'toolCall' ? [part.name, part.rawArguments] : []));
  return { text, calls, finishReason, error };
}

function streamed(bytes: Buffer, size: () => number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + size();
      controller.enqueue(new Uint8Array(bytes.subarray(at, end)));
      at = end;
    },
  });
}

/** Changes each JSON document of an answer: the whole body, or the data of each event. */
function changed(bytes: Buffer, change: (document: Json) => Json): Buffer {
  const text = bytes.toString('utf8');
  const whole = parsed(text);
  if (whole !== undefined) return Buffer.from(JSON.stringify(change(whole)));
  const lines = text.split('\n').map((line) => {
    const document = line.startsWith('data:') ? parsed(line.slice(5)) : undefined;
    return document === undefined ? line : `data: ${JSON.stringify(change(document))}`;
  });
  return Buffer.from(lines.join('\n'));
}

function withStrangeEvent(bytes: Buffer): Buffer {
  const events = bytes.toString('utf8').split(/(?<=\n\r?\n)/);
  const name = events.some((event) => event.startsWith('event:')) ? 'event: brand.new\n' : '';
  events.splice(Math.ceil(events.length / 3), 0, `${name}data: {"type":"brand.new","x":{"y":1}}\n\n`);
  return Buffer.from(events.join(''));
}

/** The same answer with one block more, in whichever list of blocks its format has. */
function withStrangeBlock(document: Json): Json {
  return everywhere(document, (object) =>
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [
        key,
        Array.isArray(value) && isListOfBlocks(key, object) ? [...value, { type: 'brand_new', x: { y: 1 } }] : value,
      ]),
    ),
  );
}

/** Anthropic's and Cohere's `content`, the Responses API's `output`. */
function isListOfBlocks(key: string, { type, role, object }: Readonly<Record<string, Json>>): boolean {
  return (
    (key === 'content' && role === 'assistant' && type !== 'output_text') || (key === 'output' && object === 'response')
  );
}

function damaged(bytes: Buffer, how: 'gone' | 'null' | 'renamed'): { readonly bytes: Buffer; readonly lost: Json } {
  let documents = 0;
  changed(bytes, (document) => {
    documents++;
    return document;
  });
  const chosen = Math.floor(random.float() * documents);
  let place = 0;
  let lost: Json = null;
  const damage = (document: Json): Json => {
    if (place++ !== chosen) return document;
    const fields = fieldsIn(document);
    const target = fields[Math.floor(random.float() * fields.length)];
    return everywhere(document, (object, source) => {
      if (!target || source !== target.object) return object;
      const { [target.key]: value = null, ...rest } = object;
      lost = { [target.key]: value };
      return how === 'gone'
        ? rest
        : { ...rest, ...(how === 'null' ? { [target.key]: null } : { [`${target.key}_2`]: value }) };
    });
  };
  return { bytes: changed(bytes, damage), lost };
}

function fieldsIn(value: Json): { readonly object: Json; readonly key: string }[] {
  if (value === null || typeof value !== 'object') return [];
  const own = Array.isArray(value) ? [] : Object.keys(value).map((key) => ({ object: value, key }));
  return [...own, ...Object.values(value).flatMap((inner: Json) => fieldsIn(inner))];
}

/** Whether something that was said may be in it: any word, or the kind or order of what holds words. */
function speaks(lost: Json): boolean {
  return /"(text|content|delta|parts|arguments|message|choices|candidates|output|type|index|part|item|role|thought|finish\w*)":/i.test(
    JSON.stringify(lost),
  );
}

function everywhere(
  value: Json,
  change: (object: Readonly<Record<string, Json>>, source: Json) => Readonly<Record<string, Json>>,
): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((inner: Json) => everywhere(inner, change));
  const entries = Object.entries(value).map(([key, inner]) => [key, everywhere(inner as Json, change)] as const);
  return change(Object.fromEntries(entries), value);
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
