import { z } from 'zod';
import { idempotencyKey, plainText } from '../core/plain-text.ts';
import { type ProviderKind, providerKinds } from './catalogue.ts';

/** What the room's writes take, as it comes from outside; `parse` turns it into what the code works with. */

const id = plainText.min(1).max(64);
const label = plainText.trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters');

const baseUrl = plainText.max(2000, 'must have at most 2000 characters').transform((value, context) => {
  const url = URL.parse(value);
  const fine = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (fine) return url.href.replace(/\/+$/, '');
  context.addIssue('must be an http or https URL without user, query or fragment, like https://llm.example.com/v1');
  return z.NEVER;
});

/** Without an id a provider is created, with one it is changed. */
export const providerSaveInput = z.object({
  id: id.nullish(),
  expectedRevision: z.number().int().nullish(),
  slug: plainText
    .max(63, 'must have at most 63 characters')
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens, like my-server'),
  kind: z.enum(providerKinds as readonly [ProviderKind, ...ProviderKind[]]),
  displayName: label.nullish(),
  baseUrl: baseUrl.nullish(),
  settings: z
    .array(
      z.object({
        name: plainText.min(1).max(64),
        // They become part of an address.
        value: plainText.regex(
          /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
          'must be letters, digits, dots, hyphens and underscores',
        ),
      }),
    )
    .max(20)
    .nullish(),
  enabled: z.boolean().nullish(),
  /** Null takes back what was stated. */
  dataHandling: z
    .object({
      regions: z.array(plainText.min(1).max(64)).max(50),
      zeroRetention: z.boolean(),
      trainsOnInputs: z.boolean(),
    })
    .nullish(),
  idempotencyKey,
});
export type ProviderSaveInput = z.input<typeof providerSaveInput>;

/** A credential with the same label is replaced. */
export const credentialSaveInput = z.object({
  provider: id,
  label,
  weight: z.number().int().min(0).max(1000).nullish(),
  secret: z.union([
    z
      .object({ env: plainText.regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'must be the name of a variable, like OPENAI_API_KEY') })
      .strict(),
    z
      .object({
        value: z
          .string()
          .trim()
          .min(8, 'must have at least 8 characters')
          .max(8192)
          // A JSON object, like a service account's file, or a key.
          .regex(/^(\{[\s\S]*\}|[\x21-\x7e]+)$/, 'must be printable ASCII without spaces, or a JSON object'),
      })
      .strict(),
  ]),
  idempotencyKey,
});
export type CredentialSaveInput = z.input<typeof credentialSaveInput>;
