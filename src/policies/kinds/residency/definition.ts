import { z } from 'zod';
import { policyKind } from '../../kind.ts';
import { names, orNull } from '../../shapes.ts';

/** Where data may be handled, and how. */
export const residency = policyKind({
  name: 'residency',
  config: z.object({
    allowedRegions: orNull(names.min(1)),
    requireZeroRetention: z.boolean(),
    requireNoTraining: z.boolean(),
  }),
  apply: (admission, { source, config }) => ({
    ...admission,
    models: [
      ...admission.models,
      { source, config: { allowModels: null, denyModels: [], allowProviders: null, ...config } },
    ],
  }),
});
