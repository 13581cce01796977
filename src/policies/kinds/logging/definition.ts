import { z } from 'zod';
import { logLevels } from '../../../core/admission.ts';
import { policyKind } from '../../kind.ts';

/** How much of a call is kept. */
export const logging = policyKind({
  name: 'logging',
  config: z.object({
    level: z.enum(logLevels),
    samplePercent: z.number().min(0).max(100),
    includeToolPayloads: z.boolean(),
  }),
  apply: (admission, demand) => ({ ...admission, logging: [...admission.logging, demand] }),
});
