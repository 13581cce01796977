import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls, type House, openHouse } from '../policies/calls.ts';
import { doorCalls } from '../policies/door-calls.ts';
import { databaseDump, redisDump } from '../support/dump.ts';
import { operation } from '../support/operations.ts';
import { systemRuntime } from '../support/runtime.ts';
import { encodingsOf, foundIn, thousandCanaries } from './canaries.ts';

/** A thousand secrets through every input of every door, under a policy that masks: afterwards nothing that is kept has any of them. */

const logged: string[] = [];
const note = (fields: object, message: string) =>
  void logged.push(
    JSON.stringify({ ...fields, message }, (_key, value) => (value instanceof Error ? value.stack : value)),
  );

let house: House;
beforeAll(async () => {
  house = await openHouse({ ...systemRuntime, log: { debug: note, info: note, warn: note, error: note } });
});
afterAll(() => house.close());

const DETECTORS = ['API_KEY', 'EMAIL', 'IBAN', 'CREDIT_CARD', 'SSN', 'IP_ADDRESS', 'PHONE'];
const BATCH = 50;
/** Calls whose answer is looked at too. */
const SPEAKING = new Set([
  'message',
  'chat',
  'streamed chat',
  'streamed response',
  'streamed message of the other vendor',
]);

const authorization = () => ({ authorization: `Bearer ${house.gateway.key}` });

async function exported(what: string): Promise<string> {
  const input = { what, idempotencyKey: what };
  const { exportStart } = await house.gateway.ask<{ exportStart: { id: string } }>(await operation('ExportStart'), {
    input,
  });
  const file = () => fetch(`${house.gateway.url}/exports/${exportStart.id}`, { headers: authorization() });
  await expect.poll(async () => (await file()).status, { timeout: 30_000 }).toBe(200);
  return (await file()).text();
}

test('the search finds what stands in a text, and nothing else', () => {
  const words = thousandCanaries().flatMap(encodingsOf);
  const text = words.filter((_word, place) => place % 7 === 0).join('');
  const there = new Set(words.filter((word) => text.includes(word)));
  expect(new Set(foundIn(text, words))).toEqual(there);
});

test('nothing of them is sent, stored, logged or told, in any encoding', { timeout: 180_000 }, async () => {
  const canaries = thousandCanaries();
  const told: string[] = [];
  const rule = { redaction: { detectors: DETECTORS, direction: 'BOTH' } };
  await house.under('canaries', [rule], 'ENFORCE', async () => {
    for (const [kind, call] of Object.entries({ ...calls, ...doorCalls })) {
      for (let from = 0; from < canaries.length; from += BATCH) {
        const words = canaries
          .slice(from, from + BATCH)
          .map((canary) => `Note ${canary} down.`)
          .join('\n');
        // The model says them too: what it says is masked like what it is asked.
        house.says(SPEAKING.has(kind) ? words : 'Fine.');
        told.push(JSON.stringify(await call(house.gateway, words)));
      }
    }
    told.push(
      JSON.stringify(await house.gateway.raw(`{ node(id: "${canaries[0]}") { id } }`)).replaceAll(canaries[0]!, ''),
    );
  });
  // Whatever the history, the audit log and the scores are written out as, and what a scraper would be told.
  for (const what of ['REQUESTS', 'USAGE', 'AUDIT', 'SCORES']) told.push(await exported(what));
  told.push(await (await fetch(`${house.gateway.url}/metrics`, { headers: authorization() })).text());
  const kept = {
    sent: JSON.stringify(house.provider.asked),
    told: told.join('\n'),
    logged: logged.join('\n'),
    database: await databaseDump(house.gateway.gateway),
    redis: await redisDump(),
  };
  expect(kept.told.length + kept.database.length).toBeGreaterThan(100_000);
  const words = canaries.flatMap(encodingsOf);
  const leaked = Object.entries(kept).flatMap(([where, text]) => foundIn(text, words).map((word) => [where, word]));
  expect(leaked).toEqual([]);
});
