import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock, timeSortedIds } from '../../src/core/runtime.ts';
import type { RedisLink } from '../../src/platform/redis.ts';
import { createMemoryRunLog } from '../../src/platform/runlog/memory.ts';
import { createRedisRunLog } from '../../src/platform/runlog/redis.ts';
import { LostRun } from '../../src/platform/runlog/runlog.ts';
import type { ShelfBounds } from '../../src/platform/runlog/shelf.ts';
import { testKeyring } from '../support/keyring.ts';
import { type ManualClock, testRuntime } from '../support/manual-clock.ts';
import { freshPrefix, onRedis, redisLink, redisUrl } from './redis.ts';
import { entries, eventually, follow, range, runLogContract } from './runlog.ts';

describe('run log in memory', () => {
  runLogContract(async (bounds) => {
    const runtime = testRuntime();
    const log = createMemoryRunLog(runtime, bounds);
    onTestFinished(async () => {
      await log.dispose();
      expect(runtime.clock.waiting).toBe(0);
    });
    return { writer: log, reader: log, clock: runtime.clock };
  });
});

test('the run log in memory makes room by forgetting the run that was closed first', async () => {
  const log = createMemoryRunLog(testRuntime(), { runs: 3, sizeOfClosed: 1000, entriesPerRun: 5, sizePerRun: 1000 });
  onTestFinished(() => log.dispose());
  for (const runId of ['running', 'second', 'first']) await log.open(runId);
  for (const runId of ['first', 'second']) log.close(runId, 60_000);
  await log.open('new');
  expect(await log.read('first')).toBeNull();
  expect(await log.read('second')).toEqual([]);
  await log.open('newer');
  expect(await log.read('second')).toBeNull();
  expect(await log.read('running')).toEqual([]);
});

test('the run log in memory keeps no more of what has ended than fits, and the last of it whatever its size', async () => {
  const log = createMemoryRunLog(testRuntime(), { runs: 9, sizeOfClosed: 100, entriesPerRun: 5, sizePerRun: 1000 });
  onTestFinished(() => log.dispose());
  const said = (length: number) => [{ seq: 1, at: 1, event: 'x'.repeat(length) }];
  for (const [runId, length] of [
    ['running', 500],
    ['first', 40],
    ['second', 40],
    ['third', 40],
    ['large', 500],
  ] as const) {
    await log.open(runId);
    log.append(runId, said(length));
  }
  for (const runId of ['first', 'second', 'third']) log.close(runId, 60_000);
  expect(await log.read('first')).toBeNull();
  expect(await log.count(['second', 'third'])).toBe(2);
  log.close('large', 60_000);
  expect(await log.count(['second', 'third'])).toBe(0);
  expect(await log.read('large')).toHaveLength(1);
  expect(await log.read('running')).toHaveLength(1);
});

