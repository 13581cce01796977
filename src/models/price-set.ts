import type { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { type Meter, nanosFromUsd, TOKENS_PER_MILLION, usdFromNanos } from '../core/money.ts';
import { parse } from '../core/parse.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { specialTier } from '../core/usage.ts';
import type { Changes } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { type DatedBook, MINUTE_MS } from './book.ts';
import { idempotencyOf, type ModelChanged, refuseUnknown, topicOf } from './change.ts';
import { type PriceSetInput, priceSetInput } from './inputs.ts';
import { closePrice, insertPrice, type PriceKey, type PriceRow, pricesWithKey, supersedePrice } from './store.ts';

/**
 * Sets a price from a moment on, or takes one back; see the door.
 *
 * ```
 *   before   |---- a ----|---- b ------------>
 *   set c             ^
 *   after    |-- a ---|c |---- b ------------>     a is closed, c ends where a ended
 * ```
 * A price from exactly the moment at which another begins takes that one's place: the other is superseded, and kept.
 */
export function priceSet(changes: Changes, { ids, clock }: Runtime) {
  return async (caller: Caller, given: PriceSetInput, book: DatedBook): Promise<ModelChanged> => {
    const input = parse(priceSetInput, given);
    refuseUnknown(input.model, book, 'model');
    const { organizationId } = caller;
    const change = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const key = keyOf(input);
        const now = new Date(clock.now());
        const from = wholeMinute(input.validFrom ?? now);
        const earlier = await makeRoom(tx, organizationId, key, from, now);
        const { amount } = input;
        const row: PriceRow | null =
          amount === null || amount === undefined
            ? null
            : {
                ...key,
                id: ids.next('prc'),
                nanosPerUnit: nanosFromUsd(amount),
                per: input.per ?? usualUnits(key.meter),
                validFrom: from,
                validTo: earlier.endsAt,
                supersededAt: null,
                createdBy: caller.apiKeyId,
              };
        if (row === null && earlier.row === null) throw nothingSet(key, from);
        if (row) await insertPrice(tx, organizationId, row, now);
        return {
          organizationId,
          actor: actorOf(caller),
          action: row ? 'price.set' : 'price.withdraw',
          resourceType: 'Model',
          resourceId: key.model,
          diff: diffOf(earlier.row && shown(earlier.row, from), row && shown(row, from)),
        };
      },
      idempotencyOf(caller, 'priceSet', { ...input, validFrom: input.validFrom?.toISOString() ?? null }),
    );
    return { model: change.resourceId, change };
  };
}

/** Ends the price that holds at `from`. @returns it, and when the next one begins */
async function makeRoom(
  tx: Transaction,
  organizationId: string,
  key: PriceKey,
  from: Date,
  now: Date,
): Promise<{ readonly row: PriceRow | null; readonly endsAt: Date | null }> {
  const rows = await pricesWithKey(tx, organizationId, key);
  const holding = rows.find(({ validFrom, validTo }) => validFrom <= from && (validTo === null || from < validTo));
  if (!holding) return { row: null, endsAt: rows.find(({ validFrom }) => validFrom > from)?.validFrom ?? null };
  if (holding.validFrom.getTime() === from.getTime()) await supersedePrice(tx, holding.id, now);
  else await closePrice(tx, holding.id, from);
  return { row: holding, endsAt: holding.validTo };
}

function keyOf({ model, meter, tier, fromInputTokens }: z.output<typeof priceSetInput>): PriceKey {
  return { model, meter, tier: specialTier(tier) ?? null, fromInputTokens: fromInputTokens ?? 0 };
}

/** Tokens are sold by the million, everything else by the piece. */
function usualUnits(meter: Meter): number {
  return meter.endsWith('_TOKEN') ? TOKENS_PER_MILLION : 1;
}

function wholeMinute(date: Date): Date {
  return new Date(Math.floor(date.getTime() / MINUTE_MS) * MINUTE_MS);
}

function nothingSet({ model, meter }: PriceKey, from: Date): ValidationProblem {
  const message = `No price of ${meter} is set for '${model}' at ${from.toISOString()}, so there is none to take back.`;
  return ValidationProblem.at('amount', 'NOTHING_SET', message);
}

function shown({ id, meter, nanosPerUnit, per, fromInputTokens, tier }: PriceRow, from: Date): Json {
  const amount = usdFromNanos(nanosPerUnit);
  return { price: id, meter, amount, per, fromInputTokens, tier, from: from.toISOString() };
}
