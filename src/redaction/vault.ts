import type { Keyring } from '../platform/keyring.ts';
import { Holding, type Scrubber } from './scrub.ts';

const TOKEN = /\[[A-Z][A-Z0-9_]*_[a-z2-7]{8,11}\]/g;

/**
 * What was taken out of one request, and how to put it back. Tokens are keyed hashes of what they stand for: the same
 * text has the same token throughout a project, so that prompt caches and the answer cache still recognise a prompt;
 * without the request's own vault, a token is nothing.
 */
export class Vault {
  readonly #keyring: Pick<Keyring, 'hash'>;
  readonly #projectId: string;
  /** What each token stands for. Null while there is none: most calls have nothing to hide. */
  #texts: Map<string, string> | null = null;
  #longest = 0;

  constructor(keyring: Pick<Keyring, 'hash'>, projectId: string) {
    this.#keyring = keyring;
    this.#projectId = projectId;
  }

  /** Stands for `text` from now on: `[EMAIL_k3x9a7q2]`. */
  tokenOf(label: string, text: string, reversible: boolean): string {
    const name = base32(this.#keyring.hash('redaction-token', `${this.#projectId}\0${label}\0${text}`));
    let token = `[${label}_${name}]`;
    // Forty bits meet by chance once in a trillion: then the second one is named differently.
    for (let again = 2; (this.#texts?.get(token) ?? text) !== text; again++)
      token = `[${label}_${name}${base32Digit(again)}]`;
    if (reversible) {
      this.#texts ??= new Map();
      this.#texts.set(token, text);
      this.#longest = Math.max(this.#longest, token.length);
    }
    return token;
  }

  /** Puts back what a piece of an answer says, holding what may be the beginning of a token; null: there is no token. */
  restorer(quote: (text: string) => string): Scrubber | null {
    const texts = this.#texts;
    return texts && new Restorer(texts, quote, (text) => this.#beginning(texts, text));
  }

  /** Where a token may have begun that the next piece goes on with; the length when there is none. */
  #beginning(texts: ReadonlyMap<string, string>, text: string): number {
    const at = text.lastIndexOf('[');
    if (at < 0 || text.length - at >= this.#longest) return text.length;
    const start = text.slice(at);
    for (const token of texts.keys()) if (token.length > start.length && token.startsWith(start)) return at;
    return text.length;
  }
}

class Restorer extends Holding {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #quote: (text: string) => string;
  readonly #beginningIn: (text: string) => number;

  constructor(
    texts: ReadonlyMap<string, string>,
    quote: (text: string) => string,
    beginningIn: (text: string) => number,
  ) {
    super();
    this.#texts = texts;
    this.#quote = quote;
    this.#beginningIn = beginningIn;
  }

  protected pass(last: boolean): string {
    const until = last ? this.held.length : this.#beginningIn(this.held);
    return this.take(until).replace(TOKEN, (token) => {
      const found = this.#texts.get(token);
      return found === undefined ? token : this.#quote(found);
    });
  }
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
