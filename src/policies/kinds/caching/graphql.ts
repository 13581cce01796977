import { type CachingDemand, sharings } from '../../../core/admission.ts';
import { isoDuration } from '../../../core/duration.ts';
import { builder } from '../../../graphql/builder.ts';

const CacheSharing = builder.enumType('CacheSharing', {
  description: 'Who may be given the answer that another got. END_USER: of calls that name one; others are not cached.',
  values: sharings,
});

export const CachingRule = builder.objectRef<CachingDemand>('CachingRule').implement({
  description:
    'Answers are given again to the same question, at no cost. Of several such rules, the shortest time and the fewest sharers hold; one that only watches does nothing.',
  fields: (t) => ({
    maxAge: t.field({ type: 'Duration', resolve: ({ maxAgeMs }) => isoDuration(maxAgeMs) }),
    sharedBy: t.expose('sharedBy', { type: CacheSharing }),
  }),
});

export const CachingRuleInput = builder.inputType('CachingRuleInput', {
  fields: (t) => ({
    maxAge: t.field({ type: 'Duration', required: true, defaultValue: 'PT1H' }),
    sharedBy: t.field({ type: CacheSharing, required: true, defaultValue: 'PROJECT' }),
  }),
});
