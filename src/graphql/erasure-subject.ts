import type { ErasureSubject } from '../core/erasure.ts';
import { builder } from './builder.ts';
import { TagInput } from './words.ts';

/** About whom or what something is that is kept; for erasing it, and for giving it to them. */
export const ErasureSubjectInput = builder.inputType('ErasureSubjectInput', {
  isOneOf: true,
  fields: (t) => ({
    endUser: t.string({ description: 'The name your application sends as `endUser`.' }),
    apiKey: t.id(),
    tag: t.field({ type: TagInput }),
    requestIds: t.idList({ description: 'At most 1000.' }),
  }),
});

export function erasureSubject(input: typeof ErasureSubjectInput.$inferInput): ErasureSubject {
  const { endUser, apiKey, tag, requestIds } = input;
  if (endUser != null) return { kind: 'END_USER', endUser };
  if (apiKey != null) return { kind: 'API_KEY', apiKeyId: apiKey };
  return tag != null ? { kind: 'TAG', ...tag } : { kind: 'REQUESTS', ids: requestIds! };
}
