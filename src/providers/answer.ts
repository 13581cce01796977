import type {
  LanguageModelV4Content,
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolResult,
} from '@ai-sdk/provider';
import type { CompletionRequest, OutputPart, TokenLogprob } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { fieldsOf, type Json, jsonIn } from '../core/json.ts';
import { sniff } from '../core/media.ts';
import {
  cite,
  type OpenPart,
  type OpenReasoning,
  type OpenText,
  type OpenToolCall,
  openReasoning,
  openText,
  openToolCall,
  remember,
} from './open-parts.ts';
import { joined, sealOf, textIn } from './reasoning-details.ts';
import { signatureOf } from './signature.ts';
import type { Leftover } from './unread.ts';

/** What is known of an answer when its last piece has been read. */
export interface Closing {
  /** The provider's word when the answer is a refusal: its last text then is one. */
  readonly refusal?: string | undefined;
  /** Of the last text's tokens, where they spell it. */
  readonly logprobs?: ((text: string) => readonly TokenLogprob[] | undefined) | undefined;
  /** What its package has left out. */
  readonly leftOut?: readonly Leftover[] | undefined;
}

/**
 * Reads one answer, piece by piece, and tells its content events. Parts are numbered as they first say something.
 *
 * Nothing is lost: what core/chat.ts has no word for becomes an `unknown` part. A source belongs to the text it came
 * with, after or before; to nobody, it is unknown. Text without a character and thoughts without text or signature are no parts.
 */
export class AnswerReader {
  readonly #provider: string;
  readonly #tools: CompletionRequest['tools'];
  readonly #tell: (event: ContentEvent) => void;
  /** Few at a time. */
  readonly #open: OpenPart[] = [];
  #parts = 0;
  /** Ended, but kept back while sources may still follow it. */
  #settling: OpenText | null = null;
  /** Sources that came before any text. */
  readonly #early: LanguageModelV4Source[] = [];
  /** Not yet with any thought. */
  #details: Json[] = [];
  /** Whether words of a thought have been said. */
  #thoughtful = false;

  /**
   * @param provider named in unknown parts
   * @param tools those of the caller. A call of any other may turn out to run at the provider: it is told when it is whole.
   */
  constructor(provider: string, tools: CompletionRequest['tools'], tell: (event: ContentEvent) => void) {
    this.#provider = provider;
    this.#tools = tools;
    this.#tell = tell;
  }

