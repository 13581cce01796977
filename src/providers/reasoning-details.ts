import type { JSONValue, LanguageModelV4, LanguageModelV4Message, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { UNSEALED } from '../core/affinity.ts';
import { fieldsOf, type Json } from '../core/json.ts';
import { askedOtherwise } from './asked-otherwise.ts';

/**
 * OpenRouter's `reasoning_details`: what the vendors behind it want back of a thought, in order and unchanged
 * (openrouter.ai/docs/use-cases/reasoning-tokens). Its package leaves them out, both ways.
 *
 * The words in them are the thought's own, and travel with it, where rules about text see them; its signature holds the
 * rest, with their lengths in their places.
 */
export const OPENROUTER = 'openrouter';

type Detail = { readonly [key: string]: Json };

const WORDS = ['text', 'summary'] as const;
/** What only the vendor can make. */
const PROOFS = ['signature', 'data'] as const;

/** Details as they came: in a stream, of the same kind one after the other are one. */
export function joined(fragments: readonly Json[]): readonly Detail[] {
  const details: Detail[] = [];
  for (const fragment of fragments as readonly Detail[]) {
    const last = details.at(-1);
    const goesOn = last && last.type === fragment.type && last.index === fragment.index && !('data' in fragment);
    if (goesOn) details.splice(-1, 1, { ...last, ...said(fragment), ...wordsOf(last, fragment) });
    else details.push(fragment);
  }
  return details;
}

/** All words in them. */
export function textIn(details: readonly Detail[]): string {
  return details
    .flatMap((detail) => WORDS.map((name) => detail[name]))
    .map((words) => words ?? '')
    .join('');
}

/** What a thought of these words is signed with. */
export function sealOf(details: readonly Detail[]): SharedV4ProviderMetadata {
  const wordless = details.map((detail) => ({ ...detail, ...lengthsOf(detail) }) as JSONValue);
  const sealed = details.some((detail) => PROOFS.some((name) => detail[name]));
  return { [OPENROUTER]: { [sealed ? 'reasoningDetails' : UNSEALED]: wordless } };
}

/** The same model, given back what it was signed with in place of the words alone. */
export function withReasoningDetails(model: LanguageModelV4): LanguageModelV4 {
  return askedOtherwise(model, (options) => ({ model, options: { ...options, prompt: options.prompt.map(detailed) } }));
}

function detailed(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role !== 'assistant') return message;
  const details = message.content.flatMap((part) => {
    const { reasoningDetails, [UNSEALED]: unsealed } = fieldsOf(part.providerOptions?.[OPENROUTER]);
    const signed = reasoningDetails ?? unsealed;
    return part.type === 'reasoning' && Array.isArray(signed) ? spelled(signed as Detail[], part.text) : [];
  });
  if (details.length === 0) return message;
  return {
    ...message,
    content: message.content.filter(({ type }) => type !== 'reasoning'),
    // The package's own name for what is to stand in a message.
    providerOptions: { ...message.providerOptions, openaiCompatible: { reasoning_details: details as JSONValue[] } },
  };
}

/** With the words in their places; whatever they have become, none is lost. */
function spelled(details: readonly Detail[], text: string): readonly Detail[] {
  const wordy = details.filter((detail) => WORDS.some((name) => typeof detail[name] === 'number'));
  let from = 0;
  return details.map((detail) => {
    const name = WORDS.find((one) => typeof detail[one] === 'number');
    if (!name) return detail;
    const to = detail === wordy.at(-1) ? text.length : from + (detail[name] as number);
    const words = text.slice(from, to);
    from = to;
    return { ...detail, [name]: words };
  });
}

function lengthsOf(detail: Detail): Detail {
  const words = WORDS.flatMap((name) => (typeof detail[name] === 'string' ? [[name, detail[name].length]] : []));
  return Object.fromEntries(words) as Detail;
}

function wordsOf(last: Detail, next: Detail): Detail {
  const words = WORDS.filter((name) => name in last || name in next);
  return Object.fromEntries(words.map((name) => [name, `${last[name] ?? ''}${next[name] ?? ''}`]));
}

function said(fragment: Detail): Detail {
  return Object.fromEntries(Object.entries(fragment).filter(([, value]) => value !== null));
}
