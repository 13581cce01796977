import type { Runtime } from '../core/runtime.ts';

/** A bounded queue in front of a table: what is added is written soon, together with its neighbours. */
export interface BatchWriter<Rows> {
  /** Never waits and never throws. @param rows makes the rows; when it throws, this record is lost and no other */
  add(id: string, rows: () => Rows): void;
  /** Resolves when everything added so far is written. @throws what `insert` threw; nothing is lost by that */
  flush(): Promise<void>;
  /** Share of the queue in use, 0..1. */
  pressure(): number;
  /** Writes what is left, for at most 5 s, and logs what could not be written. */
  close(): Promise<void>;
}

export interface BatchWriterOptions<Rows> {
  /** What a record is called in the log: `request`. */
  readonly name: string;
  /** What a record counts for in the queue; left out, every one counts 1. */
  readonly weightOf?: (rows: Rows) => number;
  /** The weight at which the pressure is 1. A record of weight 1 is some 2 kB, so 20,000 of them are 40 MB. */
  readonly queue?: number;
}

/** How long a record waits for company. */
const GATHER_MS = 100;
/** One transaction: large enough to be cheap, small enough not to hold the embedded database's one connection. */
const BATCH = 500;
const QUEUE = 20_000;
/** Room above the queue's bound, for what was already under way. */
const RESERVE_SHARE = 0.25;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
const CLOSE_LIMIT_MS = 5_000;

/**
 * ```
 *   add -> queue -> (after GATHER_MS, or as soon as there are BATCH) -> insert -> gone from the queue
 *            ^                                                            |
 *            +------------- stays, tried again with back-off -------------+ it throws
 * ```
 * One batch is under way at a time, so rows are written in the order in which they came.
 * @param insert writes all it can and names the rows it refuses; may be given rows that it has written before
 */
export function createBatchWriter<Rows extends object>(
  insert: (rows: readonly Rows[], onRefused: (id: string, error: unknown) => void) => Promise<void>,
  { name, weightOf = () => 1, queue: bound = QUEUE }: BatchWriterOptions<Rows>,
  runtime: Runtime,
): BatchWriter<Rows> {
  const { clock, log } = runtime;
  const queue: { readonly id: string; readonly rows: Rows; readonly weight: number }[] = [];
  let weight = 0;
  let added = 0;
  let flushers: { readonly upTo: number; resolve(): void; reject(error: unknown): void }[] = [];
  let failures = 0;
  let writing = false;
  let unplan: (() => void) | null = null;
  let closed = false;

  const lose = (id: string, error: unknown) =>
    log.error({ [`${name}Id`]: id, err: error }, `a ${name} record was lost`);

  const writeAfter = (ms: number) => {
    unplan ??= clock.after(ms, writeNow);
  };
  const writeNow = () => {
    unplan?.();
    unplan = null;
    if (!writing) void write();
  };

  async function write(): Promise<void> {
    writing = true;
    try {
      do await writeBatch();
      while (queue.length >= BATCH || (queue.length > 0 && flushers.length > 0));
    } catch (error) {
      failures++;
      if (failures === 1) log.warn({ err: error }, `${name} records cannot be written now; they are kept`);
      for (const { reject } of flushers.splice(0)) reject(error);
    }
    writing = false;
    if (queue.length > 0) writeAfter(failures > 0 ? backOff(failures) : GATHER_MS);
  }

  async function writeBatch(): Promise<void> {
    const batch = queue.slice(0, BATCH);
    await insert(
      batch.map(({ rows }) => rows),
      lose,
    );
    queue.splice(0, batch.length);
    for (const written of batch) weight -= written.weight;
    if (failures > 0) log.info({ failures }, `${name} records are being written again`);
    failures = 0;
    const written = added - queue.length;
    for (const { upTo, resolve } of flushers) if (upTo <= written) resolve();
    flushers = flushers.filter(({ upTo }) => upTo > written);
  }

  const flush = async (): Promise<void> => {
    if (queue.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      flushers.push({ upTo: added, resolve, reject });
      writeNow();
    });
  };

  return {
    add(id, rows) {
      try {
        if (closed) throw new Error('it came after the end');
        if (weight >= bound * (1 + RESERVE_SHARE)) throw new Error('the queue is full');
        const made = rows();
        queue.push({ id, rows: made, weight: weightOf(made) });
        weight += queue.at(-1)!.weight;
      } catch (error) {
        return lose(id, error);
      }
      added++;
      if (queue.length >= BATCH && failures === 0) writeNow();
      else if (!writing) writeAfter(GATHER_MS);
    },
    flush,
    pressure: () => Math.min(1, weight / bound),
    async close() {
      const end = clock.monotonic() + CLOSE_LIMIT_MS;
      while (queue.length > 0) {
        try {
          await flush();
        } catch (error) {
          if (clock.monotonic() < end) {
            await clock.sleep(FIRST_RETRY_MS);
            continue;
          }
          for (const { id } of queue.splice(0)) lose(id, error);
          weight = 0;
        }
      }
      closed = true;
      unplan?.();
    },
  };
}

function backOff(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}
