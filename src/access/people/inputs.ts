import { z } from 'zod';
import { scopes } from '../../core/caller.ts';
import { durationMs } from '../../core/duration.ts';
import { idempotencyKey, plainText } from '../../core/plain-text.ts';
import { id, name, reason } from '../inputs.ts';

/** What the writes about people take, as it comes from outside. */

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const roleIds = z
  .array(id)
  .max(20, 'must be at most 20 roles')
  .transform((list) => [...new Set(list)].sort());
const email = plainText
  .trim()
  .max(254)
  .pipe(z.email('must be an e-mail address'))
  .transform((address) => address.toLowerCase());

export const roleSaveInput = z.object({
  id: id.nullish(),
  name,
  description: plainText
    .max(500)
    .nullish()
    .transform((given) => given ?? ''),
  scopes: z.array(z.enum(scopes)).transform((list) => scopes.filter((scope) => list.includes(scope))),
  idempotencyKey,
});
export type RoleSaveInput = z.input<typeof roleSaveInput>;

export const roleDeleteInput = z.object({ id });
export type RoleDeleteInput = z.input<typeof roleDeleteInput>;

/** Without an id a person is invited, with one he is changed. */
export const userSaveInput = z.object({
  id: id.nullish(),
  email,
  name: name.nullish(),
  roles: roleIds,
  project: id.nullish(),
  idempotencyKey,
});
export type UserSaveInput = z.input<typeof userSaveInput>;

export const userDisableInput = z.object({ id, reason, revokeKeys: z.boolean().default(false) });
export type UserDisableInput = z.input<typeof userDisableInput>;

export const userEnableInput = z.object({ id });
export type UserEnableInput = z.input<typeof userEnableInput>;

export const sessionEndInput = z.object({ id, reason });
export type SessionEndInput = z.input<typeof sessionEndInput>;

/** That a session is in use is written down once a minute: much shorter ones would end in somebody's hands. */
function duration(fallbackMs: number, mostMs: number) {
  return z
    .string()
    .nullish()
    .transform((given) => (given ? durationMs(given) : fallbackMs))
    .pipe(
      z
        .number()
        .min(5 * MINUTE_MS, 'must be at least PT5M')
        .max(mostMs, 'is too long'),
    );
}

export const identityProviderSaveInput = z.object({
  issuer: z.url({ protocol: /^https?$/, error: 'must be the URL of an issuer' }).refine(isSafe, {
    message: 'must be https; http only on this machine',
  }),
  clientId: plainText.min(1).max(500),
  /** Null or left out: a public client, or the one that is kept where issuer and client stay what they are. */
  clientSecret: plainText.min(1).max(2000).nullish(),
  scopes: z
    .array(plainText.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be scopes of OAuth').max(100))
    .max(20)
    .nullish()
    .transform((list) => [...new Set(['openid', ...(list ?? ['email', 'profile'])])]),
  groupsClaim: plainText
    .min(1)
    .max(200)
    .nullish()
    .transform((given) => given ?? 'groups'),
  groupRoles: z
    .array(z.object({ group: plainText.min(1).max(500), role: id }))
    .max(500)
    .nullish()
    .transform((list) => list ?? []),
  trustEmail: z
    .boolean()
    .nullish()
    .transform((given) => given ?? false),
  maxAge: duration(12 * HOUR_MS, 30 * DAY_MS),
  idle: duration(HOUR_MS, 30 * DAY_MS),
  idempotencyKey,
});
export type IdentityProviderSaveInput = z.input<typeof identityProviderSaveInput>;

/** What it says about people would otherwise be anybody's on the way to read and to change. */
function isSafe(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
}
