import { z } from 'zod';
import { sharings } from '../../../core/admission.ts';
import { policyKind } from '../../kind.ts';
import { someTime } from '../../shapes.ts';

/** That answers may be given again. */
export const caching = policyKind({
  name: 'caching',
  config: z
    .object({ maxAge: someTime, sharedBy: z.enum(sharings) })
    .transform(({ maxAge, sharedBy }) => ({ maxAgeMs: maxAge, sharedBy })),
  apply: (admission, demand) => ({ ...admission, caching: [...admission.caching, demand] }),
});