  /** Pieces that carry no content (metadata, pings) say nothing. */
  read(piece: LanguageModelV4StreamPart | LanguageModelV4Content) {
    switch (piece.type) {
      case 'text-start':
        this.#opened(this.#begun(openText(piece.id, piece.providerMetadata)));
        return this.#settle();
      case 'text-delta': {
        const part = this.#find('text', piece.id);
        if (!part || piece.delta === '') return;
        part.text += piece.delta;
        return this.#tell({ kind: 'textDelta', index: this.#start(part), text: piece.delta });
      }
      case 'text-end': {
        const part = this.#take('text', piece.id);
        if (!part) return;
        remember(part, piece.providerMetadata);
        for (const { source: cited } of piece.citations ?? []) cite(part, cited);
        this.#settle();
        this.#settling = part;
        return;
      }
      case 'text': {
        const part = this.#begun(openText('', piece.providerMetadata));
        part.text = piece.text;
        this.#settle();
        this.#settling = part;
        if (piece.text !== '') this.#tell({ kind: 'textDelta', index: this.#start(part), text: piece.text });
        return;
      }

      case 'reasoning-start':
        this.#opened(openReasoning(piece.id, piece.providerMetadata));
        return this.#settle();
      case 'reasoning-delta': {
        const part = this.#find('reasoning', piece.id);
        if (!part) return;
        remember(part, piece.providerMetadata);
        if (piece.delta === '') return;
        part.text += piece.delta;
        return this.#tell({ kind: 'reasoningDelta', index: this.#start(part), text: piece.delta });
      }
      case 'reasoning-end': {
        const part = this.#take('reasoning', piece.id);
        if (!part) return;
        remember(part, piece.providerMetadata);
        return this.#finishReasoning(part);
      }
      case 'reasoning': {
        const part = openReasoning('', piece.providerMetadata);
        part.text = piece.text;
        this.#settle();
        if (piece.text !== '') this.#tell({ kind: 'reasoningDelta', index: this.#start(part), text: piece.text });
        return this.#finishReasoning(part);
      }

      case 'tool-input-start': {
        this.#settle();
        if (piece.providerExecuted) return;
        const part = openToolCall(piece.id, piece.toolName);
        this.#opened(part);
        if (this.#tools.some(({ name }) => name === piece.toolName)) this.#start(part);
        return;
      }
      case 'tool-input-delta': {
        const part = this.#find('toolCall', piece.id);
        if (!part || piece.delta === '') return;
        part.input += piece.delta;
        if (part.index !== null) this.#tell({ kind: 'toolCallDelta', index: part.index, argumentsDelta: piece.delta });
        return;
      }
      case 'tool-input-end':
        return;
      case 'tool-call': {
        const started = this.#take('toolCall', piece.toolCallId);
        if (piece.providerExecuted) return piece.toolName === DRAWING ? undefined : this.keep(piece);
        const part = started ?? openToolCall(piece.toolCallId, piece.toolName);
        this.#settle();
        return this.#finish(part, toolCallOf(part, piece.input, signatureOf(piece.providerMetadata)));
      }

      case 'file': {
        if (piece.data.type !== 'data') return this.keep(piece);
        return this.#whole({ kind: 'media', mimeType: piece.mediaType, base64: base64Of(piece.data.data) });
      }
      case 'source':
        return this.#source(piece);
      case 'custom':
        return bookkeeping.has(piece.kind) ? undefined : this.keep(piece);
      case 'tool-result': {
        const drawn = pictureIn(piece);
        return drawn ? this.#whole({ kind: 'media', ...drawn }) : this.keep(piece);
      }
      case 'reasoning-file':
      case 'tool-approval-request':
        return this.keep(piece);

      case 'stream-start':
      case 'response-metadata':
      case 'finish':
      case 'ping':
      case 'raw':
      case 'error':
        return;
      default:
        // A kind that this version of the port does not know: kept, like everything else.
        return this.keep(piece);
    }
  }

  /** What is wanted back of the thought under way, or of the next one; see reasoning-details.ts. */
  detail(details: readonly Json[]): void {
    this.#details.push(...details);
  }

  /** Something nobody could read, as it came. */
  keep(raw: unknown): void {
    this.#whole({ kind: 'unknown', provider: this.#provider, raw: plain(raw) });
  }

  /** Closes what is still open. Call it once, after the last piece. */
  end({ refusal, logprobs, leftOut = [] }: Closing): void {
    if (this.#settling) this.#settling.logprobs = logprobs?.(this.#settling.text);
    if (refusal !== undefined && this.#settling) {
      this.#refuse(this.#settling, refusal);
      this.#settling = null;
    }
    this.#settle();
    for (const part of this.#open) this.#finishOpen(part);
    this.#open.length = 0;
    this.#restOfDetails();
    for (const left of leftOut) this.#leftover(left);
    for (const piece of this.#early.splice(0)) this.keep(piece);
  }

  /** One that begins again although it has not ended takes its own place. */
  #opened(part: OpenPart): void {
    const place = this.#placeOf(part.kind, part.id);
    this.#open[place < 0 ? this.#open.length : place] = part;
  }

  /** Providers number their blocks per kind: the same id may be a text and a thought at once. */
  #placeOf(kind: OpenPart['kind'], id: string): number {
    for (let place = 0; place < this.#open.length; place++) {
      const part = this.#open[place]!;
      if (part.kind === kind && part.id === id) return place;
    }
    return -1;
  }

  #find<Kind extends OpenPart['kind']>(kind: Kind, id: string): Extract<OpenPart, { kind: Kind }> | undefined {
    return this.#open[this.#placeOf(kind, id)] as Extract<OpenPart, { kind: Kind }> | undefined;
  }

  /** The same, which is then not open any more. */
  #take<Kind extends OpenPart['kind']>(kind: Kind, id: string): Extract<OpenPart, { kind: Kind }> | undefined {
    const part = this.#find(kind, id);
    if (part) this.#open.splice(this.#open.indexOf(part), 1);
    return part;
  }

