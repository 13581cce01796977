import { z } from 'zod';
import { documentPolicies, scopes } from '../core/caller.ts';
import { durationMs } from '../core/duration.ts';
import { idempotencyKey, plainText } from '../core/plain-text.ts';

/** What the room's writes take, as it comes from outside; `parse` turns it into what the code works with. */

const DAY_MS = 24 * 60 * 60 * 1000;

export const id = plainText.min(1).max(64);
export const name = plainText.trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters');
const slug = plainText
  .max(63, 'must have at most 63 characters')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens, like my-project');
export const reason = plainText.trim().min(1, 'must say why').max(500, 'must have at most 500 characters');
const grace = z
  .string()
  .nullish()
  .transform((duration) => (duration ? durationMs(duration) : DAY_MS))
  .pipe(z.number().max(30 * DAY_MS, 'must be at most P30D'));

export const organizationCreateInput = z.object({ slug, name, idempotencyKey });
export type OrganizationCreateInput = z.input<typeof organizationCreateInput>;

/** Without an id a team is created, with one it is changed. */
export const teamSaveInput = z.object({ id: id.nullish(), slug, name, idempotencyKey });
export type TeamSaveInput = z.input<typeof teamSaveInput>;

/** Without an id a project is created, with one it is changed; another team may take it over. */
export const projectSaveInput = z.object({ id: id.nullish(), team: id, slug, name, idempotencyKey });
export type ProjectSaveInput = z.input<typeof projectSaveInput>;

export const apiKeyCreateInput = z.object({
  name,
  project: id,
  scopes: z
    .array(z.enum(scopes))
    .min(1, 'must name at least one scope')
    .transform((list) => [...new Set(list)].sort()),
  documents: z
    .enum(documentPolicies)
    .nullish()
    .transform((policy) => policy ?? 'ANY'),
  /** Unix ms afterwards. */
  expiresAt: z
    .date()
    .nullish()
    .transform((date) => date?.getTime() ?? null),
  idempotencyKey,
});
export type ApiKeyCreateInput = z.input<typeof apiKeyCreateInput>;

/** `grace` is how long the old secret goes on working: an ISO 8601 duration, PT24H when not given, ms afterwards. */
export const apiKeyRotateInput = z.object({ id, grace, idempotencyKey });
export type ApiKeyRotateInput = z.input<typeof apiKeyRotateInput>;

export const apiKeyRevokeInput = z.object({ id, reason });
export type ApiKeyRevokeInput = z.input<typeof apiKeyRevokeInput>;
