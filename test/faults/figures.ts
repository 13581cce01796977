import { conserve } from './conservation.ts';
import type { FaultHouse } from './house.ts';
import { outage } from './outage.ts';

/** What surviving comes to, in numbers: id, what was done, what was to be reached, what came. */
export type Figure = readonly [id: string, what: string, goal: string, here: string];

const MONEY = ['H6', 'H6-credit', 'H7', 'H8', 'H8-daily'];

/**
 * A provider that is down, bills that are not paid, and readers that come back.
 * @param moneyCells how many calls have met an unpaid bill so far, each of which was worth one attempt
 */
export async function figures(house: FaultHouse, moneyCells: number, tokens: number): Promise<Figure[]> {
  const asked = MONEY.reduce((sum, id) => sum + house.provider.asked(id), 0);
  const down = await outage(house, 5000);
  const kept = await conserve(house, tokens, Math.random);
  return [
    [
      'S3',
      `${kept.tokens} tokens, ${kept.cuts} cuts`,
      '0 lost, 0 doubled, 0 out of order',
      `${kept.lost} lost, ${kept.doubled} doubled, ${kept.reordered} out of order`,
    ],
    [
      'S5',
      `${down.requests} calls while a provider is down`,
      'at most 1.2 attempts a call',
      `${(down.attempts / down.requests).toFixed(3)} (${down.attempts} attempts)`,
    ],
    ['S6', `${moneyCells} bills that are not paid`, '0 asked again', `${asked - moneyCells} asked again`],
    [
      'S7',
      'its breaker',
      'one probe at a time, heals',
      `${down.probes} probes, at most ${down.probesAtOnce} at once, healed ${Math.round(down.healedAfterMs)} ms after it was back`,
    ],
  ];
}
