import { ValidationProblem } from '../core/problem.ts';
import { builder } from '../graphql/builder.ts';
import { Money } from '../graphql/words.ts';
import { RequestFilterInput, requestFilter } from './filter.graphql.ts';
import type { UsageTick as Tick } from './tick.ts';

const MIN_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 60_000;

const UsageTick = builder.objectRef<Tick>('UsageTick').implement({
  description: 'What the calls that came in during the last minute, and have ended, add up to.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    requestsPerSecond: t.exposeFloat('requestsPerSecond'),
    tokensPerSecond: t.exposeFloat('tokensPerSecond'),
    costPerHour: t.field({ type: Money, resolve: ({ costPerHourNanos: nanos }) => ({ nanos }) }),
    errorRatePercent: t.exposeFloat('errorRatePercent'),
    ttftP95Ms: t.exposeFloat('ttftP95Ms', { nullable: true }),
    inFlight: t.exposeInt('inFlight', {
      description:
        'Calls of the organization that are running now, whatever the filter; those of other instances as of a second ago.',
    }),
    budgetsAtRisk: t.prismaField({
      type: ['Budget'],
      nullable: true,
      description:
        'Those that have come to their first threshold, or will not last their period at the rate it had so far, the ' +
        'fullest first; 100 at most. Null without the right to see budgets.',
      complexity: 5,
      resolve: async (query, { organizationId }, _args, { rooms, prisma, caller }) => {
        if (!caller.scopes.has('BUDGETS_READ')) return null;
        const ids = await rooms.budgets.atRisk(organizationId);
        const budgets = await prisma.budget.findMany({ ...query, where: { organizationId, id: { in: [...ids] } } });
        return budgets.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
      },
    }),
  }),
});

builder.subscriptionField('usageTick', (t) =>
  t.field({
    type: UsageTick,
    description: 'One at once, then one every `intervalMs`, 1000 to 60000.',
    authScopes: { scope: 'USAGE_READ' },
    args: {
      filter: t.arg({ type: RequestFilterInput, description: 'Its range is not looked at.' }),
      intervalMs: t.arg.int({ defaultValue: 5000 }),
    },
    subscribe: (_root, { filter, intervalMs }, { rooms, caller, runtime, signal }) => {
      const wait = intervalMs ?? 5000;
      if (wait < MIN_INTERVAL_MS || wait > MAX_INTERVAL_MS) {
        const message = `intervalMs is ${wait}; ${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS} is accepted.`;
        throw ValidationProblem.at('intervalMs', 'OUT_OF_RANGE', message);
      }
      const wanted = requestFilter(filter, runtime.clock.now(), 'filter');
      return rooms.usage.ticks(caller.organizationId, wanted, wait, signal);
    },
    resolve: (tick) => tick,
  }),
);
