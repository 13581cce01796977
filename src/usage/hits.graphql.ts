import { builder } from '../graphql/builder.ts';
import { oncePerOperation } from '../graphql/once.ts';
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

/** All policies of an operation that are asked about for the same range are answered by one statement. */
const counted = oncePerOperation<ReadonlyMap<string, Hits>>();

builder.prismaObjectField('Policy', 'hits', (t) =>
  t.field({
    type: PolicyHits,
    description: 'By the verdicts that are kept with calls, so as far back as these are.',
    complexity: 10,
    select: { id: true },
    args: { range: t.arg({ type: TimeRangeInput, required: true }) },
    resolve: async ({ id }, { range }, context) => {
      const { rooms, caller, runtime } = context;
      const look = () => rooms.usage.hits(caller.organizationId, timeRange(range, runtime.clock.now(), 'range'));
      return (await counted(context, JSON.stringify(range), look)).get(id) ?? noHits;
    },
  }),
);
