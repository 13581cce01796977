import { z } from 'zod';
import { idempotencyKeyNeeded, keepableText } from '../core/plain-text.ts';

const name = keepableText.min(1).max(256, 'must have at most 256 characters');

export const erasureCreateInput = z.object({
  subject: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('END_USER'), endUser: name }),
    z.object({ kind: z.literal('API_KEY'), apiKeyId: name }),
    z.object({ kind: z.literal('TAG'), key: name, value: keepableText.max(1024) }),
    z.object({ kind: z.literal('REQUESTS'), ids: z.array(name).min(1).max(1000, 'has at most 1000 ids').readonly() }),
  ]),
  reason: z.string().min(1, 'says why').max(2000),
  keepAggregates: z.boolean(),
  dryRun: z.boolean(),
  idempotencyKey: idempotencyKeyNeeded,
});

export type ErasureCreateInput = z.input<typeof erasureCreateInput>;
