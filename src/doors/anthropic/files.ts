import { z } from 'zod';
import { fileEndpoints } from '../files.ts';
import { parseBody } from './body.ts';

const PAGE = 20;
const MOST = 1000;

const fileForm = z.strictObject({
  file: z.instanceof(File, { error: 'expected a file' }),
  expires_in_seconds: z.coerce.number().int().optional(),
});

const listQuery = z.looseObject({
  page: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(PAGE),
});

/** `/v1/files` (docs.claude.com/en/api/files-create, 2026-11) */
export const files = fileEndpoints({
  upload(form) {
    const { file, expires_in_seconds: keptForSeconds } = parseBody(fileForm, form);
    return { file, keptForSeconds };
  },
  selection(query) {
    const { page, limit } = parseBody(listQuery, query);
    return { after: page ?? null, purpose: null, newestFirst: true, limit };
  },
  file: ({ id, filename, mimeType, sizeBytes, createdAt, expiresAt }) => ({
    id,
    type: 'file',
    filename,
    mime_type: mimeType,
    size_bytes: sizeBytes,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
    downloadable: true,
  }),
  /** A page goes on where the one before it ended, so its last id is the next page's name. */
  page: (data, hasMore) => ({ data, next_page: hasMore ? (data.at(-1)?.id ?? null) : null }),
  removed: (id) => ({ id, type: 'file_deleted' }),
});
