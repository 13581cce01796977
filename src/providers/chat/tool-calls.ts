import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { fieldsOf, jsonIn } from '../../core/json.ts';
import { textOf } from './strange.ts';

/**
 * Puts tool calls together from their fragments. Calls are numbered in the order of their coming: some servers call each
 * of them 0 and tell them apart by their ids alone, or by nothing but that another one begins.
 * @param newId for a call without an id of its own
 * @param signer whose signature a call may carry; null for nobody's
 */
export function toolCallReader(newId: () => string, signer: string | null) {
  const calls: Call[] = [];
  /** By the server's own number: the call that it stands for just now. */
  const current = new Map<number, Call>();
  const byId = new Map<string, Call>();
  const ids = new Set<string>();

  const callOf = ({ number, id, name, input }: Fragment): Call => {
    const known = (id && byId.get(id)) || current.get(number);
    if (known && !isAnother(known, id, name, input)) return known;
    const call = { id: null, name: '', input: '', said: null };
    calls.push(call);
    return call;
  };

  /** Unlike any other of the answer, whatever the server does. */
  const idFor = ({ id }: Call): string => {
    const own = id === null || ids.has(id) ? newId() : id;
    ids.add(own);
    return own;
  };

  return {
    /** @param place its place in its list, for servers that number nothing */
    read(raw: unknown, place: number): LanguageModelV4StreamPart[] {
      const fragment = fragmentOf(raw, place);
      const { number, id, name, input } = fragment;
      const call = callOf(fragment);
      call.id ??= id || null;
      if (id) byId.set(id, call);
      current.set(number, call);
      call.signature ??= signatureIn(raw);
      call.input += input;
      call.blank ??= name !== null;
      if (call.said !== null) return input === '' ? [] : [{ type: 'tool-input-delta', id: call.said, delta: input }];
      call.name = name?.trim() ? name : '';
      if (call.name === '') return [];
      call.said = idFor(call);
      const start = { type: 'tool-input-start' as const, id: call.said, toolName: call.name };
      return call.input === '' ? [start] : [start, { type: 'tool-input-delta', id: call.said, delta: call.input }];
    },
    /** @throws Error for one that never said which tool it calls */
    end: (): LanguageModelV4StreamPart[] =>
      calls.flatMap(({ said, name, input, signature, blank }) => {
        // Some servers close a list of calls with one that says nothing.
        if (said === null && blank && input.trim() === '') return [];
        if (said === null) throw new Error('a call of a tool that has no name');
        const signed = signer !== null && signature !== undefined;
        const providerMetadata = signed ? { [signer]: { thoughtSignature: signature } } : undefined;
        return {
          ...{ type: 'tool-call' as const, toolCallId: said, toolName: name, input },
          ...(providerMetadata && { providerMetadata }),
        };
      }),
  };
}

export type ToolCallReader = ReturnType<typeof toolCallReader>;

interface Call {
  /** The server's. */
  id: string | null;
  name: string;
  input: string;
  /** The id under which it has begun; null before it has a name. */
  said: string | null;
  /** Whether it has been given a name, if only an empty one. */
  blank?: boolean;
  signature?: string | undefined;
}

interface Fragment {
  readonly number: number;
  readonly id: string;
  readonly name: string | null;
  readonly input: string;
}

function fragmentOf(raw: unknown, place: number): Fragment {
  const { index, id, function: called } = fieldsOf(raw);
  const { name, arguments: input } = fieldsOf(called);
  return {
    number: typeof index === 'number' ? index : place,
    id: textOf(id),
    name: name == null ? null : textOf(name),
    input: textOf(input),
  };
}

/** Some give each fragment another id, or say the name each time; a new call says its name, and begins. */
function isAnother(known: Call, id: string, name: string | null, input: string): boolean {
  if (!name?.trim()) return false;
  if (/^\s*\{/.test(input) && isWhole(known.input)) return true;
  if (id) return known.id !== null && id !== known.id;
  return known.name !== '' && name !== known.name;
}

/** Looks at its end first: all of it is read for every fragment otherwise. */
function isWhole(input: string): boolean {
  return /\}\s*$/.test(input.slice(-LONGEST_END)) && jsonIn(input) !== undefined;
}

/** Of what may stand behind the last brace. */
const LONGEST_END = 64;

/** Gemini's, of the thought behind the call. */
function signatureIn(raw: unknown): string | undefined {
  const { thought_signature } = fieldsOf(fieldsOf(fieldsOf(raw).extra_content).google);
  return typeof thought_signature === 'string' && thought_signature !== '' ? thought_signature : undefined;
}
