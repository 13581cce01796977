import type { ContentDemand } from '../../../core/admission.ts';
import { builder } from '../../../graphql/builder.ts';
import { Modality, Money, MoneyInput } from '../../../graphql/words.ts';

export const ContentLimitRule = builder.objectRef<ContentDemand>('ContentLimitRule').implement({
  description: 'How large a call may be, and what it may be made of. Null: as large as it likes.',
  fields: (t) => ({
    maxInputTokens: t.expose('maxInputTokens', { type: 'SafeInt', nullable: true, description: 'Estimated.' }),
    maxOutputTokens: t.expose('maxOutputTokens', {
      type: 'SafeInt',
      nullable: true,
      description: 'Answers end there; the call is not refused.',
    }),
    maxMessages: t.expose('maxMessages', { type: 'SafeInt', nullable: true }),
    maxFileBytes: t.expose('maxFileBytes', { type: 'SafeInt', nullable: true }),
    allowedModalities: t.field({
      type: [Modality],
      nullable: true,
      resolve: ({ allowedModalities }) => allowedModalities && [...allowedModalities],
    }),
    maxCostPerRequest: t.field({
      type: Money,
      nullable: true,
      resolve: ({ maxCostPerRequestNanos: nanos }) => (nanos === null ? null : { nanos: BigInt(nanos) }),
    }),
  }),
});

export const ContentLimitRuleInput = builder.inputType('ContentLimitRuleInput', {
  fields: (t) => ({
    maxInputTokens: t.field({ type: 'SafeInt' }),
    maxOutputTokens: t.field({ type: 'SafeInt' }),
    maxMessages: t.field({ type: 'SafeInt' }),
    maxFileBytes: t.field({ type: 'SafeInt' }),
    allowedModalities: t.field({ type: [Modality] }),
    maxCostPerRequest: t.field({ type: MoneyInput }),
  }),
});
