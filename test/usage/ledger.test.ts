import { expect, test } from 'vitest';
import type { Database } from '../../src/platform/database/database.ts';
import { createLedger } from '../../src/usage/ledger.ts';
import { testRuntime } from '../support/manual-clock.ts';

/** Of what waits for the database only its memory is asked here, by a database that keeps what it is told. */
function openLedger() {
  const heard: Buffer[][] = [];
  let fails = false;
  const query = async (_: unknown, values: Buffer[]) => {
    // The third are parts of decisions, of which there are none here.
    heard.push(values.slice(0, 2));
    if (fails) throw new Error('gone');
    return [];
  };
  const ledger = createLedger({ query } as unknown as Database, testRuntime().clock);
  const rowsOf = (id: string) => ({
    id,
    organizationId: 'org_a',
    parts: [],
    request: ledger.rowOf(JSON.stringify({ id, text: 'x'.repeat(50_000) })),
    attempts: [ledger.rowOf(JSON.stringify({ request_id: id }))],
  });
  const refused = (id: string) => expect.unreachable(id);
  return {
    heard,
    rowsOf,
    break: (broken: boolean) => (fails = broken),
    insert: (ids: readonly ReturnType<typeof rowsOf>[]) => ledger.insert(ids, refused),
  };
}

const idsIn = (array: Buffer) => [...array.toString().matchAll(/"(?:request_)?id":"(\w+)"/g)].map(([, id]) => id);

test('rows come to lie where others lay that are in the database', async () => {
  const ledger = openLedger();
  const memory = new Set<ArrayBufferLike>();
  for (let turn = 0; turn < 200; turn++) {
    const batch = [ledger.rowsOf(`a${turn}`), ledger.rowsOf(`b${turn}`)];
    const late = ledger.rowsOf(`c${turn}`);
    await ledger.insert(batch);
    await ledger.insert([late]);
    for (const { request, attempts } of [...batch, late])
      for (const { buffer } of [request, ...attempts]) memory.add(buffer);
    for (const { buffer } of ledger.heard.splice(0).flat()) memory.add(buffer);
  }
  // One for rows, one for batches.
  expect(memory.size).toBe(2);
});

test('rows stay as they are while the database does not take them, however many come', async () => {
  const ledger = openLedger();
  ledger.break(true);
  const batch = [ledger.rowsOf('first'), ledger.rowsOf('second')];
  const more: typeof batch = [];
  for (let turn = 0; turn < 100; turn++) {
    await expect(ledger.insert(batch)).rejects.toThrow('gone');
    more.push(ledger.rowsOf(`more${turn}`));
  }
  ledger.break(false);
  ledger.heard.length = 0;
  await ledger.insert(batch);
  await ledger.insert(more);
  const ids = more.map(({ id }) => id);
  expect(ledger.heard.map(([requests, attempts]) => [idsIn(requests!), idsIn(attempts!)])).toEqual([
    [
      ['first', 'second'],
      ['first', 'second'],
    ],
    [ids, ids],
  ]);
});
