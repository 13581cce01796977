import { codeAt } from './code-at.ts';

/**
 * Chance as a pure function: the same seed and salt always draw the same number in [0, 1). Two rounds of the finalizer
 * of MurmurHash3 (public domain, A. Appleby), which spreads neighbouring seeds over the whole range.
 */
export function drawFrom(seed: number, salt: number): number {
  return (mixed(mixed(seed >>> 0) ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0) / 2 ** 32;
}

/** FNV-1a over UTF-16 units, then mixed: 32 bits that stand for a text, here and on every other instance. */
export function hashOf(text: string): number {
  const { length } = text;
  let hash = 0x811c9dc5;
  for (let place = 0; place < length; place++) hash = Math.imul(hash ^ codeAt(text, place), 0x01000193);
  return mixed(hash) >>> 0;
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
