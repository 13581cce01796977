import { z } from 'zod';
import { policyKind } from '../../kind.ts';
import { duration } from '../../shapes.ts';

/** How long each class of data is kept. */
export const retention = policyKind({
  name: 'retention',
  config: z
    .object({
      metadata: duration,
      content: duration,
      audit: duration,
      embeddings: duration,
      legalHold: z.boolean(),
    })
    .transform(({ metadata, content, audit, embeddings, legalHold }) => ({
      metadataMs: metadata,
      contentMs: content,
      auditMs: audit,
      embeddingsMs: embeddings,
      legalHold,
    })),
  apply: (admission, demand) => ({ ...admission, retention: [...admission.retention, demand] }),
});
