import type { FileRow, FileSelection } from '../files/index.ts';
import type { Visit } from './visit.ts';

/** Stored files (src/files) under the two vendors' words for them. */

type Here = Pick<Visit, 'rooms' | 'caller'>;

/** Keeps the file of a form. @throws Problem for a type or size that is not kept here */
export async function keepFile(
  { rooms, caller, words, signal }: Visit,
  file: File,
  mimeType: string,
  more: { readonly purpose?: string; readonly retentionMs?: number } = {},
): Promise<FileRow> {
  const content = new Uint8Array(await file.arrayBuffer());
  const { idempotencyKey } = words.input;
  const kept = await rooms.files.create(
    caller,
    { filename: file.name, mimeType, content, ...more, ...(idempotencyKey != null && { idempotencyKey }) },
    signal,
  );
  return rooms.files.file(caller.organizationId, kept.fileId);
}

export interface FilePage {
  readonly files: readonly FileRow[];
  readonly hasMore: boolean;
}

export async function filePage({ rooms, caller }: Here, selection: FileSelection): Promise<FilePage> {
  const { limit } = selection;
  const files = await rooms.files.list(caller.organizationId, { ...selection, limit: limit + 1 });
  return { files: files.slice(0, limit), hasMore: files.length > limit };
}

/** Answers with the bytes of a file. They are somebody's, and are not to be shown as if they were ours. */
export async function sendContent({ rooms, caller, response, params }: Visit): Promise<void> {
  const id = params.file!;
  const { mimeType, base64 } = (await rooms.files.read(caller.organizationId, [id])).get(id)!;
  response
    .writeHead(200, { 'content-type': mimeType, 'content-disposition': 'attachment' })
    .end(Buffer.from(base64, 'base64'));
}
