import type { Json } from './json.ts';

/**
 * Eight megabytes of `[` keep JSON.parse busy for four seconds, of short keys for one; the same in texts for 30 ms. So
 * what costs time is bounded: how many values, and how deep. A conversation of 3,000 messages has some 20,000 values.
 */
const structureLimits = { values: 25_000, depth: 64 } as const;

/** JSON that would take too long to read; the message says how it is built. */
export class IntricateJson extends Error {
  readonly how: string;

  constructor(how: string) {
    super(`The message is JSON ${how}.`);
    this.how = how;
  }
}

/** What a caller's text within a message says as JSON. @throws IntricateJson, SyntaxError */
export function quickJson(text: string): Json {
  scanJson()(Buffer.from(text, 'utf8'));
  return JSON.parse(text) as Json;
}

/**
 * Reads JSON text as it comes in, byte by byte, but for what is within long strings, and does not care whether it is
 * valid.
 * @returns the scan; throws IntricateJson as soon as there are too many values or too deep ones
 */
export function scanJson(): (chunk: Uint8Array) => void {
  let values = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let plain = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        else if (++plain % LEAP === 0) at = leap(chunk, at);
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
        values++;
        if (++depth > structureLimits.depth) throw new IntricateJson(`nested more than ${structureLimits.depth} deep`);
      } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
      else if (byte === COMMA && ++values > structureLimits.values) {
        throw new IntricateJson(`of more than ${structureLimits.values} values`);
      }
    }
  };
}

/** How much of strings is read before one of them is taken for long: to look for its end costs as much. */
const LEAP = 32;

/** The last place in a string before what may end it. */
function leap(chunk: Uint8Array, from: number): number {
  const quote = chunk.indexOf(QUOTE!, from);
  let end = quote < 0 ? chunk.length : quote;
  while (end > from + 1 && chunk[end - 1] === BACKSLASH) end--;
  return end - 1;
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE, COMMA] = Buffer.from('"\\[]{},');
