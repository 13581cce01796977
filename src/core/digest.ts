import { hash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256, in hex: equal for what means the same, in whatever order its keys stand. */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}
