import type { UsageDetails } from './usage.ts';

/**
 * Calls that are no conversation: one question, one answer, nothing to stream.
 *
 * Through the house they go as a conversation of one message (`CompletionRequest.call`). All words of the question are
 * its text parts and stand nowhere else, and all words of the answer are text parts before `answered`: whoever counts,
 * judges, redacts or restores text need not know these calls. `wordsOf` takes the words out, `withWords` puts them in.
 */

export type CallKind = CallRequest['kind'];

export type CallRequest =
  | { readonly kind: 'EMBEDDING'; readonly inputs: readonly string[]; readonly dimensions: number | null }
  | {
      readonly kind: 'IMAGE';
      readonly prompt: string;
      readonly count: number;
      readonly size: { readonly widthPx: number; readonly heightPx: number } | null;
      readonly seed: number | null;
    }
  | {
      readonly kind: 'SPEECH';
      readonly text: string;
      readonly voice: string | null;
      /** mp3, wav, opus …: the provider's words. */
      readonly format: string | null;
      readonly instructions: string | null;
      readonly speed: number | null;
    }
  | {
      readonly kind: 'TRANSCRIPTION';
      readonly mimeType: string;
      /** A stored file is read before anything leaves. */
      readonly source: { readonly base64: string } | { readonly fileId: string };
    }
  | {
      readonly kind: 'RERANK';
      readonly query: string;
      readonly documents: readonly string[];
      readonly topN: number | null;
    };

export type CallAnswer =
  /** One vector for each input, in their order. */
  | { readonly kind: 'EMBEDDING'; readonly vectors: readonly (readonly number[])[] }
  | { readonly kind: 'IMAGE'; readonly images: readonly Media[] }
  | { readonly kind: 'SPEECH'; readonly audio: Media }
  | {
      readonly kind: 'TRANSCRIPTION';
      readonly text: string;
      readonly language: string | null;
      readonly durationSeconds: number | null;
      readonly segments: readonly Segment[];
    }
  /** Best first; `index` is a document's place in the question. */
  | { readonly kind: 'RERANK'; readonly ranking: readonly { readonly index: number; readonly score: number }[] };

export interface Media {
  readonly mimeType: string;
  readonly base64: string;
}

export interface Segment {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What calls of these kinds are sold by, where it is not the token; as UsageDetails has it. */
export type Pieces = Pick<UsageDetails, 'images' | 'imageSize' | 'audioSeconds' | 'characters' | 'searches'>;

/** What a question will come to in pieces; at most, where a sound does not show its length. */
export function piecesOf(request: CallRequest): Pieces {
  switch (request.kind) {
    case 'EMBEDDING':
      return {};
    case 'IMAGE':
      return { images: request.count, ...(request.size && { imageSize: sizeOf(request.size) }) };
    case 'SPEECH':
      return { characters: request.text.length };
    case 'TRANSCRIPTION':
      return { audioSeconds: 'base64' in request.source ? longestSeconds(request.source.base64) : UNSEEN_SECONDS };
    case 'RERANK':
      return { searches: Math.ceil(request.documents.length / DOCUMENTS_PER_SEARCH) };
  }
}

/** As Cohere sells them (cohere.com/pricing): one search is one query with up to 100 documents. */
const DOCUMENTS_PER_SEARCH = 100;
/** Of a stored file that nobody has read yet: an hour. */
const UNSEEN_SECONDS = 3600;
/** 8 kbit/s: speech is hardly ever packed tighter. */
const FEWEST_BYTES_PER_SECOND = 1000;

/**
 * About how many tokens a text is when it is spoken: OpenAI's price page has a minute of gpt-4o-mini-tts at $0.015 and
 * a million tokens of it at $12, and a minute is about 900 characters of prose.
 */
export function spokenTokens(text: string): number {
  return Math.ceil((text.length / 900) * 1250);
}

function sizeOf({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): string {
  return `${widthPx}x${heightPx}`;
}

/** Whole seconds, rounded up, of a WAV file, which says how many bytes a second has; null for anything else. */
export function soundSeconds(base64: string): number | null {
  const head = Buffer.from(base64.slice(0, 64), 'base64');
  if (head.length < 44 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 16) !== 'WAVEfmt ') {
    return null;
  }
  const bytesPerSecond = head.readUInt32LE(28);
  return bytesPerSecond === 0 ? null : Math.ceil((base64.length * 0.75 - 44) / bytesPerSecond);
}

function longestSeconds(base64: string): number {
  return soundSeconds(base64) ?? Math.ceil((base64.length * 0.75) / FEWEST_BYTES_PER_SECOND);
}

/** All that the model reads, in an order that `withWords` knows. */
export function wordsOf(request: CallRequest): readonly string[] {
  switch (request.kind) {
    case 'EMBEDDING':
      return request.inputs;
    case 'IMAGE':
      return [request.prompt];
    case 'SPEECH':
      return request.instructions === null ? [request.text] : [request.text, request.instructions];
    case 'TRANSCRIPTION':
      return [];
    case 'RERANK':
      return [request.query, ...request.documents];
  }
}

/** The same call about other words; about none, it is what a question is besides its words. */
export function withWords(request: CallRequest, words: readonly string[]): CallRequest {
  const [first = '', ...others] = words;
  switch (request.kind) {
    case 'EMBEDDING':
      return { ...request, inputs: words };
    case 'IMAGE':
      return { ...request, prompt: first };
    case 'SPEECH':
      return { ...request, text: first, instructions: request.instructions === null ? null : (others[0] ?? '') };
    case 'TRANSCRIPTION':
      return request;
    case 'RERANK':
      return { ...request, query: first, documents: others };
  }
}

/** All words of an answer: a transcript, and the same again by segments. */
export function wordsOfAnswer(answer: CallAnswer): readonly string[] {
  return answer.kind === 'TRANSCRIPTION' ? [answer.text, ...answer.segments.map(({ text }) => text)] : [];
}

export function answerWithWords(answer: CallAnswer, words: readonly string[]): CallAnswer {
  if (answer.kind !== 'TRANSCRIPTION') return answer;
  const [text = '', ...others] = words;
  const segments = answer.segments.map((segment, place) => ({ ...segment, text: others[place] ?? '' }));
  return { ...answer, text, segments };
}
