import { z } from 'zod';
import { modalities } from '../../../core/chat.ts';
import { policyKind } from '../../kind.ts';
import { most, nanos, orNull } from '../../shapes.ts';

/** How large a call may be, and what it may be made of. */
export const contentLimit = policyKind({
  name: 'contentLimit',
  config: z
    .object({
      maxInputTokens: most(1),
      maxOutputTokens: most(1),
      maxMessages: most(1),
      maxFileBytes: most(0),
      allowedModalities: orNull(z.array(z.enum(modalities)).min(1)),
      maxCostPerRequest: nanos,
    })
    .transform(({ maxCostPerRequest, ...limits }) => ({ ...limits, maxCostPerRequestNanos: maxCostPerRequest })),
  apply: (admission, demand) => ({ ...admission, content: [...admission.content, demand] }),
});
