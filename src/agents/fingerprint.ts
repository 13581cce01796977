import { createHash } from 'node:crypto';
import type { CompletionRequest, Message } from '../core/chat.ts';
import { canonicalJson } from '../core/json.ts';

/** What a step looks like from outside: tools by name and arguments, prompts by the words they share with others. */
export interface Step {
  readonly step: number;
  /** `tool:` and 16 hex digits, equal for equal calls; `text:` and 16, which differ in few bits for similar texts. */
  readonly fingerprint: string;
}

/** Bits of 64 that similar texts may differ in: of Manku, Jain, Das Sarma, "Detecting near-duplicates", 2007. */
const NEAR_BITS = 3;
const SHINGLE_WORDS = 3;
/** The end of a long prompt is where it is new. */
const MAX_CHARACTERS = 20_000;

/**
 * The step a request makes: the tools whose results it brings back, otherwise its last message. System prompts and
 * everything said before repeat in every step of an honest run, so they say nothing.
 */
export function fingerprintOf({ messages }: Pick<CompletionRequest, 'messages'>): string {
  const calls = latestToolCalls(messages);
  if (calls.length > 0) return `tool:${createHash('sha256').update(calls.join('\n')).digest('hex').slice(0, 16)}`;
  const text = (messages.at(-1)?.parts ?? [])
    .map((part) => (part.kind === 'text' ? part.text : part.kind))
    .join('\n')
    .slice(-MAX_CHARACTERS);
  return `text:${simhash(text).toString(16).padStart(16, '0')}`;
}

/** The same tool with the same arguments, or nearly the same prompt. */
export function alike(one: string, other: string): boolean {
  if (one === other) return true;
  if (!one.startsWith('text:') || !other.startsWith('text:')) return false;
  return bitsOf(BigInt(`0x${one.slice(5)}`) ^ BigInt(`0x${other.slice(5)}`)) <= NEAR_BITS;
}

function latestToolCalls(messages: readonly Message[]): string[] {
  if (messages.at(-1)?.role !== 'TOOL') return [];
  const caller = messages.findLast(({ role }) => role === 'ASSISTANT');
  return (caller?.parts ?? []).flatMap((part) =>
    part.kind === 'toolCall' ? [`${part.name} ${canonicalJson(part.arguments)}`] : [],
  );
}

/** 64 bits, each the majority of that bit over all runs of three words. */
function simhash(text: string): bigint {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const votes = new Array<number>(64).fill(0);
  for (let start = 0; start === 0 || start + SHINGLE_WORDS <= words.length; start++) {
    const digest = createHash('md5')
      .update(words.slice(start, start + SHINGLE_WORDS).join(' '))
      .digest();
    for (let bit = 0; bit < 64; bit++) votes[bit]! += (digest[bit >> 3]! >> (bit & 7)) & 1 ? 1 : -1;
  }
  return votes.reduce((hash, vote, bit) => (vote > 0 ? hash | (1n << BigInt(bit)) : hash), 0n);
}

function bitsOf(number: bigint): number {
  let bits = 0;
  for (let rest = number; rest > 0n; rest &= rest - 1n) bits += 1;
  return bits;
}
