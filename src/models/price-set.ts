import type { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { type Meter, nanosFromUsd, TOKENS_PER_MILLION, usdFromNanos } from '../core/money.ts';
import { parse } from '../core/parse.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { specialTier } from '../core/usage.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { type DatedBook, MINUTE_MS } from './book.ts';
import { type ModelChanged, refuseUnknown, topicOf } from './change.ts';
import { type PriceSetInput, priceSetInput } from './inputs.ts';
import { closePrice, insertPrice, type PriceKey, type PriceRow, pricesWithKey, supersedePrice } from './store.ts';

/**
 * Sets a price from a moment on, or for a period, or takes one back; see the door.
 *
 * ```
 *   before          |---- a ----|---- b ------------>
 *   c from here              ^
 *   after           |-- a ---|c |---- b ------------>     a is closed, c ends where a ended
 *
 *   c for a while      ^--------------^
 *   after           |a-|------ c -----|-- b --------->    then what would have held without it: b, under a new id
 * ```
 * What begins within the period is superseded, and kept. What holds beyond it goes on as a row of its own, for calls
 * name the rows they were charged by.
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
        const until = input.validTo ? wholeMinute(input.validTo) : null;
        if (until && until <= from) throw endsTooEarly(from);
        const earlier = await pricesWithKey(tx, organizationId, key);
        const period = { from, to: until ?? nextChange(earlier, from) };
        const replaced = earlier.filter((row) => overlaps(row, period));
        for (const row of replaced) await takeOut(tx, organizationId, row, period, ids.next('prc'), now);
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
                validTo: period.to,
                supersededAt: null,
                createdBy: caller.apiKeyId,
              };
        if (row === null && replaced.length === 0) throw nothingSet(key, period);
        if (row) await insertPrice(tx, organizationId, row, now);
        return {
          organizationId,
          actor: actorOf(caller),
          action: row ? 'price.set' : 'price.withdraw',
          resourceType: 'Model',
          resourceId: key.model,
          diff: diffOf(replaced[0] ? shown(replaced[0], period) : null, row && shown(row, period)),
        };
      },
      idempotencyOf(caller, 'priceSet', {
        ...input,
        validFrom: input.validFrom?.toISOString() ?? null,
        validTo: input.validTo?.toISOString(),
      }),
    );
    return { model: change.resourceId, change };
  };
}

interface Period {
  readonly from: Date;
  /** Not included. Null: until further notice. */
  readonly to: Date | null;
}

/** When the price of a moment gives way to the next, or ends; null when nothing is known to come. */
function nextChange(rows: readonly PriceRow[], at: Date): Date | null {
  const holding = rows.find(({ validFrom, validTo }) => validFrom <= at && (validTo === null || at < validTo));
  return holding ? holding.validTo : (rows.find(({ validFrom }) => validFrom > at)?.validFrom ?? null);
}

function overlaps({ validFrom, validTo }: PriceRow, { from, to }: Period): boolean {
  return (to === null || validFrom < to) && (validTo === null || from < validTo);
}

/** @param restId names what of the price holds after the period */
async function takeOut(
  tx: Transaction,
  organizationId: string,
  row: PriceRow,
  { from, to }: Period,
  restId: string,
  now: Date,
): Promise<void> {
  if (row.validFrom < from) await closePrice(tx, row.id, from);
  else await supersedePrice(tx, row.id, now);
  const goesOn = to !== null && (row.validTo === null || to < row.validTo);
  if (goesOn) await insertPrice(tx, organizationId, { ...row, id: restId, validFrom: to }, now);
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

function nothingSet({ model, meter }: PriceKey, { from, to }: Period): ValidationProblem {
  const when = to ? `from ${from.toISOString()} to ${to.toISOString()}` : `at ${from.toISOString()}`;
  const message = `No price of ${meter} is set for '${model}' ${when}, so there is none to take back.`;
  return ValidationProblem.at('amount', 'NOTHING_SET', message);
}

function endsTooEarly(from: Date): ValidationProblem {
  const message = `A price that holds from ${from.toISOString()} has to end later than that, by a minute at least.`;
  return ValidationProblem.at('validTo', 'TOO_EARLY', message);
}

function shown({ id, meter, nanosPerUnit, per, fromInputTokens, tier }: PriceRow, { from, to }: Period): Json {
  const amount = usdFromNanos(nanosPerUnit);
  return {
    ...{ price: id, meter, amount, per, fromInputTokens, tier, from: from.toISOString() },
    ...(to && { to: to.toISOString() }),
  };
}
