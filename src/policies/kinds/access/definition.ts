import { z } from 'zod';
import { policyKind } from '../../kind.ts';
import { names, orNull } from '../../shapes.ts';

/** Which models, providers and tools may be used. */
export const access = policyKind({
  name: 'access',
  config: z.object({
    allowModels: orNull(names),
    denyModels: orNull(names),
    allowTools: orNull(names),
    denyTools: orNull(names),
    allowProviders: orNull(names),
  }),
  apply(admission, { source, config }) {
    const { allowModels, denyModels, allowProviders, allowTools, denyTools } = config;
    const models = {
      allowModels,
      denyModels: denyModels ?? [],
      allowProviders,
      allowedRegions: null,
      requireZeroRetention: false,
      requireNoTraining: false,
    };
    return {
      ...admission,
      models: [...admission.models, { source, config: models }],
      tools: [...admission.tools, { source, config: { allowTools, denyTools: denyTools ?? [] } }],
    };
  },
});
