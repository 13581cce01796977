import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import { Unauthenticated, UnavailableProblem } from '../../src/core/problem.ts';
import type { Bus } from '../../src/platform/bus/bus.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { ManualClock, RecordingLogger } from '../support/manual-clock.ts';
import { deafBus, type Instance, newAdmin, openInstance, operatorOf } from './instance.ts';

let database: Database;
let clock: ManualClock;
let here: Instance;
let there: Instance;
let admin: Caller;
let down = false;
/** What the serving instance's questions wait for. */
let held: Promise<void> | null = null;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  down = false;
  held = null;
  await here.close();
  await there.close();
  expect(clock.waiting).toBe(0);
});

/** Two instances: keys are managed `here`, calls are served `there`. */
async function openBoth(bus: Bus): Promise<void> {
  clock = new ManualClock();
  here = openInstance(database, { clock, bus });
  there = openInstance(
    {
      ...database,
      query: async (sql, parameters, timeoutMs) => {
        if (down) throw new UnavailableProblem('database', 'The database is away.');
        await held;
        return database.query(sql, parameters, timeoutMs);
      },
    },
    { clock, bus },
  );
  admin = await newAdmin(here, await operatorOf(here));
  // Both have polled once and wait for the next time, and for their job: what comes now is news to them.
  await clock.sleepers(5);
}

const newKey = async (expiresAt?: Date) => {
  const input = {
    name: 'app',
    project: admin.projectId,
    scopes: ['COMPLETIONS_WRITE' as const],
    ...(expiresAt && { expiresAt }),
  };
  const { apiKeyId, secret } = await here.access.apiKeyCreate(admin, input);
  return { id: apiKeyId, secret: secret!.reveal() };
};
const inMs = (ms: number) => new Date(clock.now() + ms);
/** Resolves when the caller's secret has ended. */
const end = (caller: Caller) => new Promise<void>((resolve) => there.access.onRevoked(caller, resolve));
/** A watch that has had its first answer, so that it waits for its time. */
const watched = async (caller: Caller) => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const listener = vi.fn(resolve);
  const before = clock.waiting;
  const stop = there.access.onRevoked(caller, listener);
  await clock.sleepers(before + 1);
  return { listener, over, stop };
};

describe('when the bus loses the news', () => {
  beforeEach(() => openBoth(deafBus));

  test('a revocation reaches another instance by the poll: calls are refused and subscriptions told', async () => {
    const { id, secret } = await newKey();
    const over = end(await there.enter(secret));
    await here.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
    await there.enter(secret);
    await clock.advance(500);
    await over;
    await expect(there.enter(secret)).rejects.toThrow(Unauthenticated);
  });
});

describe('when the bus brings the news', () => {
  beforeEach(() => openBoth(createMemoryBus(new RecordingLogger())));

  test('a revocation reaches another instance while the clock stands', async () => {
    const { id, secret } = await newKey();
    const over = end(await there.enter(secret));
    await here.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
    await over;
    await expect(there.enter(secret)).rejects.toThrow(Unauthenticated);
  });

  test('a revoked key of a neighbour ends nobody else', async () => {
    const [mine, other] = [await newKey(), await newKey()];
    const { listener } = await watched(await there.enter(mine.secret));
    const over = end(await there.enter(other.secret));
    await here.access.apiKeyRevoke(admin, { id: other.id, reason: 'leaked' });
    await over;
    await there.enter(mine.secret);
    expect(listener).not.toHaveBeenCalled();
  });

  test('a subscription ends at the moment its key expires, and not before', async () => {
    const { secret } = await newKey(inMs(60_000));
    const { listener, over } = await watched(await there.enter(secret));
    await clock.advance(59_999);
    expect(listener).not.toHaveBeenCalled();
    await clock.advance(1);
    await over;
  });

  test('a subscription opened with the old secret ends with the grace, one with the new secret goes on', async () => {
    const { id, secret } = await newKey();
    const before = await watched(await there.enter(secret));
    const { secret: next } = await here.access.apiKeyRotate(admin, { id, grace: 'PT1H' });
    const after = await watched(await there.enter(next));
    await there.enter(secret);
    await clock.advance(3_599_000);
    expect(before.listener).not.toHaveBeenCalled();
    await clock.advance(1000);
    await before.over;
    expect(after.listener).not.toHaveBeenCalled();
  });

  test('a watch that comes too late is told at once', async () => {
    const { id, secret } = await newKey();
    const caller = await there.enter(secret);
    await here.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
    await end(caller);
  });

  test('a watch is told once, and not at all after it was taken back', async () => {
    const { id, secret } = await newKey();
    const caller = await there.enter(secret);
    const kept = await watched(caller);
    const dropped = await watched(caller);
    dropped.stop();
    await here.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
    await end(caller);
    await here.access.apiKeyRevoke(admin, { id, reason: 'again' });
    await end(caller);
    expect(kept.listener).toHaveBeenCalledOnce();
    expect(dropped.listener).not.toHaveBeenCalled();
  });

  test('looks that overlap leave one timer, which goes with the watch', async () => {
    const { secret } = await newKey();
    const caller = await there.enter(secret);
    const change = (slug: string) => here.access.teamSave(admin, { slug, name: slug });
    await change('one');
    const timers = clock.waiting;
    const gate = Promise.withResolvers<void>();
    held = gate.promise;
    const stop = there.access.onRevoked(caller, () => {});
    await change('two');
    gate.resolve();
    await there.enter(secret);
    await clock.sleepers(timers + 1);
    stop();
    expect(clock.waiting).toBe(timers);
  });

  test('an expiry that was known comes in time though the database is away', async () => {
    const { secret } = await newKey(inMs(60_000));
    const { over } = await watched(await there.enter(secret));
    down = true;
    await clock.advance(60_000);
    await over;
  });

  test('a revocation during an outage of the database is seen as soon as it is back', async () => {
    const { id, secret } = await newKey();
    const { listener, over } = await watched(await there.enter(secret));
    down = true;
    await here.access.apiKeyRevoke(admin, { id, reason: 'leaked' });
    await clock.advance(1000);
    expect(listener).not.toHaveBeenCalled();
    down = false;
    await clock.advance(250);
    await over;
  });

  test('a copy of a caller cannot be watched: it does not say which secret it came with', async () => {
    const { secret } = await newKey();
    const copy = { ...(await there.enter(secret)) };
    expect(() => there.access.onRevoked(copy, () => {})).toThrow('the very object');
  });
});
