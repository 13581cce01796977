import { describe, expect, test } from 'vitest';
import { closeTimes } from './cancel.ts';
import { meet, nameOf } from './matrix.ts';
import { faultHouse, lightFaults, sampleOf } from './sample.ts';

/**
 * Each fault through one door in turn, so that all faults, forms, endings and doors are met without all being met in all
 * ways: that is `npm run faults`. Faults that are made of much work are left to it too.
 */
const cells = sampleOf(3);

const house = faultHouse(cells, ['nobody.invalid']);

test('every fault ends as it should: rescued, or told, and never as an answer that is none', async () => {
  const met = await meet(house(), cells);
  const wrong = met.flatMap((cell) => cell.complaints.map((complaint) => `${nameOf(cell)}: ${complaint}`));
  expect(wrong).toEqual([]);
  expect(new Set(met.map(({ fault }) => fault.id)).size).toBe(lightFaults.length);
}, 120_000);

test('nobody is led elsewhere by a redirect', () => {
  expect(house().provider.trapped).toBe(0);
});

test('usage is asked for in every stream', () => {
  expect(house().provider.lastAsked('S19')?.body).toMatchObject({ stream_options: { include_usage: true } });
});

describe('a provider that is down', () => {
  test('is shown as such, with what it said last', async () => {
    const input = () => ({
      target: { model: 'healthy/H11-500' },
      messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }],
    });
    const document = 'mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename } }';
    for (let n = 0; n < 6; n++) await house().ask(document, { input: input() });
    const { providers } = await house().ask<{ providers: { slug: string; health: object }[] }>(
      '{ providers { slug health { status breaker errorRatePercent lastError inFlight } } }',
    );
    expect(providers.find(({ slug }) => slug === 'healthy')?.health).toMatchObject({
      breaker: 'OPEN',
      lastError: 'Internal error.',
      inFlight: 0,
    });
  });
});

test('C1, C2: a run that is cancelled, or whose caller has gone, closes the socket to its provider', async () => {
  const times = await closeTimes(house(), 3);
  expect(times.filter(({ closed }) => !closed)).toEqual([]);
}, 60_000);