describe.skipIf(!redisUrl)(`run log ${onRedis}`, () => {
  /** An instance of its own on the given link, on a clock that may be shared. */
  const instance = (link: RedisLink, clock: ManualClock, bounds?: ShelfBounds) => {
    const log = createRedisRunLog(
      link,
      testKeyring,
      { ...testRuntime(), clock, ids: timeSortedIds(systemClock) },
      bounds,
    );
    onTestFinished(() => log.dispose());
    return log;
  };
  const apart = async (bounds?: ShelfBounds) => {
    const { clock } = testRuntime();
    onTestFinished(() => expect(clock.waiting).toBe(0));
    const prefix = freshPrefix();
    const links = [await redisLink(prefix), await redisLink(prefix)] as const;
    return { links, clock, writer: instance(links[0], clock, bounds), reader: instance(links[1], clock, bounds) };
  };

  describe('read where it is written', () => {
    runLogContract(async (bounds) => {
      const { writer, clock } = await apart(bounds);
      return { writer, reader: writer, clock };
    });
  });

  describe('read on another instance', () => {
    runLogContract(apart);
  });

  test('says again and again that its writer is alive, while there is nothing new in it', async () => {
    const { links, writer, clock } = await apart();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 1));
    const alive = () => links[0].run((redis) => redis.exists(links[0].key('run:run_1:alive')));
    for (const _sign of [1, 2]) {
      await links[0].run((redis) => redis.del(links[0].key('run:run_1:alive'))); // 15 s, on Redis's own clock
      await eventually(clock, async () => expect(await alive()).toBe(1));
    }
  });

  test('is given up by distant readers when the writer gives no sign of life for 30 s', async () => {
    const { links, writer, reader, clock } = await apart();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 2));
    const reading = follow(reader, 'run_1');
    await eventually(clock, () => expect(reading.seqs()).toEqual([1, 2]));
    await writer.dispose();
    await links[0].run((redis) => redis.del(links[0].key('run:run_1:alive'))); // 15 s, on Redis's own clock
    await clock.advance(10_000);
    expect(reading.state()).toBe('reading');
    await vi.waitFor(async () => {
      await clock.advance(1000);
      expect(reading.state()).toBeInstanceOf(LostRun);
    });
    expect(reading.seqs()).toEqual([1, 2]);
    expect(await reader.read('run_1')).toEqual(entries(1, 2));
  });

  test('that nobody can be looking for is found elsewhere once it has ended, or has gone on for a while', async () => {
    const { writer, reader, clock } = await apart();
    for (const runId of ['short', 'long']) {
      await writer.open(runId, 'LATER');
      writer.append(runId, entries(1, 3));
    }
    writer.close('short', 60_000);
    await eventually(clock, async () => expect(await reader.read('short')).toEqual(entries(1, 3)));
    writer.append('long', entries(4, 5));
    await clock.advance(500);
    await eventually(clock, async () => expect(await reader.read('long')).toEqual(entries(1, 5)));
    writer.append('long', entries(6, 6));
    const reading = follow(reader, 'long', 4);
    await eventually(clock, () => expect(reading.seqs()).toEqual([5, 6]));
  });

  test('that nobody comes back to is found elsewhere while it goes on, and followed to its end', async () => {
    const { writer, reader, clock } = await apart();
    for (const runId of ['short', 'long']) {
      await writer.open(runId, 'MEANWHILE');
      writer.append(runId, entries(1, 3));
    }
    writer.close('short', 10_000);
    expect(await writer.read('short')).toEqual(entries(1, 3));
    writer.release('short');
    expect(await writer.read('short')).toBeNull();

    await clock.advance(500);
    await eventually(clock, async () => expect(await reader.read('long')).toEqual(entries(1, 3)));
    expect(await reader.read('short')).toBeNull();
    const reading = follow(reader, 'long');
    await eventually(clock, () => expect(reading.seqs()).toEqual(range(1, 3)));
    writer.append('long', entries(4, 5));
    writer.close('long', 10_000);
    writer.release('long');
    await eventually(clock, () => expect(reading.state()).toBe('ended'));
    expect(reading.seqs()).toEqual(range(1, 5));
  });

  test('that has ended before it is copied is one entry with its end, read like any other', async () => {
    const { links, writer, reader, clock } = await apart();
    await writer.open('run_1', 'LATER');
    writer.append('run_1', entries(1, 3));
    writer.close('run_1', 60_000);
    await eventually(clock, async () => expect(await reader.count(['run_1'])).toBe(1));
    expect(await links[0].run((redis) => redis.xlen(links[0].key('run:run_1')))).toBe(1);
    for (const afterSeq of [0, 2, 3]) {
      const reading = follow(reader, 'run_1', afterSeq);
      await eventually(clock, () => expect(reading.state()).toBe('ended'));
      expect(reading.seqs()).toEqual(range(afterSeq + 1, 3));
    }
  });

  test('is copied at once while somebody listens elsewhere, and every 200 ms while nobody does', async () => {
    const { links, writer, reader, clock } = await apart();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 1));
    await vi.waitFor(async () => expect(await reader.read('run_1')).toEqual(entries(1, 1)));
    // The reader may see what the writer has not heard of yet; answers on one link come in order.
    await links[0].run((redis) => redis.ping());
    for (const seq of [2, 3]) {
      writer.append('run_1', entries(seq, seq));
      await clock.advance(99);
    }
    expect(await reader.read('run_1')).toEqual(entries(1, 1));
    await clock.advance(2);
    await vi.waitFor(async () => expect(await reader.read('run_1')).toEqual(entries(1, 3)));

    const reading = follow(reader, 'run_1');
    await vi.waitFor(() => expect(reading.seqs()).toEqual(range(1, 3)));
    writer.append('run_1', entries(4, 4));
    await eventually(clock, () => expect(reading.seqs()).toEqual(range(1, 4)));
    const heardAt = clock.now();
    for (const seq of [5, 6]) {
      writer.append('run_1', entries(seq, seq));
      await vi.waitFor(() => expect(reading.seqs()).toEqual(range(1, seq)));
    }
    expect(clock.now()).toBe(heardAt);
  });

  test('is copied anew, from the first entry, when Redis has lost everything', async () => {
    const { links, writer, reader, clock } = await apart();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 700));
    const reading = follow(reader, 'run_1');
    await eventually(clock, () => expect(reading.seqs()).toEqual(range(1, 700)));
    await links[0].run(async (redis) => redis.del(...(await redis.keys(links[0].key('run:*')))));
    writer.append('run_1', entries(701, 702));
    await eventually(clock, () => expect(reading.seqs()).toEqual(range(1, 702)));
    expect(await reader.read('run_1')).toEqual(entries(1, 702));
  });

  test('is copied after a run whose end was on its way when a sign of life was due', async () => {
    const { links, reader, clock } = await apart();
    const arrived = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const slow: RedisLink = {
      ...links[0],
      script: (lua) => async (keys, args) => {
        const answer = await links[0].script(lua)(keys, args);
        arrived.resolve();
        await told.promise;
        return answer;
      },
    };
    const writer = instance(slow, clock);
    for (const runId of ['run_1', 'run_2']) {
      await writer.open(runId, 'LATER');
      writer.append(runId, entries(1, 2));
    }
    writer.close('run_1', 60_000);
    await arrived.promise;
    await clock.advance(5_000);
    told.resolve();
    writer.close('run_2', 60_000);
    await eventually(clock, async () => expect(await reader.read('run_2')).toEqual(entries(1, 2)));
  });

  test('is read as it was where it was written, once its copy is whole', async () => {
    const { writer, reader, clock } = await apart();
    const said = [
      { seq: 1, at: 1, event: { kind: 'started' } },
      { seq: 2, at: 2, event: { kind: 'cost', total: 12n, lines: [{ amount: 7n }, { amount: 5n }] } },
      { seq: 3, at: 3, event: { kind: 'textDelta', text: 'a \ud83d\ude00 and half of one: \ud83d' } },
    ];
    await writer.open('run_1', 'LATER');
    writer.append('run_1', said);
    writer.close('run_1', 60_000);
    await eventually(clock, async () => expect(await reader.read('run_1')).toEqual(said));
    expect(await writer.read('run_1')).toEqual(said);
    const reading = follow(writer, 'run_1', 1);
    await vi.waitFor(() => expect(reading.state()).toBe('ended'));
    expect(reading.all()).toEqual(said.slice(1));
  });

  test('leaves the memory of its writer once its copy is whole', async () => {
    const { links, writer, reader, clock } = await apart();
    for (const runId of ['over', 'running']) {
      await writer.open(runId);
      writer.append(runId, entries(1, 3));
    }
    const begun = writer.follow('over', 1, 60_000, new AbortController().signal);
    writer.close('over', 60_000);
    await eventually(clock, async () => {
      for (const runId of ['over', 'running']) expect(await reader.read(runId)).toEqual(entries(1, 3));
      expect(await reader.count(['over'])).toBe(1);
    });
    expect(await writer.read('over')).toEqual(entries(1, 3));
    await links[0].run((redis) => redis.del(links[0].key('run:over'), links[0].key('run:running')));
    await vi.waitFor(async () => expect(await writer.read('over')).toBeNull());
    expect(await writer.read('running')).toEqual(entries(1, 3));
    // Who had come before it left still has it.
    const heard: unknown[] = [];
    for await (const batch of begun) heard.push(...batch);
    expect(heard).toEqual(entries(2, 3));
  });

  test('copies large entries in calls that stay small, to the last one', async () => {
    const { writer, reader, clock } = await apart();
    const page = 'x'.repeat(60_000);
    const large = range(1, 40).map((seq) => ({ seq, at: seq, event: `${seq} ${page}` }));
    await writer.open('run_1');
    writer.append('run_1', large);
    writer.close('run_1', 60_000);
    const reading = follow(reader, 'run_1');
    await eventually(clock, () => expect(reading.state()).toBe('ended'));
    expect(reading.all()).toEqual(large);
  });

  test('lies in Redis sealed: neither what was said nor its usual encodings can be found there', async () => {
    const { links, writer, reader, clock } = await apart();
    const said = 'a secret between us';
    await writer.open('run_1');
    writer.append('run_1', [{ seq: 1, at: 1, event: { kind: 'textDelta', text: said } }]);
    await eventually(clock, async () => expect(await reader.read('run_1')).toHaveLength(1));
    const lying = JSON.stringify(await links[0].run((redis) => redis.xrange(links[0].key('run:run_1'), '-', '+')));
    const bytes = Buffer.from(said);
    for (const form of [said, bytes.toString('hex'), bytes.toString('base64')]) expect(lying).not.toContain(form);
    expect(lying).not.toContain('textDelta');
  });

  test('is found on other instances as soon as it is open', async () => {
    const { writer, reader } = await apart();
    await writer.open('run_1');
    expect(await reader.read('run_1')).toEqual([]);
  });

  test('leaves no key without an end, while it runs and after', async () => {
    const { links, writer, reader, clock } = await apart();
    await writer.open('run_1');
    await writer.open('run_2');
    writer.append('run_1', entries(1, 2));
    writer.append('run_2', entries(1, 2));
    writer.close('run_1', 60_000);
    const reading = follow(reader, 'run_2');
    await eventually(clock, async () => {
      expect(reading.seqs()).toEqual([1, 2]);
      const keys = await links[0].run((redis) => redis.keys(links[0].key('run:*')));
      expect(keys.map((key) => key.slice(links[0].key('').length)).sort()).toEqual([
        'run:run_1',
        'run:run_2',
        'run:run_2:alive',
        'run:run_2:readers',
      ]);
      const ends = await links[0].run((redis) => Promise.all(keys.map((key) => redis.pttl(key))));
      expect(ends.every((ms) => ms > 0)).toBe(true);
    });
    expect(await links[0].run((redis) => redis.pttl(links[0].key('run:run_1')))).toBeLessThanOrEqual(60_000);
  });
});
