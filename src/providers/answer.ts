import type {
  LanguageModelV4Content,
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolResult,
} from '@ai-sdk/provider';
import type { OutputPart, TokenLogprob } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { fieldsOf, type Json, jsonIn } from '../core/json.ts';
import { sniff } from '../core/media.ts';
import {
  callKey,
  cite,
  type OpenPart,
  type OpenReasoning,
  type OpenText,
  type OpenToolCall,
  openReasoning,
  openText,
  openToolCall,
  remember,
  textKey,
  thoughtKey,
} from './open-parts.ts';
import { joined, sealOf, textIn } from './reasoning-details.ts';
import { signatureOf } from './signature.ts';
import type { Leftover } from './unread.ts';

/** Reads one answer, piece by piece, and tells its content events. Parts are numbered as they first say something. */
export interface AnswerReader {
  /** Pieces that carry no content (metadata, pings) say nothing. */
  read(piece: LanguageModelV4StreamPart | LanguageModelV4Content): void;
  /** What is wanted back of the thought under way, or of the next one; see reasoning-details.ts. */
  detail(details: readonly Json[]): void;
  /** Something nobody could read, as it came. */
  keep(raw: Json): void;
  /**
   * Closes what is still open. Call it once, after the last piece.
   * @param refusal the provider's word when the answer is a refusal: its last text then is one
   * @param logprobs of the last text's tokens, where they spell it
   * @param leftOut what its package has left out
   */
  end(closing: {
    readonly refusal?: string | undefined;
    readonly logprobs?: ((text: string) => readonly TokenLogprob[] | undefined) | undefined;
    readonly leftOut?: readonly Leftover[] | undefined;
  }): void;
}

/**
 * Nothing is lost: what core/chat.ts has no word for becomes an `unknown` part. A source belongs to the text it came
 * with, after or before; to nobody, it is unknown. Text without a character and thoughts without text or signature are no parts.
 * @param provider named in unknown parts
 * @param tools those of the caller. A call of any other may turn out to run at the provider: it is told when it is whole.
 */
