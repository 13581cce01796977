import { ValidationProblem } from '../core/problem.ts';
import { builder } from '../graphql/builder.ts';
import { Money } from '../graphql/words.ts';
import type { BudgetPeriodResult as Result } from './index.ts';

const MOST_PERIODS = 366;

const BudgetPeriodResult = builder.objectRef<Result>('BudgetPeriodResult').implement({
  description: 'A period in which something was spent; the running one as it stands.',
  fields: (t) => ({
    periodStart: t.expose('periodStart', { type: 'DateTime' }),
    periodEnd: t.expose('periodEnd', { type: 'DateTime', nullable: true }),
    spent: t.field({ type: Money, resolve: ({ spentNanos: nanos }) => ({ nanos }) }),
    limit: t.field({
      type: Money,
      description: "With the period's top-ups.",
      resolve: ({ limitNanos: nanos }) => ({ nanos }),
    }),
  }),
});

builder.prismaObjectField('Budget', 'history', (t) =>
  t.field({
    type: [BudgetPeriodResult],
    description: 'Newest first.',
    args: {
      last: t.arg.int({ required: true }),
      subject: t.arg.string({ description: 'Whose account, where the budget has one for each.' }),
    },
    select: { id: true },
    complexity: 5,
    resolve: async ({ id }, { last, subject }, { rooms, caller }) => {
      if (last < 1 || last > MOST_PERIODS) {
        throw ValidationProblem.at('last', 'OUT_OF_RANGE', `last is ${last}; 1 to ${MOST_PERIODS} is accepted.`);
      }
      return [...(await rooms.budgets.history(caller, id, subject ?? '', last))];
    },
  }),
);
