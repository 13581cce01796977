import { z } from 'zod';
import type { FileRow } from '../../files/index.ts';
import { filePage, keepFile, sendContent } from '../files.ts';
import { AROUND_A_FILE, readForm, typeOf } from '../http/form.ts';
import { say } from '../http/say.ts';
import type { Endpoint } from '../visit.ts';
import { parseBody } from './body.ts';

const FILES = /^\/v1\/files$/;
const ONE_FILE = /^\/v1\/files\/(?<file>[^/]+)$/;
const PAGE = 20;
const MOST = 1000;

const fileForm = z.strictObject({
  file: z.instanceof(File, { error: 'expected a file' }),
  expires_in_seconds: z.coerce.number().int().optional(),
});

/** `POST /v1/files` (docs.claude.com/en/api/files-create, 2026-11) */
const upload: Endpoint = {
  method: 'POST',
  path: FILES,
  scope: 'FILES_WRITE',
  async answer(visit) {
    const { maxFileBytes } = await visit.rooms.files.limits(visit.caller.organizationId);
    const form = parseBody(fileForm, await readForm(visit.request, maxFileBytes + AROUND_A_FILE));
    const seconds = form.expires_in_seconds;
    const retention = seconds === undefined ? {} : { retentionMs: seconds * 1000 };
    say(visit.response, fileBody(await keepFile(visit, form.file, typeOf(form.file), retention)));
  },
};

const listQuery = z.looseObject({
  page: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(PAGE),
});

/** `GET /v1/files`: a page goes on where the one before it ended, so its last id is the next page's name. */
const list: Endpoint = {
  method: 'GET',
  path: FILES,
  scope: 'FILES_READ',
  async answer(visit) {
    const { page, limit } = parseBody(listQuery, Object.fromEntries(visit.query));
    const selection = { after: page ?? null, purpose: null, newestFirst: true, limit };
    const { files, hasMore } = await filePage(visit, selection);
    const data = files.map(fileBody);
    say(visit.response, { data, next_page: hasMore ? (data.at(-1)?.id ?? null) : null });
  },
};

/** `GET /v1/files/{file}` */
const retrieve: Endpoint = {
  method: 'GET',
  path: ONE_FILE,
  scope: 'FILES_READ',
  async answer(visit) {
    say(visit.response, fileBody(await visit.rooms.files.file(visit.caller.organizationId, visit.params.file!)));
  },
};

/** `GET /v1/files/{file}/content` */
const content: Endpoint = {
  method: 'GET',
  path: /^\/v1\/files\/(?<file>[^/]+)\/content$/,
  scope: 'FILES_READ',
  answer: sendContent,
};

/** `DELETE /v1/files/{file}` */
const remove: Endpoint = {
  method: 'DELETE',
  path: ONE_FILE,
  scope: 'FILES_WRITE',
  async answer(visit) {
    const { fileId: id } = await visit.rooms.files.delete(visit.caller, visit.params.file!);
    say(visit.response, { id, type: 'file_deleted' });
  },
};

export const files: readonly Endpoint[] = [upload, list, retrieve, content, remove];

function fileBody({ id, filename, mimeType, sizeBytes, createdAt, expiresAt }: FileRow) {
  return {
    id,
    type: 'file',
    filename,
    mime_type: mimeType,
    size_bytes: sizeBytes,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
    downloadable: true,
  };
}
