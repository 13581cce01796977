import type { Scrubber } from './scrub.ts';

/**
 * What was taken out of one request, and how to put it back. Tokens are keyed hashes of what they stand for: the same
 * text has the same token throughout a project, so that prompt caches and the answer cache still recognise a prompt;
 * without the request's own vault, a token is nothing.
 */
export interface Vault {
  /** Stands for `text` from now on: `[EMAIL_k3x9a7q2]`. */
  tokenOf(label: string, text: string, reversible: boolean): string;
  /** Puts back what a piece of an answer says, holding what may be the beginning of a token; null: there is no token. */
  restorer(quote: (text: string) => string): Scrubber | null;
}

const TOKEN = /\[[A-Z][A-Z0-9_]*_[a-z2-7]{8,11}\]/g;

/** @param sign keyed; 5 bytes of it are used */
export function createVault(sign: (text: string) => Buffer): Vault {
  const texts = new Map<string, string>();
  let longest = 0;

  const restore = (text: string, quote: (text: string) => string) =>
    text.replace(TOKEN, (token) => {
      const found = texts.get(token);
      return found === undefined ? token : quote(found);
    });

  /** Where a token may have begun that the next piece goes on with; the length when there is none. */
  const beginning = (text: string): number => {
    const at = text.lastIndexOf('[');
    if (at < 0 || text.length - at >= longest) return text.length;
    const start = text.slice(at);
    for (const token of texts.keys()) if (token.length > start.length && token.startsWith(start)) return at;
    return text.length;
  };

  return {
    tokenOf(label, text, reversible) {
      const name = base32(sign(`${label}\0${text}`));
      let token = `[${label}_${name}]`;
      // Forty bits meet by chance once in a trillion: then the second one is named differently.
      for (let again = 2; (texts.get(token) ?? text) !== text; again++)
        token = `[${label}_${name}${base32Digit(again)}]`;
      if (reversible) {
        texts.set(token, text);
        longest = Math.max(longest, token.length);
      }
      return token;
    },
    restorer(quote) {
      if (longest === 0) return null;
      let held = '';
      return {
        push(text) {
          held += text;
          const until = beginning(held);
          const out = restore(held.slice(0, until), quote);
          held = held.slice(until);
          return out;
        },
        end(text) {
          const out = restore(held + text, quote);
          held = '';
          return out;
        },
      };
    },
  };
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.subarray(0, 5).toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < 8; digit++) {
    text = DIGITS[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}

function base32Digit(value: number): string {
  return DIGITS[value % 32]!;
}
