import { z } from 'zod';
import { fileEndpoints } from '../files.ts';
import { only, parseBody } from './body.ts';

const PAGE = 10_000;

const fileForm = z.strictObject({
  file: z.instanceof(File, { error: 'expected a file' }),
  purpose: z.string().min(1),
  'expires_after[anchor]': only('created_at'),
  'expires_after[seconds]': z.coerce.number().int().optional(),
});

const listQuery = z.looseObject({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(PAGE).default(PAGE),
  order: z.enum(['asc', 'desc']).default('desc'),
  purpose: z.string().optional(),
});

/** `/v1/files` */
export const files = fileEndpoints({
  upload(form) {
    const { file, purpose, 'expires_after[seconds]': keptForSeconds } = parseBody(fileForm, form);
    return { file, purpose, keptForSeconds };
  },
  selection(query) {
    const { after, limit, order, purpose } = parseBody(listQuery, query);
    return { after: after ?? null, purpose: purpose ?? null, newestFirst: order === 'desc', limit };
  },
  file: ({ id, sizeBytes: bytes, createdAt, expiresAt, filename, purpose }) => ({
    id,
    object: 'file',
    bytes,
    created_at: Math.floor(createdAt.getTime() / 1000),
    ...(expiresAt && { expires_at: Math.floor(expiresAt.getTime() / 1000) }),
    filename,
    purpose: purpose ?? 'user_data',
    status: 'processed',
  }),
  page(data, hasMore) {
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return { object: 'list', data, ...ends, has_more: hasMore };
  },
  removed: (id) => ({ id, object: 'file', deleted: true }),
});
