import { codeAt } from './code-at.ts';

/**
 * JSON as it travels between processes. Money is a bigint and keeps its exactness as `{"$nanos":"12"}`; what a caller or
 * a model calls `$nanos` themselves travels as `$$nanos`, so that it comes back as what it was.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function encodeJson(value: unknown): string {
  return JSON.stringify(withoutBigints(value));
}

/** The value itself where it holds none, else a copy: with a function to replace them JSON.stringify takes longer. */
export function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return { $nanos: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return withoutBigints(toJSON.call(value));
  return Array.isArray(value) ? itemsWithoutBigints(value) : fieldsWithoutBigints(value as Record<string, unknown>);
}

function itemsWithoutBigints(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let place = 0; place < items.length; place++) {
    const item = items[place];
    const said = withoutBigints(item);
    if (said === item) continue;
    copy ??= [...items];
    copy[place] = said;
  }
  return copy ?? items;
}

function fieldsWithoutBigints(fields: Readonly<Record<string, unknown>>): object {
  let copy: Record<string, unknown> | null = null;
  for (const key in fields) {
    if (isReserved(key)) return renamed(fields, (name) => `$${name}`, withoutBigints);
    const field = fields[key];
    const said = withoutBigints(field);
    if (said === field) continue;
    copy ??= { ...fields };
    copy[key] = said;
  }
  return copy ?? fields;
}

/** @param object as JSON, with a field at least. @param fields more of them, each as JSON already */
export function withFields(object: string, fields: Readonly<Record<string, string>>): string {
  let text = object.slice(0, -1);
  for (const name in fields) text += `,"${name}":${fields[name]}`;
  return `${text}}`;
}

/** About as many UTF-16 units as the value has as JSON, without making it. */
export function sizeOfJson(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'bigint') return 24;
  if (typeof value !== 'object' || value === null) return 6;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += sizeOfJson(item) + 1;
  else for (const key in value) size += key.length + 4 + sizeOfJson(value[key as never]);
  return size;
}

/** How many bytes of UTF-8 JSON.stringify makes of it, without making them. @param value of nothing but JSON's own kinds */
export function bytesOfJson(value: unknown): number {
  return sizeOfJson(value) > SHORT ? bytesOf(value) : Buffer.byteLength(JSON.stringify(value));
}

/** In UTF-16 units: what is no longer is sooner written than walked through. */
const SHORT = 4_096;

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return bytesOfText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
  let [bytes, items] = [0, 0];
  if (Array.isArray(value)) {
    for (const item of value) bytes += bytesOf(item ?? null);
    items = value.length;
  } else {
    for (const key in value) {
      const field: unknown = value[key as never];
      if (field === undefined) continue;
      bytes += bytesOfText(key) + COLON + bytesOf(field);
      items++;
    }
  }
  return bytes + BRACKETS + COMMA * Math.max(0, items - 1);
}

const [BRACKETS, QUOTES, COLON, COMMA] = [2, 2, 1, 1];

function bytesOfText(text: string): number {
  if (!text.isWellFormed()) return Buffer.byteLength(JSON.stringify(text));
  const { length } = text;
  let bytes = QUOTES + Buffer.byteLength(text);
  for (let place = 0; place < length; place++) {
    const code = codeAt(text, place);
    if (code < ESCAPED.length) bytes += ESCAPED[code]!;
  }
  return bytes;
}

/** By character code, up to the backslash: how many bytes more it takes in JSON. */
const ESCAPED = Uint8Array.from(
  { length: 0x5d },
  (_, code) => JSON.stringify(String.fromCharCode(code)).length - QUOTES - 1,
);

export function decodeJson(text: string): unknown {
  return withBigints(JSON.parse(text));
}

/** The value itself, changed where it holds some. */
function withBigints(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isMoney(value)) return BigInt(value.$nanos);
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place++) value[place] = withBigints(value[place]);
  } else {
    const fields = value as Record<string, unknown>;
    // Before anything is changed: what has its name back must not be read once more.
    for (const key in fields)
      if (isReserved(key)) return renamed(fields, (name) => name.replace('$$', '$'), withBigints);
    for (const key in fields) fields[key] = withBigints(fields[key]);
  }
  return value;
}

/** What was written before such names were kept apart may be somebody's own, with more in it or no number. */
function isMoney(value: object): value is { readonly $nanos: string } {
  const { $nanos } = value as { readonly $nanos?: unknown };
  return typeof $nanos === 'string' && /^-?\d+$/.test($nanos) && Object.keys(value).length === 1;
}

const DOLLAR = 0x24;

function isReserved(name: string): boolean {
  return name.charCodeAt(0) === DOLLAR && /^\$+nanos$/.test(name);
}

function renamed(
  fields: Readonly<Record<string, unknown>>,
  nameOf: (name: string) => string,
  itsValue: (value: unknown) => unknown,
) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [isReserved(name) ? nameOf(name) : name, itsValue(value)]),
  );
}

/** What is nested deeper nobody means; from some 4,000 levels on it can be read, but not written any more. */
const MOST_LEVELS = 200;

/** What somebody else's text says, where it is JSON; undefined where it is none, or nested more than 200 deep. */
export function jsonIn(text: string): Json | undefined {
  try {
    const said = JSON.parse(text) as Json;
    return isDeeper(said, MOST_LEVELS) ? undefined : said;
  } catch {
    return undefined;
  }
}

function isDeeper(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner as Json, levels - 1));
}

/** The fields of what may be an object; of anything else, none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : NO_FIELDS;
}

const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({});

/** Key order does not matter for what an input means, so it must not matter for its fingerprint. */
export function canonicalJson(value: unknown): string {
  return encodeJson(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const fields = value as Record<string, unknown>;
  // Without a prototype, `__proto__` is a name like any other.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(fields).sort()) {
    if (fields[name] !== undefined) copy[name] = sorted(fields[name]);
  }
  return copy;
}
