import type { z } from 'zod';
import { builder } from '../../../graphql/builder.ts';
import type { residency } from './definition.ts';

export const ResidencyRule = builder.objectRef<z.output<typeof residency.config>>('ResidencyRule').implement({
  description:
    "Where data may be handled, and how: by what a provider's `dataHandling` says. What is unsaid is denied.",
  fields: (t) => ({
    allowedRegions: t.stringList({
      nullable: true,
      resolve: ({ allowedRegions }) => allowedRegions && [...allowedRegions],
    }),
    requireZeroRetention: t.exposeBoolean('requireZeroRetention'),
    requireNoTraining: t.exposeBoolean('requireNoTraining'),
  }),
});

export const ResidencyRuleInput = builder.inputType('ResidencyRuleInput', {
  fields: (t) => ({
    allowedRegions: t.stringList({ description: 'e.g. eu, us-east-1; null: anywhere.' }),
    requireZeroRetention: t.boolean({ required: true, defaultValue: false }),
    requireNoTraining: t.boolean({ required: true, defaultValue: true }),
  }),
});
