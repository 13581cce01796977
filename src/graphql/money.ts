import { type Nanos, usdFromNanos } from '../core/money.ts';
import { builder } from './schema-builder.ts';

export const Money = builder.objectRef<{ nanos: Nanos }>('Money').implement({
  description: 'Money in integer nanos, so that one token of the cheapest model is still representable.',
  fields: (t) => ({
    nanos: t.expose('nanos', { type: 'BigInt', description: 'Billionths of a dollar. 1 USD = 1000000000.' }),
    currency: t.string({ description: 'ISO 4217. Always USD for now.', resolve: () => 'USD' }),
    decimal: t.field({
      type: 'Decimal',
      description: 'The same amount as an exact decimal, e.g. 0.00001095.',
      resolve: ({ nanos }) => usdFromNanos(nanos),
    }),
    display: t.string({
      description: 'For people, e.g. $0.000011.',
      resolve: ({ nanos }) => {
        const digits = nanos !== 0n && nanos < 10_000_000n && nanos > -10_000_000n ? 6 : 2;
        return Number(usdFromNanos(nanos)).toLocaleString('en-US', {
          style: 'currency',
          currency: 'USD',
          minimumFractionDigits: 2,
          maximumFractionDigits: digits,
        });
      },
    }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  fields: (t) => ({ nanos: t.field({ type: 'BigInt', required: true, description: 'Billionths of a dollar.' }) }),
});
