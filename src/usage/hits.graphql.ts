import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { type PolicyHits as Hits, noHits } from './hits.ts';

const PolicyHits = builder.objectRef<Hits>('PolicyHits').implement({
  description: 'In how many calls a policy had something to say. A call can be in several of the counts.',
  fields: (t) => ({
    requests: t.exposeInt('requests', { description: 'Calls in which one of its rules had something to say.' }),
    blocked: t.exposeInt('blocked'),
    redacted: t.exposeInt('redacted'),
    flagged: t.exposeInt('flagged', { description: 'Let through with a note, also where a webhook did not answer.' }),
    monitored: t.exposeInt('monitored', { description: 'It only watched, and would have done one of the others.' }),
  }),
});

builder.prismaObjectField('Policy', 'hits', (t) =>
  t.field({
    type: PolicyHits,
    description: 'By the verdicts that are kept with calls, so as far back as these are.',
    complexity: 10,
    select: { id: true },
    args: { range: t.arg({ type: TimeRangeInput, required: true }) },
    resolve: async ({ id }, { range }, context) => (await hitsIn(range, context)).get(id) ?? noHits,
  }),
);

type ByPolicy = ReadonlyMap<string, Hits>;
const counted = new WeakMap<Context, Map<string, Promise<ByPolicy>>>();

/** All policies of an operation that are asked about for the same range are answered by one statement. */
function hitsIn(range: typeof TimeRangeInput.$inferInput, context: Context): Promise<ByPolicy> {
  const { rooms, caller, runtime } = context;
  const byRange = counted.get(context) ?? new Map<string, Promise<ByPolicy>>();
  counted.set(context, byRange);
  const key = JSON.stringify(range);
  const known = byRange.get(key);
  if (known) return known;
  const asked = rooms.usage.hits(caller.organizationId, timeRange(range, runtime.clock.now(), 'range'));
  byRange.set(key, asked);
  return asked;
}
