import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type LogEntry, LostRun, type RunLog } from '../../src/platform/runlog/runlog.ts';
import type { ShelfBounds } from '../../src/platform/runlog/shelf.ts';
import type { ManualClock } from '../support/manual-clock.ts';

/** The instance that drives the runs, and one that reads them: the same one or another. */
export interface RunLogPair {
  readonly writer: RunLog;
  readonly reader: RunLog;
  readonly clock: ManualClock;
}

const KEEP_MS = 60_000;
const IDLE_MS = 15_000;

export function runLogContract(open: (bounds?: ShelfBounds) => Promise<RunLogPair>): void {
  test('tells readers what comes, in order and without gaps, from wherever they begin, and ends with the run', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 3));
    const readers = [follow(reader, 'run_1'), follow(reader, 'run_1', 2), follow(reader, 'run_1', 4)] as const;
    await eventually(clock, () => expect(readers.map(({ seqs }) => seqs())).toEqual([[1, 2, 3], [3], []]));
    writer.append('run_1', entries(4, 4));
    writer.append('run_1', entries(5, 7));
    await eventually(clock, () => expect(readers.map(({ seqs }) => seqs().at(-1))).toEqual([7, 7, 7]));
    writer.append('run_1', entries(8, 8));
    writer.close('run_1', KEEP_MS);
    await eventually(clock, () => expect(readers.map(({ state }) => state())).toEqual(['ended', 'ended', 'ended']));
    expect(readers.map(({ seqs }) => seqs())).toEqual([range(1, 8), range(3, 8), range(5, 8)]);
    expect(readers[0].all()).toEqual(entries(1, 8));
    expect(readers.map(({ silences }) => silences())).toEqual([0, 0, 0]);
  });

  test('keeps bigints, times and all kinds of text as they were', async () => {
    const { writer, reader, clock } = await open();
    const event = {
      kind: 'finished',
      nanos: 12345678901234567890n,
      text: 'größer ✓ \u0000\n"',
      list: [null, true, 1.5],
    };
    await writer.open('run_1');
    writer.append('run_1', [{ seq: 1, at: 1767225600123, event }]);
    await eventually(clock, async () =>
      expect(await reader.read('run_1')).toEqual([{ seq: 1, at: 1767225600123, event }]),
    );
  });

  test('replays a finished run, in large batches, also when its length is that of a page', async () => {
    const { writer, reader, clock } = await open();
    for (const length of [0, 1, 199, 200, 499, 500, 501, 1000]) {
      const runId = `run_${length}`;
      await writer.open(runId);
      writer.append(runId, entries(1, length));
      writer.close(runId, KEEP_MS);
      await eventually(clock, async () => expect(await reader.read(runId)).toHaveLength(length));
      const late = follow(reader, runId);
      await eventually(clock, () => expect(late.state()).toBe('ended'));
      expect(late.seqs()).toEqual(range(1, length));
      expect(late.batches()).toBeLessThanOrEqual(6);
    }
  });

  test('ends for a reader that begins at or beyond the end', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 2));
    const early = follow(reader, 'run_1', 9);
    writer.close('run_1', KEEP_MS);
    await eventually(clock, () => expect(early.state()).toBe('ended'));
    const late = [follow(reader, 'run_1', 2), follow(reader, 'run_1', 9)];
    await eventually(clock, () => expect(late.map(({ state }) => state())).toEqual(['ended', 'ended']));
    expect([early, ...late].map(({ seqs }) => seqs())).toEqual([[], [], []]);
  });

  test('loses, repeats and reorders nothing, whatever the batches and wherever readers leave and come back', async () => {
    const { writer, reader, clock } = await open();
    let count = 0;
    const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
    const property = fc.asyncProperty(
      sizes,
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
      async (sizes, stays) => {
        const runId = `random_${count++}`;
        await writer.open(runId);
        const seen: number[] = [];
        const readAll = async () => {
          for (const stay of [...stays, Number.POSITIVE_INFINITY]) {
            const leave = new AbortController();
            let read = 0;
            for await (const batch of reader.follow(runId, seen.length, IDLE_MS, leave.signal)) {
              seen.push(...batch.map(({ seq }) => seq));
              read += batch.length;
              if (read >= stay) leave.abort();
            }
            if (!leave.signal.aborted) return;
          }
        };
        const reading = readAll();
        let length = 0;
        for (const size of sizes) {
          writer.append(runId, entries(length + 1, length + size));
          length += size;
          await clock.advance(1);
        }
        writer.close(runId, KEEP_MS);
        let over = false;
        void reading.then(() => {
          over = true;
        });
        await eventually(clock, () => expect(over).toBe(true));
        expect(seen).toEqual(range(1, length));
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  test('shows with empty batches that the reading is alive', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    const idle = follow(reader, 'run_1');
    for (let count = 1; count <= 3; count++) {
      await clock.advance(IDLE_MS);
      await vi.waitFor(() => expect(idle.batches()).toBe(count));
    }
    expect(idle.seqs()).toEqual([]);
  });

  test('counts silence from the last batch on', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    const reading = follow(reader, 'run_1');
    await clock.advance(0.8 * IDLE_MS);
    writer.append('run_1', entries(1, 1));
    await vi.waitFor(() => expect(reading.seqs()).toEqual([1]));
    await clock.advance(0.8 * IDLE_MS);
    expect(reading.silences()).toBe(0);
    await clock.advance(0.3 * IDLE_MS);
    await vi.waitFor(() => expect(reading.silences()).toBe(1));
  });

  test('lets a reader go at once when its signal aborts, and leaves no listener on the signal', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    const signal = new AbortController();
    const readers = Array.from({ length: 30 }, () => follow(reader, 'run_1', 0, signal));
    await eventually(clock, async () => expect(await writer.followers('run_1')).toBe(30));
    signal.abort();
    await vi.waitFor(() => expect(readers.every(({ state }) => state() === 'ended')).toBe(true));
    expect(getEventListeners(signal.signal, 'abort')).toEqual([]);
    await vi.waitFor(async () => expect(await writer.followers('run_1')).toBe(0));
    const late = follow(reader, 'run_1', 0, signal);
    await vi.waitFor(() => expect(late.state()).toBe('ended'));
  });

  test('counts who follows, and lets go of who has read to the end', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    expect(await writer.followers('run_1')).toBe(0);
    const signal = new AbortController();
    const distant = follow(reader, 'run_1', 0, signal);
    const near = follow(writer, 'run_1', 0, signal);
    await eventually(clock, async () => expect(await writer.followers('run_1')).toBe(2));
    writer.append('run_1', entries(1, 1)); // a sign of life, which tells the others who reads here
    await eventually(clock, async () => expect(await reader.followers('run_1')).toBe(2));
    writer.close('run_1', KEEP_MS);
    await eventually(clock, () => expect([distant.state(), near.state()]).toEqual(['ended', 'ended']));
    expect(getEventListeners(signal.signal, 'abort')).toEqual([]);
    await eventually(clock, async () => expect(await writer.followers('run_1')).toBe(0));
  });

  test('answers LostRun, or null, for a run it does not know', async () => {
    const { writer, reader } = await open();
    const nobody = follow(reader, 'run_1');
    await vi.waitFor(() => expect(nobody.state()).toBeInstanceOf(LostRun));
    expect(await reader.read('run_1')).toBeNull();
    expect(await reader.followers('run_1')).toBe(0);
    expect(() => writer.append('run_1', entries(1, 1))).toThrow(LostRun);
  });

  test('forgets a finished run when its time is over', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    writer.append('run_1', entries(1, 2));
    writer.close('run_1', 50);
    writer.close('run_1', KEEP_MS);
    await vi.waitFor(async () => {
      const last = follow(reader, 'run_1');
      await vi.waitFor(() => expect(last.state()).not.toBe('reading'), { timeout: 100 });
    });
    await clock.advance(51);
    await vi.waitFor(async () => expect(await reader.read('run_1')).toBeNull());
    const late = follow(reader, 'run_1');
    await vi.waitFor(() => expect(late.state()).toBeInstanceOf(LostRun));
  });

  test('forgets closed runs before their time when it is told to, and no running ones', async () => {
    const { writer, reader, clock } = await open();
    for (const runId of ['run_1', 'run_2', 'run_3']) {
      await writer.open(runId);
      writer.append(runId, entries(1, 2));
    }
    for (const runId of ['run_1', 'run_2']) writer.close(runId, KEEP_MS);
    const all = ['run_1', 'run_2', 'run_3', 'run_unknown'];
    await eventually(clock, async () => expect(await reader.count(all)).toBe(2));
    expect(await writer.forget(['run_1', 'run_3', 'run_unknown'])).toBe(1);
    expect(await writer.count(all)).toBe(1);
    expect(await writer.read('run_1')).toBeNull();
    await eventually(clock, async () => expect(await reader.read('run_1')).toBeNull());
    expect([await writer.read('run_2'), await writer.read('run_3')]).toEqual([entries(1, 2), entries(1, 2)]);
  });

  test('takes only entries that continue the log, and none after the end', async () => {
    const { writer } = await open();
    await writer.open('run_1');
    await expect(writer.open('run_1')).rejects.toThrow('opened once');
    writer.append('run_1', entries(1, 2));
    for (const wrong of [entries(2, 3), entries(4, 5), [...entries(3, 3), ...entries(5, 5)]]) {
      expect(() => writer.append('run_1', wrong)).toThrow('without gaps');
    }
    writer.append('run_1', entries(3, 3));
    writer.close('run_1', KEEP_MS);
    expect(() => writer.append('run_1', entries(4, 4))).toThrow('after its end');
    expect(await writer.read('run_1')).toEqual(entries(1, 3));
  });

  test('refuses to grow beyond its bounds, adds nothing then, and can still be closed', async () => {
    const { writer, reader, clock } = await open({ runs: 10, sizeOfClosed: 1000, entriesPerRun: 5, sizePerRun: 1000 });
    await writer.open('run_1');
    writer.append('run_1', entries(1, 4));
    expect(() => writer.append('run_1', entries(5, 6))).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', retryable: false }),
    );
    writer.append('run_1', entries(5, 5));
    await writer.open('run_2');
    const long = { seq: 1, at: 0, event: 'x'.repeat(1000) };
    expect(() => writer.append('run_2', [long])).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    writer.close('run_1', KEEP_MS);
    await eventually(clock, async () => expect(await reader.read('run_1')).toEqual(entries(1, 5)));
  });

  test('makes room by forgetting what was closed first, never a running run', async () => {
    const { writer } = await open({ runs: 3, sizeOfClosed: 1000, entriesPerRun: 5, sizePerRun: 1000 });
    for (const runId of ['running', 'second', 'first']) await writer.open(runId);
    await expect(writer.open('fourth')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    writer.append('first', entries(1, 1));
    writer.close('first', KEEP_MS);
    const reading = follow(writer, 'first');
    writer.close('second', KEEP_MS);
    await writer.open('fourth');
    writer.append('running', entries(1, 1));
    expect(await writer.read('running')).toHaveLength(1);
    await vi.waitFor(() => expect(reading.state()).toBe('ended'));
    expect(reading.seqs()).toEqual([1]);
    await writer.open('fifth');
    await expect(writer.open('sixth')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('ends with LostRun for who still reads here when the log is disposed of', async () => {
    const { writer, reader, clock } = await open();
    await writer.open('run_1');
    const readings = [follow(writer, 'run_1'), follow(reader, 'run_1')];
    await eventually(clock, async () => expect(await writer.followers('run_1')).toBe(2));
    await reader.dispose();
    await writer.dispose();
    await vi.waitFor(() => {
      for (const reading of readings) expect(reading.state()).toBeInstanceOf(LostRun);
    });
  });
}

export interface Reading {
  all(): readonly LogEntry[];
  seqs(): number[];
  batches(): number;
  /** How many of the batches were empty. */
  silences(): number;
  state(): 'reading' | 'ended' | Error;
}

/** Reads in the background until the end, an error, or the end of the test. */
export function follow(log: RunLog, runId: string, afterSeq = 0, controller = new AbortController()): Reading {
  const seen: LogEntry[] = [];
  let batches = 0;
  let silences = 0;
  let state: 'reading' | 'ended' | Error = 'reading';
  const read = async () => {
    for await (const batch of log.follow(runId, afterSeq, IDLE_MS, controller.signal)) {
      batches += 1;
      if (batch.length === 0) silences += 1;
      seen.push(...batch);
    }
    state = 'ended';
  };
  const reading = read().catch((error: Error) => {
    state = error;
  });
  onTestFinished(async () => {
    controller.abort();
    await reading;
  });
  return {
    all: () => seen,
    seqs: () => seen.map(({ seq }) => seq),
    batches: () => batches,
    silences: () => silences,
    state: () => state,
  };
}

/** Moves the clock on, well below `IDLE_MS` in all, until the check holds: news may be lost and are then looked for. */
export async function eventually(clock: ManualClock, check: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(50);
      await check();
    },
    { timeout: 5000, interval: 5 },
  );
}

export function entries(from: number, to: number): LogEntry[] {
  return range(from, to).map((seq) => ({
    seq,
    at: 1767225600000 + seq,
    event: { kind: 'text', delta: `word ${seq} ` },
  }));
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
