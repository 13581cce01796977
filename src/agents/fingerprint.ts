import { createHash } from 'node:crypto';
import type { CompletionRequest, Message } from '../core/chat.ts';
import { canonicalJson } from '../core/json.ts';

/** What a step looks like from outside: tools by name and arguments, prompts by the words they share with others. */
export interface Step {
  readonly step: number;
  /**
   * `tool:` and 16 hex digits, equal for equal calls; `text:` and 16, which differ in few bits for similar texts, then,
   * of a prompt with pictures or files, `:` and 16 that are equal for the same ones.
   */
  readonly fingerprint: string;
}

/** Bits of 64 that similar texts may differ in: of Manku, Jain, Das Sarma, "Detecting near-duplicates", 2007. */
const NEAR_BITS = 3;
const SHINGLE_WORDS = 3;
/** The end of a long prompt is where it is new. */
const MAX_CHARACTERS = 20_000;

/**
 * The step a request makes: the tools whose results it brings back, otherwise its last message. System prompts and
 * everything said before repeat in every step of an honest run, so they say nothing. The same words about another
 * picture are another step.
 */
export function fingerprintOf({ messages, call }: Pick<CompletionRequest, 'messages' | 'call'>): string {
  const tools = latestToolCalls(messages);
  if (tools.length > 0) return `tool:${digest(tools.sort())}`;
  const parts = messages.at(-1)?.parts ?? [];
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n');
  const others = parts.flatMap((part) => (part.kind === 'text' ? [] : [JSON.stringify(part)]));
  if (call) others.push(JSON.stringify(call));
  const rest = others.length === 0 ? '' : `:${digest(others)}`;
  return `text:${simhash(text.slice(-MAX_CHARACTERS)).toString(16).padStart(16, '0')}${rest}`;
}

/** The same tool with the same arguments, or nearly the same prompt. */
export function alike(one: string, other: string): boolean {
  if (one === other) return true;
  const [kind, bits, rest] = one.split(':');
  const [otherKind, otherBits, otherRest] = other.split(':');
  if (kind !== 'text' || otherKind !== 'text' || rest !== otherRest) return false;
  return bitsOf(BigInt(`0x${bits}`) ^ BigInt(`0x${otherBits}`)) <= NEAR_BITS;
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
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
