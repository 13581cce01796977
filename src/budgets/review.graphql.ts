import { builder, resultUnion } from '../graphql/builder.ts';
import { JobStatus, Money } from '../graphql/words.ts';
import type { Discrepancy, Sums } from './check.ts';
import type { Review } from './index.ts';

const AccountSums = builder.objectRef<Sums>('AccountSums').implement({
  fields: (t) => ({
    limit: t.field({ type: Money, resolve: ([nanos]) => ({ nanos }) }),
    spent: t.field({ type: Money, resolve: ([, nanos]) => ({ nanos }) }),
    reserved: t.field({ type: Money, resolve: ([, , nanos]) => ({ nanos }) }),
    overrun: t.field({ type: Money, resolve: ([, , , nanos]) => ({ nanos }) }),
  }),
});

const LedgerDiscrepancy = builder.objectRef<Discrepancy>('LedgerDiscrepancy').implement({
  description: 'An account, which is one budget in one period, whose balance is not the sum of its entries.',
  fields: (t) => ({
    accountId: t.exposeID('accountId'),
    balance: t.field({ type: AccountSums, description: 'As it was found.', resolve: ({ balance }) => balance }),
    entries: t.field({ type: AccountSums, description: 'What the ledger says.', resolve: ({ entries }) => entries }),
  }),
});

const LedgerReview = builder.objectRef<Review>('LedgerReview').implement({
  description: 'All accounts of the organization compared with their entries in the ledger.',
  fields: (t) => ({
    id: t.exposeID('id'),
    status: t.expose('status', { type: JobStatus }),
    rebuilds: t.exposeBoolean('rebuilds', { description: 'Wrong balances are made the sum of their entries.' }),
    accountsChecked: t.exposeInt('checked', { description: 'So far.' }),
    accounts: t.exposeInt('total', { description: 'When it began.' }),
    found: t.exposeInt('found', { description: 'Accounts that are wrong; with `rebuilds`, that were wrong.' }),
    discrepancies: t.field({
      type: [LedgerDiscrepancy],
      description: 'The first hundred.',
      resolve: ({ discrepancies }) => [...discrepancies],
    }),
    error: t.exposeString('error', { nullable: true }),
  }),
});

const LedgerReviewResult = resultUnion('LedgerReviewResult', LedgerReview, [
  'ValidationError',
  'ForbiddenError',
  'UnavailableError',
]);

builder.mutationField('ledgerCheck', (t) =>
  t.field({
    type: LedgerReviewResult,
    description: 'Begins to compare all balances with the ledger; follow it with ledgerReview.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    complexity: 50,
    resolve: (_root, _args, { rooms, caller }) => rooms.budgets.reviews.check(caller),
  }),
);

builder.mutationField('ledgerRebuild', (t) =>
  t.field({
    type: LedgerReviewResult,
    description:
      'The same, and makes balances that are wrong the sum of their entries. Each is a change in the audit log, with ' +
      'what it was and what it is.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    complexity: 50,
    args: { reason: t.arg.string({ required: true }) },
    resolve: (_root, { reason }, { rooms, caller }) => rooms.budgets.reviews.rebuild(caller, reason),
  }),
);

builder.queryField('ledgerReview', (t) =>
  t.field({
    type: LedgerReview,
    nullable: true,
    authScopes: { scope: 'BUDGETS_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.budgets.reviews.find(caller.organizationId, id),
  }),
);
