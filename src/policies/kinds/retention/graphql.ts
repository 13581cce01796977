import type { RetentionDemand } from '../../../core/admission.ts';
import { isoDuration } from '../../../core/duration.ts';
import { builder } from '../../../graphql/builder.ts';

const spoken = (ms: number | null) => (ms === null ? null : isoDuration(ms));

export const RetentionRule = builder.objectRef<RetentionDemand>('RetentionRule').implement({
  description: 'How long each class of data is kept. Of several, the shortest holds; null asks for nothing.',
  fields: (t) => ({
    metadata: t.field({ type: 'Duration', nullable: true, resolve: ({ metadataMs }) => spoken(metadataMs) }),
    content: t.field({ type: 'Duration', nullable: true, resolve: ({ contentMs }) => spoken(contentMs) }),
    audit: t.field({ type: 'Duration', nullable: true, resolve: ({ auditMs }) => spoken(auditMs) }),
    embeddings: t.field({ type: 'Duration', nullable: true, resolve: ({ embeddingsMs }) => spoken(embeddingsMs) }),
    legalHold: t.exposeBoolean('legalHold', { description: 'Nothing is deleted while any policy says so.' }),
  }),
});

export const RetentionRuleInput = builder.inputType('RetentionRuleInput', {
  fields: (t) => ({
    metadata: t.field({ type: 'Duration' }),
    content: t.field({ type: 'Duration', description: 'What was said, and answers that may be given again.' }),
    audit: t.field({ type: 'Duration' }),
    embeddings: t.field({
      type: 'Duration',
      description: 'Embeddings that may be given again. Left out: as long as content.',
    }),
    legalHold: t.boolean({ required: true, defaultValue: false }),
  }),
});
