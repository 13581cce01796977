import { z } from 'zod';
import { meters } from '../core/money.ts';
import { idempotencyKey, plainText } from '../core/plain-text.ts';

/** What the room's writes take, as it comes from outside; `parse` turns it into what the code works with. */

const name = plainText.max(200, 'must have at most 200 characters').regex(/^[^/\s]+\/\S+$/, 'must be provider/model');
const tokens = z.number().int().min(1).max(2_000_000_000).nullish();

/** Nine digits after the point are what nanos can hold; a million dollars for a unit is a typing error. */
const amount = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?$/, 'must be dollars with at most nine digits after the point, like 0.15');

export const priceSetInput = z.object({
  model: name,
  meter: z.enum(meters),
  /** Null takes the price back: from then on the bundled one holds again. */
  amount: amount.nullish(),
  per: z.number().int().min(1).max(1_000_000_000).nullish(),
  fromInputTokens: z.number().int().min(0).max(2_000_000_000).nullish(),
  tier: plainText.trim().toLowerCase().min(1).max(50).nullish(),
  validFrom: z.date().nullish(),
  /** Not included; left out, until the next price that is set begins. */
  validTo: z.date().nullish(),
  idempotencyKey,
});
export type PriceSetInput = z.input<typeof priceSetInput>;

export const modelSaveInput = z.object({
  model: name,
  enabled: z.boolean().nullish(),
  contextTokens: tokens,
  maxOutputTokens: tokens,
  idempotencyKey,
});
export type ModelSaveInput = z.input<typeof modelSaveInput>;