  #settle(): void {
    const text = this.#settling;
    this.#settling = null;
    if (text) this.#finishText(text);
  }

  /** Tells that it begins, unless it has begun. @returns its place */
  #start(part: OpenPart): number {
    if (part.index !== null) return part.index;
    const index = this.#parts++;
    part.index = index;
    if (part.kind === 'toolCall') {
      const { id: toolCallId, toolName } = part;
      this.#tell({ kind: 'partStarted', index, part: 'toolCall', toolCallId, toolName });
    } else this.#tell({ kind: 'partStarted', index, part: part.kind });
    return index;
  }

  #finish(open: OpenPart, part: OutputPart): void {
    const index = this.#start(open);
    this.#tell({ kind: 'partFinished', index, part });
  }

  #whole(part: OutputPart): void {
    const index = this.#parts++;
    const named = part.kind === 'toolCall' ? { toolCallId: part.toolCallId, toolName: part.name } : {};
    this.#settle();
    this.#tell({ kind: 'partStarted', index, part: part.kind, ...named });
    this.#tell({ kind: 'partFinished', index, part });
  }

  #leftover(left: Leftover) {
    switch (left.kind) {
      case 'file':
        return this.#whole({ kind: 'media', mimeType: left.mediaType, base64: left.base64 });
      case 'refusal':
        return this.#whole({ kind: 'refusal', text: left.text, category: 'refusal' });
      case 'unknown':
        return this.keep(left.raw);
    }
  }

  #finishText(text: OpenText): void {
    if (text.text !== '' || text.citations !== null) {
      const { logprobs } = text;
      const citations = text.citations === null ? [] : [...text.citations.values()];
      this.#finish(text, { kind: 'text', text: text.text, citations, ...(logprobs && { logprobs }) });
    }
    // Gemini may sign a text; the next turn is better with it, and only thoughts can carry a signature.
    const signature = signatureOf(text.metadata);
    if (signature?.includes('thoughtSignature')) this.#whole({ kind: 'reasoning', text: '', signature });
  }

  #refuse(text: OpenText, category: string | null): void {
    if (text.index !== null || text.text !== '') this.#finish(text, { kind: 'refusal', text: text.text, category });
  }

  #finishReasoning(thought: OpenReasoning): void {
    if (this.#details.length > 0) {
      const its = joined(this.#details);
      if (textIn(its) === thought.text) {
        remember(thought, sealOf(its));
        this.#details = [];
      }
    }
    const signature = signatureOf(thought.metadata);
    if (thought.text === '' && signature === undefined) return;
    this.#thoughtful ||= thought.text !== '';
    this.#finish(thought, { kind: 'reasoning', text: thought.text, ...(signature !== undefined && { signature }) });
  }

  /** Details that no thought was found for are one of their own, unless their words have been said already. */
  #restOfDetails(): void {
    if (this.#details.length === 0) return;
    const its = joined(this.#details.splice(0));
    const text = textIn(its);
    if (text !== '' && this.#thoughtful) for (const detail of its) this.keep(detail);
    else this.#whole({ kind: 'reasoning', text, signature: signatureOf(sealOf(its))! });
  }

  #finishOpen(part: OpenPart) {
    switch (part.kind) {
      case 'text':
        return this.#finishText(part);
      case 'reasoning':
        return this.#finishReasoning(part);
      case 'toolCall':
        return this.#finish(part, toolCallOf(part, part.input, undefined));
    }
  }

  #source(piece: LanguageModelV4Source): void {
    const text = this.#settling ?? this.#open.findLast((part) => part.kind === 'text');
    if (text) cite(text, piece);
    else this.#early.push(piece);
  }

  /** A text that begins, with the sources that came before it. */
  #begun(text: OpenText): OpenText {
    for (const piece of this.#early.splice(0)) cite(text, piece);
    return text;
  }
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
    toolCallId: part.id,
    name: part.toolName,
    rawArguments: input,
    arguments: input.trim() === '' ? {} : (jsonIn(input) ?? null),
    ...(signature !== undefined && { signature }),
  };
}

function base64Of(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('base64');
}

/** As text where it is nested too deep for whoever writes it again. */
function plain(value: unknown): Json {
  const text = JSON.stringify(value);
  return jsonIn(text) ?? text;
}
