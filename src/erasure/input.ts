import { z } from 'zod';
import type { ErasureSubject } from '../core/erasure.ts';

const name = z.string().min(1).max(256, 'must have at most 256 characters');

export const erasureCreateInput = z.object({
  subject: z
    .object({
      endUser: name.nullish(),
      apiKey: name.nullish(),
      tag: z.object({ key: name, value: z.string().max(1024) }).nullish(),
      requestIds: z.array(name).min(1).max(1000, 'has at most 1000 ids').nullish(),
    })
    .transform(({ endUser, apiKey, tag, requestIds }, context): ErasureSubject => {
      if (endUser != null) return { kind: 'END_USER', endUser };
      if (apiKey != null) return { kind: 'API_KEY', apiKeyId: apiKey };
      if (tag != null) return { kind: 'TAG', ...tag };
      if (requestIds != null) return { kind: 'REQUESTS', ids: requestIds };
      context.addIssue({ code: 'custom', message: 'names nobody' });
      return z.NEVER;
    }),
  reason: z.string().min(1, 'says why').max(2000),
  keepAggregates: z.boolean(),
  dryRun: z.boolean(),
  idempotencyKey: z.string().min(1).max(255),
});

export type ErasureCreateInput = z.input<typeof erasureCreateInput>;
