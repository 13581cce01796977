import type { Json } from '../../../src/core/json.ts';
import type { Mismatch } from '../compare.ts';

/** Why a field of an answer may differ from the recorded one. The first pattern that fits its path speaks for it. */
export interface Reason {
  readonly paths: RegExp;
  readonly why: string;
}

const common: readonly Reason[] = [
  { paths: /^(id|created|created_at|completed_at)$/, why: "ids and times are the run's, not the provider's" },
  { paths: /\b(service_tier|inference_geo)$/, why: 'the ordinary service tier is not passed on' },
  { paths: /\b(obfuscation|system_fingerprint|billing|moderation)\b/, why: "bookkeeping of the vendor's" },
];

export const reasons: Readonly<Record<'chat' | 'responses' | 'messages', readonly Reason[]>> = {
  chat: [
    ...common,
    {
      paths: /annotations\[\d+\]\.url_citation\.(start|end)_index$/,
      why: 'which words a source is for is not passed on: it is for all of them',
    },
  ],
  responses: [
    ...common,
    { paths: /^output\[\d+\]\.(id|encrypted_content)$/, why: 'opaque to clients; comes back as it was' },
    { paths: /^store$/, why: 'nothing is stored, whatever was asked' },
    {
      paths: /^(tools|text|reasoning|top_logprobs|temperature|top_p|max_tool_calls|prompt_cache_\w+)\b/,
      why: 'the echo of the request: as it was asked, without the defaults of the vendor',
    },
    { paths: /^(presence_penalty|frequency_penalty|safety_identifier)$/, why: 'the echo of what cannot be asked' },
    { paths: /annotations\[\d+\]\.(start|end)_index$/, why: 'which words a source is for is not passed on' },
    { paths: /^output\[\d+\]\.(phase|content\[\d+\]\.logprobs)/, why: 'the contract has no word for it' },
  ],
  messages: [
    ...common,
    { paths: /^stop_sequence$/, why: 'which stop sequence ended it is not passed on' },
    { paths: /^(container|context_management|stop_details)\b/, why: 'the contract has no word for it' },
    { paths: /^content\[\d+\]\.(caller|citations)\b/, why: 'the contract has no word for it' },
    {
      paths: /^usage\.(output_tokens_details|server_tool_use|iterations)\b/,
      why: 'a detail that is no part of the bill',
    },
    { paths: /^usage\.cache_creation\b/, why: 'said again in cache_creation_input_tokens' },
  ],
};

/** The same for what left for the provider. */
export const sentReasons: readonly Reason[] = [
  { paths: /^request\.reasoningEffort$/, why: 'a budget for thinking became the nearest effort, and that a budget' },
];

export function whyOf(field: string, known: readonly Reason[]): string | null {
  return known.find(({ paths }) => paths.test(field))?.why ?? null;
}

export interface Difference extends Mismatch {
  /** Null: nobody knows a reason. */
  readonly why: string | null;
}

/** Field by field. Null, zero, and nothing at all say the same. */
export function fieldsDiffer(expected: Json, actual: Json, known: readonly Reason[]): Difference[] {
  const [wanted, got] = [leavesOf(expected), leavesOf(actual)];
  const paths = new Set([...wanted.keys(), ...got.keys()]);
  return [...paths].flatMap((field) => {
    const [a, b] = [wanted.get(field), got.get(field)];
    if (a === b) return [];
    return [{ field, expected: a, actual: b, why: whyOf(field, known) }];
  });
}

function leavesOf(value: Json, path = '', leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) leavesOf(item as Json, `${path}[${at}]`, leaves);
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      leavesOf((item ?? null) as Json, path === '' ? name : `${path}.${name}`, leaves);
    }
  } else if (value !== null && value !== 0 && value !== false && value !== '') {
    leaves.set(path, normal(path, value));
  }
  return leaves;
}

/** Arguments of tools are JSON in a text: how it is spaced says nothing. */
function normal(path: string, value: unknown): unknown {
  if (!/arguments$/.test(path) || typeof value !== 'string') return value;
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return value;
  }
}
