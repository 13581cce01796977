import { z } from 'zod';
import { detectors, redactionActions, whenUnreadable } from '../../../core/admission.ts';
import { directions } from '../../../core/policy.ts';
import { policyKind } from '../../kind.ts';
import { regex } from '../../shapes.ts';

/** What must not leave as it is. */
export const redaction = policyKind({
  name: 'redaction',
  config: z
    .object({
      direction: z.enum(directions),
      detectors: z.array(z.enum(detectors)),
      customPatterns: z
        .array(
          z.object({
            name: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/, 'is written in capitals, like PROJECT_NAME'),
            regex,
          }),
        )
        .max(50)
        .nullish()
        .transform((patterns) => patterns ?? []),
      action: z.enum(redactionActions),
      reversible: z.boolean(),
      whenUnreadable: z.enum(whenUnreadable),
    })
    .refine(({ detectors, customPatterns }) => detectors.length + customPatterns.length > 0, {
      path: ['detectors'],
      message: 'names nothing to look for',
    }),
  apply: (admission, demand) => ({ ...admission, redaction: [...admission.redaction, demand] }),
});
