/** Calls that are no conversation: one question, one answer, nothing to stream. */

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
  | { readonly kind: 'TRANSCRIPTION'; readonly mimeType: string; readonly base64: string }
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

/** All that is read by the model, for counting. */
export function wordsOf(request: CallRequest): readonly string[] {
  switch (request.kind) {
    case 'EMBEDDING':
      return request.inputs;
    case 'IMAGE':
      return [request.prompt];
    case 'SPEECH':
      return [request.text, request.instructions ?? ''];
    case 'TRANSCRIPTION':
      return [];
    case 'RERANK':
      return [request.query, ...request.documents];
  }
}
