import type { LanguageModelV4Source } from '@ai-sdk/provider';
import { fieldsOf, type Json } from '../core/json.ts';
import { oncePer } from '../core/once-per.ts';
import { placesOf, type Visitor, visit } from './places.ts';
import { hearSound, type Said, soundOf, type Words, wordsReader } from './spoken.ts';

/**
 * Packages read the fields they know of an answer and leave the others out without a word. What they leave out of the
 * places where content stands is found here, in what the provider itself sent.
 */

/** A place in what a provider sends where content stands, and what its package reads of it. */
export interface ContentPlace {
  /** Names of fields with dots between, `*` for every element of a list: `choices.*.message`. */
  readonly at: string;
  readonly reads: Reads;
}

/** The fields; or, where a `type` says what a part is, the types: of any other one nothing is read. */
export type Reads = { readonly fields: readonly string[] } | { readonly types: readonly string[] };

/** What a row says of its answers, beside what its package makes of them. */
export interface Unread {
  readonly content: readonly ContentPlace[];
  /** Places of sources that the package does not pass on: objects with a title and an address, or an address alone. */
  readonly sources: readonly string[];
  /** Places of words: what a model is about to do, or says in a sound. */
  readonly words?: readonly Words[];
  /** Places of a sound, as base64, whole or in pieces. */
  readonly sounds?: readonly string[];
  /** Places of lists of what is wanted back of a thought, see reasoning-details.ts. */
  readonly details?: readonly string[];
}

/** What a piece says that its package does not. */
export interface Beside {
  readonly words: readonly Said[];
  readonly details: readonly Json[];
  readonly sources: readonly LanguageModelV4Source[];
}

export interface UnreadReader {
  /** One piece of a stream as it came, or a whole answer. */
  hear(raw: unknown): Beside;
  /** All that has been left out so far: files and refusals where it is one, anything else as it came. */
  rest(): readonly Leftover[];
}

export type Leftover =
  | { readonly kind: 'file'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'unknown'; readonly raw: Json };

/** What is put together of one answer. */
interface Found {
  /** By place and field: what comes in deltas is put together again. */
  grown: Map<string, { readonly key: string; value: Json }> | null;
  readonly whole: Json[];
  readonly sound: Buffer[];
  /** Of the piece that is being heard. */
  readonly details: Json[];
  readonly sources: LanguageModelV4Source[];
}

export function unreadReader(unread: Unread): UnreadReader {
  const places = placesIn(unread);
  const spoken = unread.words?.map(wordsReader) ?? [];
  const found: Found = { grown: null, whole: [], sound: [], details: [], sources: [] };

  return {
    hear(raw) {
      visit(raw, places, found);
      const { details, sources } = found;
      if (spoken.length + details.length + sources.length === 0) return nothing;
      return {
        words: spoken.flatMap((said) => said(raw)),
        details: details.splice(0),
        sources: sources.splice(0),
      };
    },
    rest() {
      const { grown, whole, sound } = found;
      if (grown === null && whole.length + sound.length === 0) return NOTHING_LEFT;
      const left = [...Array.from(grown?.values() ?? [], ({ key, value }): Json => ({ [key]: value })), ...whole];
      const heard = soundOf(sound);
      return [
        ...(heard ? [{ kind: 'file' as const, ...heard }] : []),
        ...left.flatMap((raw): Leftover[] => {
          const { type, refusal } = fieldsOf(raw);
          if (type === 'refusal' && typeof refusal === 'string') return [{ kind: 'refusal', text: refusal }];
          const files = [...filesIn(raw)];
          return files.length > 0 ? files : [{ kind: 'unknown', raw }];
        }),
      ];
    },
  };
}

const NOTHING_LEFT: readonly Leftover[] = [];

/** As most pieces do. */
const nothing: Beside = { words: [], details: [], sources: [] };

/** A row's places are the same for all its answers. */
const placesIn = oncePer(({ content, sources, sounds = [], details = [] }: Unread) =>
  placesOf<Found>([
    ...content.map(({ at, reads }) => [at, leftOutBy(at, reads)] as const),
    ...sounds.map((at) => [at, hearSound] as const),
    ...details.map((at) => [at, hearDetails] as const),
    ...sources.map((at) => [at, hearSource] as const),
  ]),
);

function leftOutBy(at: string, reads: Reads): Visitor<Found> {
  if ('types' in reads) {
    const types = new Set<unknown>(reads.types);
    return (part, { whole }) => {
      const { type } = fieldsOf(part);
      if (typeof type === 'string' && !types.has(type)) whole.push(part as Json);
    };
  }
  const fields = new Set(reads.fields);
  return (part, found) => {
    const said = fieldsOf(part);
    for (const key in said) if (!fields.has(key) && saysSomething(said[key])) keep(found, at, key, said[key] as Json);
  };
}

function keep(found: Found, place: string, key: string, value: Json): void {
  found.grown ??= new Map();
  const { grown, whole } = found;
  const name = `${place} ${key}`;
  const before = grown.get(name);
  if (typeof value === 'string' && (!before || typeof before.value === 'string')) {
    grown.set(name, { key, value: `${before?.value ?? ''}${value}` });
  } else if (Array.isArray(value) && (!before || Array.isArray(before.value))) {
    const list = (before?.value as Json[] | undefined) ?? [];
    for (const one of value) list.push(one);
    if (!before) grown.set(name, { key, value: list });
  } else whole.push({ [key]: value });
}

/** Numbers and flags stand around what is said. */
export function saysSomething(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,([\w+/=-]+)$/;

function* filesIn(value: unknown): Generator<Leftover> {
  if (typeof value === 'string') {
    const [, mediaType, base64] = DATA_URL.exec(value) ?? [];
    if (mediaType && base64) yield { kind: 'file', mediaType, base64 };
  } else for (const inner of Object.values(fieldsOf(value))) yield* filesIn(inner);
}

function hearDetails(part: unknown, { details }: Found): void {
  for (const detail of Array.isArray(part) ? part : [part]) details.push(detail as Json);
}

function hearSource(part: unknown, { sources }: Found): void {
  for (const source of sourceOf(part)) sources.push(source);
}

/** The vendors' names for the two things a source has; Mistral gives the names that a tool's result has for its own. */
function sourceOf(value: unknown): LanguageModelV4Source[] {
  const { title, url, uri, location, reference_ids: references } = fieldsOf(value);
  if (Array.isArray(references)) return references.flatMap((name) => sourceOf({ title: String(name) }));
  const address = [value, url, uri, fieldsOf(fieldsOf(location).web).url].find((one) => typeof one === 'string');
  const named = typeof title === 'string' && title !== '' ? title : undefined;
  if (typeof address === 'string') {
    return [{ type: 'source', sourceType: 'url', id: address, url: address, ...(named && { title: named }) }];
  }
  return named ? [{ type: 'source', sourceType: 'document', id: named, mediaType: 'text/plain', title: named }] : [];
}
