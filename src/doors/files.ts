import type { FileRow, FileSelection } from '../files/index.ts';
import { AROUND_A_FILE, readForm, typeOf } from './http/form.ts';
import { say } from './http/say.ts';
import type { Endpoint, Visit } from './visit.ts';

/** What a form asked for. */
export interface Upload {
  readonly file: File;
  readonly purpose?: string;
  readonly keptForSeconds?: number | undefined;
}

/** Stored files (src/files) in a vendor's words. Its parsers throw a Refusal. */
export interface FileWords {
  upload(form: unknown): Upload;
  selection(query: unknown): FileSelection;
  file(row: FileRow): { readonly id: string };
  page<Shown extends { readonly id: string }>(files: readonly Shown[], hasMore: boolean): object;
  removed(id: string): object;
}

const FILES = /^\/v1\/files$/;
const ONE_FILE = /^\/v1\/files\/(?<file>[^/]+)$/;
const CONTENT = /^\/v1\/files\/(?<file>[^/]+)\/content$/;

/** `/v1/files`: create, list, retrieve, content, delete. */
export function fileEndpoints(words: FileWords): readonly Endpoint[] {
  const upload: Endpoint = {
    method: 'POST',
    path: FILES,
    scope: 'FILES_WRITE',
    async answer(visit) {
      const { maxFileBytes } = await visit.rooms.files.limits(visit.caller.organizationId);
      const asked = words.upload(await readForm(visit.request, maxFileBytes + AROUND_A_FILE));
      say(visit.response, words.file(await keepFile(visit, asked)));
    },
  };
  const list: Endpoint = {
    method: 'GET',
    path: FILES,
    scope: 'FILES_READ',
    async answer({ rooms, caller, query, response }) {
      const selection = words.selection(Object.fromEntries(query));
      const { limit } = selection;
      const files = await rooms.files.list(caller.organizationId, { ...selection, limit: limit + 1 });
      say(response, words.page(files.slice(0, limit).map(words.file), files.length > limit));
    },
  };
  const retrieve: Endpoint = {
    method: 'GET',
    path: ONE_FILE,
    scope: 'FILES_READ',
    async answer({ rooms, caller, params, response }) {
      say(response, words.file(await rooms.files.file(caller.organizationId, params.file!)));
    },
  };
  /** They are somebody's, and are not to be shown as if they were ours. */
  const content: Endpoint = {
    method: 'GET',
    path: CONTENT,
    scope: 'FILES_READ',
    async answer({ rooms, caller, params, response }) {
      const id = params.file!;
      const { mimeType, base64 } = (await rooms.files.read(caller.organizationId, [id])).get(id)!;
      response
        .writeHead(200, { 'content-type': mimeType, 'content-disposition': 'attachment' })
        .end(Buffer.from(base64, 'base64'));
    },
  };
  const remove: Endpoint = {
    method: 'DELETE',
    path: ONE_FILE,
    scope: 'FILES_WRITE',
    async answer({ rooms, caller, params, response }) {
      const { fileId } = await rooms.files.delete(caller, params.file!);
      say(response, words.removed(fileId));
    },
  };
  return [upload, list, retrieve, content, remove];
}

/** @throws Problem for a type or size that is not kept here */
async function keepFile(
  { rooms, caller, words, signal }: Visit,
  { file, purpose, keptForSeconds }: Upload,
): Promise<FileRow> {
  const { idempotencyKey } = words.input;
  const kept = await rooms.files.create(
    caller,
    {
      filename: file.name,
      mimeType: typeOf(file),
      content: new Uint8Array(await file.arrayBuffer()),
      ...(purpose !== undefined && { purpose }),
      ...(keptForSeconds !== undefined && { retentionMs: keptForSeconds * 1000 }),
      ...(idempotencyKey != null && { idempotencyKey }),
    },
    signal,
  );
  return rooms.files.file(caller.organizationId, kept.fileId);
}
