import { z } from 'zod';
import type { FileRow } from '../../files/index.ts';
import { filePage, keepFile, sendContent } from '../files.ts';
import { AROUND_A_FILE, readForm, typeOf } from '../http/form.ts';
import { say } from '../http/say.ts';
import type { Endpoint } from '../visit.ts';
import { only, parseBody } from './body.ts';

const FILES = /^\/v1\/files$/;
const ONE_FILE = /^\/v1\/files\/(?<file>[^/]+)$/;
const PAGE = 10_000;

const fileForm = z.strictObject({
  file: z.instanceof(File, { error: 'expected a file' }),
  purpose: z.string().min(1),
  'expires_after[anchor]': only('created_at'),
  'expires_after[seconds]': z.coerce.number().int().optional(),
});

/** `POST /v1/files` */
const upload: Endpoint = {
  method: 'POST',
  path: FILES,
  scope: 'FILES_WRITE',
  async answer(visit) {
    const { maxFileBytes } = await visit.rooms.files.limits(visit.caller.organizationId);
    const form = parseBody(fileForm, await readForm(visit.request, maxFileBytes + AROUND_A_FILE));
    const seconds = form['expires_after[seconds]'];
    const retention = seconds === undefined ? {} : { retentionMs: seconds * 1000 };
    const kept = await keepFile(visit, form.file, typeOf(form.file), { purpose: form.purpose, ...retention });
    say(visit.response, fileBody(kept));
  },
};

const listQuery = z.looseObject({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(PAGE).default(PAGE),
  order: z.enum(['asc', 'desc']).default('desc'),
  purpose: z.string().optional(),
});

/** `GET /v1/files` */
const list: Endpoint = {
  method: 'GET',
  path: FILES,
  scope: 'FILES_READ',
  async answer(visit) {
    const { after, limit, order, purpose } = parseBody(listQuery, Object.fromEntries(visit.query));
    const selection = { after: after ?? null, purpose: purpose ?? null, newestFirst: order === 'desc', limit };
    const { files, hasMore } = await filePage(visit, selection);
    const data = files.map(fileBody);
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    say(visit.response, { object: 'list', data, ...ends, has_more: hasMore });
  },
};

/** `GET /v1/files/{file}` */
const retrieve: Endpoint = {
  method: 'GET',
  path: ONE_FILE,
  scope: 'FILES_READ',
  async answer({ rooms, caller, params, response }) {
    say(response, fileBody(await rooms.files.file(caller.organizationId, params.file!)));
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
  async answer({ rooms, caller, params, response }) {
    const { fileId: id } = await rooms.files.delete(caller, params.file!);
    say(response, { id, object: 'file', deleted: true });
  },
};

export const files: readonly Endpoint[] = [upload, list, retrieve, content, remove];

function fileBody({ id, sizeBytes: bytes, createdAt, expiresAt, filename, purpose }: FileRow) {
  return {
    id,
    object: 'file',
    bytes,
    created_at: Math.floor(createdAt.getTime() / 1000),
    ...(expiresAt && { expires_at: Math.floor(expiresAt.getTime() / 1000) }),
    filename,
    purpose: purpose ?? 'user_data',
    status: 'processed',
  };
}
