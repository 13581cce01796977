import type { Media } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import { Problem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Files } from '../files/index.ts';

/** What was made, and what became of the wish to keep it. */
export interface KeptMedia extends Media {
  readonly fileId: string | null;
  readonly notStored: string | null;
}

interface Keeping {
  readonly caller: Caller;
  readonly rooms: { readonly files: Pick<Files, 'create'> };
  readonly signal: AbortSignal;
}

/**
 * How the answer of a call is kept as files. Asked for before the call, so that whoever may not keep files does not pay.
 * A call that is answered twice by its idempotency key is kept once.
 * @throws ForbiddenProblem when the key may not write files. What cannot be kept afterwards is said, not thrown: the
 * answer is paid for.
 */
export function keepMedia({ caller, rooms, signal }: Keeping, wanted: boolean) {
  if (wanted) demand(caller, ['FILES_WRITE']);

  const keep = async (callId: string, media: Media, index: number): Promise<KeptMedia> => {
    if (!wanted) return { ...media, fileId: null, notStored: null };
    const filename = `${callId}-${index + 1}.${media.mimeType.split('/')[1]}`;
    const { mimeType, base64: content } = media;
    const input = { filename, mimeType, content, purpose: 'generated', idempotencyKey: `store/${filename}` };
    try {
      const { fileId } = await rooms.files.create(caller, input, signal);
      return { ...media, fileId, notStored: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ...media, fileId: null, notStored: error.message };
    }
  };

  return async (callId: string, made: readonly Media[]): Promise<KeptMedia[]> => {
    const kept: KeptMedia[] = [];
    for (const [index, media] of made.entries()) kept.push(await keep(callId, media, index));
    return kept;
  };
}
