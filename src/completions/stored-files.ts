import type { CompletionRequest, MediaSource } from '../core/chat.ts';
import { mediaIn, replaceMedia } from '../core/parts.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Files } from '../files/index.ts';

/** Whether a request names stored files, which have to be read before it goes on. */
export function namesFiles(request: CompletionRequest): boolean {
  return sourcesIn(request).some((source) => 'fileId' in source);
}

/**
 * The request with every stored file it names in its place.
 * @throws NotFoundProblem for what is no file of the organization; ValidationProblem for one of another type than the
 * part says: routing has gone by what it says
 */
export async function withFiles(
  files: Pick<Files, 'read'>,
  organizationId: string,
  request: CompletionRequest,
): Promise<CompletionRequest> {
  const { messages } = request;
  const recording = recordingIn(request);
  const ids = sourcesIn(request).flatMap((source) => ('fileId' in source ? [source.fileId] : []));
  const contents = await files.read(organizationId, ids);

  /** The file in place of its name, where it is one. */
  const filled = <Part extends { mimeType: string; source: MediaSource }>(part: Part, path: string) => {
    const file = 'fileId' in part.source ? contents.get(part.source.fileId) : undefined;
    if (!file) return part;
    if (part.mimeType !== '' && file.mimeType !== part.mimeType) {
      const message = `${path}mimeType is ${part.mimeType}, but the stored file is ${file.mimeType}. Say what it is.`;
      throw ValidationProblem.at(`${path}mimeType`, 'TYPE_MISMATCH', message, [file.mimeType]);
    }
    return { ...part, mimeType: file.mimeType, source: { base64: file.base64 } };
  };

  return {
    ...request,
    ...(recording && { call: filled(recording, '') }),
    messages: replaceMedia(messages, ({ part, path }) => {
      const name = 'fileId' in part.source ? contents.get(part.source.fileId)?.filename : undefined;
      return {
        ...filled(part, `${path}.`),
        ...(part.filename === undefined && name !== undefined && { filename: name }),
      };
    }),
  };
}

function sourcesIn(request: CompletionRequest): MediaSource[] {
  const sources = mediaIn(request.messages).map(({ part }) => part.source);
  const recording = recordingIn(request);
  return recording ? [...sources, recording.source] : sources;
}

function recordingIn({ call }: CompletionRequest) {
  return call?.kind === 'TRANSCRIPTION' ? call : null;
}
