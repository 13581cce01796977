import { z } from 'zod';
import { drawFrom } from '../../core/chance.ts';
import { leaf } from './leaf.ts';

/** A share of all calls, by lot. Every leaf draws for itself. */
export const samplePercent = leaf<number>({
  schema: z.number().gt(0, 'a sample of nothing never matches').max(100),
  holds: (percent, { seed }, salt) => drawFrom(seed, salt) * 100 < percent,
  summary: (percent) => `a sample of ${percent}%`,
  actual: (_percent, { seed }, salt) => `drew ${(drawFrom(seed, salt) * 100).toFixed(2)}`,
});
