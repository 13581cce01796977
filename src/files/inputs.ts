import { z } from 'zod';
import { mediaType } from '../core/media.ts';
import { idempotencyKey, plainText } from '../core/plain-text.ts';

/** What the room's writes take, as it comes from outside. */

const type = z
  .string()
  .transform(mediaType)
  .refine((value) => /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]{0,120}$/.test(value), 'must be like image/png');

export const fileCreateInput = z
  .object({
    /** A name and no path: whoever writes it to a disk one day should not be led elsewhere. */
    filename: plainText
      .min(1)
      .max(255, 'must have at most 255 characters')
      .refine((name) => !/[/\\]/.test(name) && name !== '.' && name !== '..', 'must be a name without a path'),
    mimeType: type,
    /** The bytes, or base64; with `url` it is one of the two. */
    content: z.union([z.string(), z.instanceof(Uint8Array)]).nullish(),
    url: z.string().max(2000).nullish(),
    purpose: plainText.max(100, 'must have at most 100 characters').nullish(),
    /** Whom it is about, as the application names them: an erasure finds it by that. */
    endUser: plainText.min(1).max(256, 'must have at most 256 characters').nullish(),
    retentionMs: z
      .number()
      .min(1000, 'must be at least a second')
      .max(10 * 366 * 24 * 3_600_000, 'must be at most ten years')
      .nullish(),
    idempotencyKey,
  })
  .refine(({ content, url }) => (content == null) !== (url == null), {
    path: ['content'],
    message: 'give either content or url',
  });

export type FileCreateInput = z.input<typeof fileCreateInput>;

export const fileLimitSaveInput = z.object({
  maxFileBytes: z.number().int().min(1).nullish(),
  maxTotalBytes: z.number().int().min(1).nullish(),
  mimeTypes: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9.+-]*$/, 'must be like image/png, or image/ for all images'),
    )
    .max(100)
    .nullish(),
  idempotencyKey,
});

export type FileLimitSaveInput = z.input<typeof fileLimitSaveInput>;
