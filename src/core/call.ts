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