export function answerReader(
  provider: string,
  tools: ReadonlySet<string>,
  tell: (event: ContentEvent) => void,
): AnswerReader {
  const open = new Map<string, OpenPart>();
  let parts = 0;
  /** Ended, but kept back while sources may still follow it. */
  let settling: OpenText | null = null;
  /** Sources that came before any text. */
  const early: LanguageModelV4Source[] = [];
  /** Not yet with any thought. */
  let details: Json[] = [];
  /** Whether words of a thought have been said. */
  let thoughtful = false;

  const settle = (): void => {
    const text = settling;
    settling = null;
    if (text) finishText(text);
  };

  /** Tells that it begins, unless it has begun. @returns its place */
  const start = (part: OpenPart): number => {
    if (part.index !== null) return part.index;
    const index = parts++;
    part.index = index;
    if (part.kind === 'toolCall') {
      const { toolCallId, toolName } = part;
      tell({ kind: 'partStarted', index, part: 'toolCall', toolCallId, toolName });
    } else tell({ kind: 'partStarted', index, part: part.kind });
    return index;
  };

  const finish = (open: OpenPart, part: OutputPart): void => {
    const index = start(open);
    tell({ kind: 'partFinished', index, part });
  };

  const whole = (part: OutputPart): void => {
    const index = parts++;
    const named = part.kind === 'toolCall' ? { toolCallId: part.toolCallId, toolName: part.name } : {};
    settle();
    tell({ kind: 'partStarted', index, part: part.kind, ...named });
    tell({ kind: 'partFinished', index, part });
  };

  const unknown = (raw: unknown): void => whole({ kind: 'unknown', provider, raw: plain(raw) });

  const leftover = (left: Leftover) => {
    switch (left.kind) {
      case 'file':
        return whole({ kind: 'media', mimeType: left.mediaType, base64: left.base64 });
      case 'refusal':
        return whole({ kind: 'refusal', text: left.text, category: 'refusal' });
      case 'unknown':
        return unknown(left.raw);
    }
  };

  const finishText = (text: OpenText): void => {
    if (text.text !== '' || text.citations.size > 0) {
      const { logprobs } = text;
      const citations = [...text.citations.values()];
      finish(text, { kind: 'text', text: text.text, citations, ...(logprobs && { logprobs }) });
    }
    // Gemini may sign a text; the next turn is better with it, and only thoughts can carry a signature.
    const signature = signatureOf(text.metadata);
    if (signature?.includes('thoughtSignature')) whole({ kind: 'reasoning', text: '', signature });
  };

  const refuse = (text: OpenText, category: string | null): void => {
    if (text.index !== null || text.text !== '') finish(text, { kind: 'refusal', text: text.text, category });
  };

  const finishReasoning = (thought: OpenReasoning): void => {
    if (details.length > 0) {
      const its = joined(details);
      if (textIn(its) === thought.text) {
        remember(thought, sealOf(its));
        details = [];
      }
    }
    const signature = signatureOf(thought.metadata);
    if (thought.text === '' && signature === undefined) return;
    thoughtful ||= thought.text !== '';
    finish(thought, { kind: 'reasoning', text: thought.text, ...(signature !== undefined && { signature }) });
  };

  /** Details that no thought was found for are one of their own, unless their words have been said already. */
  const restOfDetails = (): void => {
    if (details.length === 0) return;
    const its = joined(details.splice(0));
    const text = textIn(its);
    if (text !== '' && thoughtful) its.forEach(unknown);
    else whole({ kind: 'reasoning', text, signature: signatureOf(sealOf(its))! });
  };

  const finishOpen = (part: OpenPart) => {
    switch (part.kind) {
      case 'text':
        return finishText(part);
      case 'reasoning':
        return finishReasoning(part);
      case 'toolCall':
        return finish(part, toolCallOf(part, part.input, undefined));
    }
  };

  const source = (piece: LanguageModelV4Source): void => {
    const text = settling ?? [...open.values()].findLast((part) => part.kind === 'text');
    if (text) cite(text, piece);
    else early.push(piece);
  };

  /** A text that begins, with the sources that came before it. */
  const begun = (text: OpenText): OpenText => {
    for (const piece of early.splice(0)) cite(text, piece);
    return text;
  };

  const read = (piece: LanguageModelV4StreamPart | LanguageModelV4Content) => {
    switch (piece.type) {
      case 'text-start':
        open.set(textKey(piece.id), begun(openText(piece.providerMetadata)));
        return settle();
      case 'text-delta': {
        const part = open.get(textKey(piece.id)) as OpenText | undefined;
        if (!part || piece.delta === '') return;
        part.text += piece.delta;
        return tell({ kind: 'textDelta', index: start(part), text: piece.delta });
      }
      case 'text-end': {
        const part = open.get(textKey(piece.id)) as OpenText | undefined;
        if (!part) return;
        open.delete(textKey(piece.id));
        remember(part, piece.providerMetadata);
        for (const { source: cited } of piece.citations ?? []) cite(part, cited);
        settle();
        settling = part;
        return;
      }
      case 'text': {
        const part = begun(openText(piece.providerMetadata));
        part.text = piece.text;
        settle();
        settling = part;
        if (piece.text !== '') tell({ kind: 'textDelta', index: start(part), text: piece.text });
        return;
      }

      case 'reasoning-start':
        open.set(thoughtKey(piece.id), openReasoning(piece.providerMetadata));
        return settle();
      case 'reasoning-delta': {
        const part = open.get(thoughtKey(piece.id)) as OpenReasoning | undefined;
        if (!part) return;
        remember(part, piece.providerMetadata);
        if (piece.delta === '') return;
        part.text += piece.delta;
        return tell({ kind: 'reasoningDelta', index: start(part), text: piece.delta });
      }
      case 'reasoning-end': {
        const part = open.get(thoughtKey(piece.id)) as OpenReasoning | undefined;
        if (!part) return;
        open.delete(thoughtKey(piece.id));
        remember(part, piece.providerMetadata);
        return finishReasoning(part);
      }
      case 'reasoning': {
        const part = openReasoning(piece.providerMetadata);
        part.text = piece.text;
        settle();
        if (piece.text !== '') tell({ kind: 'reasoningDelta', index: start(part), text: piece.text });
        return finishReasoning(part);
      }

      case 'tool-input-start': {
        settle();
        if (piece.providerExecuted) return;
        const part = openToolCall(piece.id, piece.toolName);
        open.set(callKey(piece.id), part);
        if (tools.has(piece.toolName)) start(part);
        return;
      }
      case 'tool-input-delta': {
        const part = open.get(callKey(piece.id)) as OpenToolCall | undefined;
        if (!part || piece.delta === '') return;
        part.input += piece.delta;
        if (part.index !== null) tell({ kind: 'toolCallDelta', index: part.index, argumentsDelta: piece.delta });
        return;
      }
      case 'tool-input-end':
        return;
      case 'tool-call': {
        const started = open.get(callKey(piece.toolCallId)) as OpenToolCall | undefined;
        open.delete(callKey(piece.toolCallId));
        if (piece.providerExecuted) return piece.toolName === DRAWING ? undefined : unknown(piece);
        const part = started ?? openToolCall(piece.toolCallId, piece.toolName);
        settle();
        return finish(part, toolCallOf(part, piece.input, signatureOf(piece.providerMetadata)));
      }

      case 'file': {
        if (piece.data.type !== 'data') return unknown(piece);
        return whole({ kind: 'media', mimeType: piece.mediaType, base64: base64Of(piece.data.data) });
      }
      case 'source':
        return source(piece);
      case 'custom':
        return bookkeeping.has(piece.kind) ? undefined : unknown(piece);
      case 'tool-result': {
        const drawn = pictureIn(piece);
        return drawn ? whole({ kind: 'media', ...drawn }) : unknown(piece);
      }
      case 'reasoning-file':
      case 'tool-approval-request':
        return unknown(piece);

      case 'stream-start':
      case 'response-metadata':
      case 'finish':
      case 'ping':
      case 'raw':
      case 'error':
        return;
      default:
        // A kind that this version of the port does not know: kept, like everything else.
        return unknown(piece);
    }
  };

  return {
    detail: (more) => {
      details.push(...more);
    },
    keep: unknown,
    read,
    end({ refusal, logprobs, leftOut = [] }) {
      if (settling) settling.logprobs = logprobs?.(settling.text);
      if (refusal !== undefined && settling) {
        refuse(settling, refusal);
        settling = null;
      }
      settle();
      for (const part of open.values()) finishOpen(part);
      open.clear();
      restOfDetails();
      leftOut.forEach(leftover);
      early.splice(0).forEach(unknown);
    },
  };
}

/** Not content: the packages say the same again in the parts and the end. */
const bookkeeping = new Set(['anthropic.message_start']);

/** A tool of OpenAI's and xAI's that runs there: its call says nothing, its result is the picture. */
const DRAWING = 'image_generation';

function pictureIn({ toolName, result, preliminary }: LanguageModelV4ToolResult) {
  const { result: base64 } = fieldsOf(result);
  if (toolName !== DRAWING || preliminary || typeof base64 !== 'string') return null;
  const mimeType = sniff(Buffer.from(base64.slice(0, LONGEST_SIGNATURE), 'base64'));
  return mimeType === null ? null : { mimeType, base64 };
}

/** Of base64; no picture needs more to be known by. */
const LONGEST_SIGNATURE = 64;

/** No arguments at all means none: some providers write "" for a tool without parameters. */
function toolCallOf(part: OpenToolCall, input: string, signature: string | undefined): OutputPart {
  return {
    kind: 'toolCall',
    toolCallId: part.toolCallId,
    name: part.toolName,
    rawArguments: input,
    arguments: input.trim() === '' ? {} : (jsonIn(input) ?? null),
    ...(signature !== undefined && { signature }),
  };
}

function base64Of(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('base64');
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
