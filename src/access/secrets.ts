import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from '../core/secret.ts';

/**
 * The form of an API key's secret: `gp_live_`, 256 random bits, `_`, a checksum. The fixed start lets people and secret
 * scanners see what it is; the checksum tells a typing error from a key that was revoked.
 */
const START = 'gp_live_';
const FORM = /^(gp_live_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const RANDOM_BYTES = 32;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Straight from the system's entropy: a runtime whose chance is repeatable must not make repeatable secrets. */
export function newSecret(): Secret {
  const random = BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`);
  const body = START + base62(random, 43);
  return new Secret(`${body}_${checksum(body)}`);
}

/** True for a text that has the form of a secret and cannot be one. */
export function isMistyped(text: string): boolean {
  const [, body, sum] = FORM.exec(text) ?? [];
  return body !== undefined && checksum(body) !== sum;
}

/** What may be shown of a secret for good: enough to tell keys apart, nothing of use for guessing the rest. */
export function prefixOf(secret: Secret): string {
  const text = secret.reveal();
  return text.slice(0, FORM.test(text) ? START.length + 4 : 4);
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), 6);
}

function base62(number: bigint, places: number): string {
  let text = '';
  for (let rest = number; text.length < places; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text;
}
