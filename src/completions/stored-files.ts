import type { Message } from '../core/chat.ts';
import { mediaIn, replaceMedia } from '../core/parts.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Files } from '../files/index.ts';

/**
 * The messages with every stored file they name in its place. Nothing is read when they name none.
 * @throws NotFoundProblem for what is no file of the organization; ValidationProblem for one of another type than the
 * part says: routing has gone by what it says
 */
export async function withFiles(
  files: Pick<Files, 'read'>,
  organizationId: string,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const ids = mediaIn(messages).flatMap(({ part }) => ('fileId' in part.source ? [part.source.fileId] : []));
  if (ids.length === 0) return messages;
  const contents = await files.read(organizationId, ids);
  return replaceMedia(messages, ({ part, path }) => {
    const file = 'fileId' in part.source ? contents.get(part.source.fileId) : undefined;
    if (!file) return part;
    if (file.mimeType !== part.mimeType) {
      const message = `${path} says ${part.mimeType}, but the stored file is ${file.mimeType}. Say what it is.`;
      throw ValidationProblem.at(`${path}.mimeType`, 'TYPE_MISMATCH', message, [file.mimeType]);
    }
    return { ...part, filename: part.filename ?? file.filename, source: { base64: file.base64 } };
  });
}
