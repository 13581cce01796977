import { fieldsOf, jsonIn } from '../../core/json.ts';
import { saysSomething } from '../unread.ts';

/**
 * Most chunks of a stream are the one before with other words in it. What is around the words is learnt from a chunk that
 * was read as a whole; the next one that has the same around its words is known by comparing, at a tenth of the cost.
 */
export class Refrain {
  #around: Around | null = null;
  /** Learnt since something was known by it: a server that puts the time in every chunk has no refrain. */
  #unused = 0;

  /** What this chunk says, where it is the last learnt one with other words; else it is to be read, and learnt. */
  wordsOf(data: string): string | null {
    if (this.#around === null) return null;
    const words = wordsIn(data, this.#around);
    if (words !== null) this.#unused = 0;
    return words;
  }

  /** @param chunk the data, parsed and read */
  learn(data: string, chunk: unknown): void {
    this.#around = this.#unused < PATIENCE ? aroundWords(data, chunk) : null;
    if (this.#around !== null) this.#unused++;
  }
}

const PATIENCE = 4;

interface Around {
  /** Up to the words' opening quote, and with it. */
  readonly before: string;
  /** From their closing quote on; without the padding. */
  readonly after: string;
}

/** Slices are compared, as `startsWith` takes ten times as long where what it looks for is a slice itself. */
function wordsIn(data: string, { before, after }: Around): string | null {
  const last = endOf(data);
  const end = last - after.length; // below zero for what is no object
  if (end < before.length || data.slice(0, before.length) !== before || data.slice(end, last) !== after) return null;
  const words = data.slice(before.length, end);
  // One string or none: a quote within would end it, and something else would have to follow.
  return SPECIAL.test(words) ? ((jsonIn(`"${words}"`) as string | undefined) ?? null) : words;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of them in a string.
const SPECIAL = /["\\\u0000-\u001f]/;

/** Null where the chunk says more than words, or does not stand in its text as expected. */
function aroundWords(data: string, chunk: unknown): Around | null {
  const words = onlyWords(chunk);
  if (words === null) return null;
  const quoted = JSON.stringify(words);
  const end = endOf(data);
  const at = data.lastIndexOf(quoted, end - quoted.length);
  if (at < 0 || end < quoted.length) return null;
  const around = { before: data.slice(0, at + 1), after: data.slice(at + quoted.length - 1, end) };
  // The same may stand elsewhere, and "," between any two texts: the right place is where others are the chunk's words.
  const other = jsonIn(`${around.before}${PROBE}${around.after}${data.slice(end)}`);
  return onlyWords(other) === PROBE ? { before: apart(around.before), after: apart(around.after) } : null;
}

/** A text of its own: one that is cut out of another takes twice as long to compare, and keeps all of the other. */
function apart(text: string): string {
  return Buffer.from(text).toString();
}

const PROBE = 'one, two';

/** What a chunk says that says nothing but words; what stands beside the choices is the same each time. */
function onlyWords(chunk: unknown): string | null {
  const { choices } = fieldsOf(chunk);
  if (!Array.isArray(choices) || choices.length !== 1) return null;
  const choice = fieldsOf(choices[0]);
  const { index = 0 } = choice;
  const delta = fieldsOf(choice.delta);
  const { content } = delta;
  if (index !== 0 || typeof content !== 'string' || content === '') return null;
  return saysMore(choice, 'index', 'delta') || saysMore(delta, 'content', 'role') ? null : content;
}

/** Than these two fields. */
function saysMore(fields: Readonly<Record<string, unknown>>, one: string, other: string): boolean {
  for (const name in fields) if (name !== one && name !== other && saysSomething(fields[name])) return true;
  return false;
}

/**
 * OpenAI makes its chunks equally long by a last field of another length each time, which nobody reads.
 * @returns where the object ends without it: before the field, or before the brace that would follow it; -1 for no object
 */
function endOf(data: string): number {
  const brace = data.length - 1;
  if (data.charCodeAt(brace) !== BRACE) return -1;
  if (data.charCodeAt(brace - 1) !== QUOTE || data.charCodeAt(brace - 2) === BACKSLASH) return brace;
  const at = data.lastIndexOf(PADDING);
  return at >= 0 && data.indexOf('"', at + PADDING.length) === brace - 1 ? at : brace;
}

const PADDING = ',"obfuscation":"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7d;
