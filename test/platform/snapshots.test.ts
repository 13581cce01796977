import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createSnapshots } from '../../src/platform/snapshots.ts';
import { testDatabase } from '../support/database.ts';
import { silentLog, systemRuntime } from '../support/runtime.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Snapshots of what changes, how often each was read, and the bus that tells of changes. */
function openSnapshots() {
  const bus = createMemoryBus(silentLog);
  const snapshots = createSnapshots(database, bus, systemRuntime);
  let reads = 0;
  const copies = snapshots.of('things', 10, async () => ({ reads: ++reads }));
  const change = async (key: string) => {
    const [row] = await database.query<{ revision: string }>(
      `INSERT INTO revision (topic, revision) VALUES ($1, 1)
       ON CONFLICT (topic) DO UPDATE SET revision = revision.revision + 1 RETURNING revision`,
      [`things:${key}`],
    );
    return { topic: `things:${key}`, revision: `${row!.revision}` };
  };
  const close = async () => {
    snapshots.close();
    await bus.close();
  };
  return {
    bus,
    read: async (key: string) => (await copies.get(key)).reads,
    change,
    onChange: snapshots.onChange,
    close,
  };
}

it('a change that the bus tells of is read again, and only once', async () => {
  const { bus, read, change, close } = openSnapshots();
  try {
    expect([await read('a'), await read('a')]).toEqual([1, 1]);
    await bus.publish('revisions', await change('a'));
    expect(await read('a')).toBe(2);
    const looks = vi.spyOn(database, 'query');
    await vi.waitFor(
      () => expect(looks.mock.calls.length).toBeGreaterThan(database.kind === 'postgres' ? 2 : -1),
      5_000,
    );
    expect(await read('a')).toBe(2);
  } finally {
    vi.restoreAllMocks();
    await close();
  }
});

it.skipIf(!inject('databaseServer'))('a change that the bus does not tell of is read again on PostgreSQL', async () => {
  const { read, change, onChange, close } = openSnapshots();
  try {
    const changed: string[] = [];
    onChange('things', (key) => changed.push(key));
    await change('b');
    await vi.waitFor(() => expect(changed).toContain('b'), 5_000);
    const before = await read('b');
    await change('b');
    await vi.waitFor(async () => expect(await read('b')).toBe(before + 1), 5_000);
  } finally {
    await close();
  }
});
