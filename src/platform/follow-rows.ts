import { follow } from '../core/abort.ts';
import type { Clock } from '../core/runtime.ts';

/** Rows that are only ever added, each with a greater `seq` than all that could be read before it. */
export interface GrowingRows<Row> {
  /** The oldest rows after `seq`, in order, at most `limit` of them. */
  read(after: bigint, limit: number): Promise<readonly Row[]>;
  seqOf(row: Row): bigint;
  /** Calls back when there may be more; may miss some. @returns how to stop it */
  listen(ring: () => void): () => void;
}

/** How long lost news can hold a row back. */
const LOOK_AGAIN_MS = 2000;
const PAGE = 100;

/** What comes after `after`: first what is there already, then what is added, until `signal` aborts. None twice. */
export async function* followRows<Row>(
  rows: GrowingRows<Row>,
  clock: Clock,
  after: bigint,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  let ring = () => {};
  const silence = rows.listen(() => ring());
  try {
    let last = after;
    while (!signal.aborted) {
      // Listening begins before reading: what is kept in between rings.
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      const page = await rows.read(last, PAGE);
      for (const row of page) {
        last = rows.seqOf(row);
        yield row;
        if (signal.aborted) return;
      }
      if (page.length < PAGE) await waitFor(rung, clock, signal);
    }
  } finally {
    silence();
  }
}

async function waitFor(rung: Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const leave = follow(enough, signal);
  await Promise.race([rung, clock.sleep(LOOK_AGAIN_MS, enough.signal).catch(() => {})]);
  leave();
  enough.abort();
}
