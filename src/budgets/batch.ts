import { nextTurn } from '../core/turns.ts';

/** Gathers what comes while a statement is under way and does it all with the next one. */
export interface Batch<Item, Result> {
  /** Rejects as the statement does. */
  add(item: Item): Promise<Result>;
}

/**
 * At most one `run` at a time, and each begins in a turn of the event loop of its own: a lone item waits for that turn
 * and for no company, while those who were answered together, and come again, share a round trip again. Begun at
 * once, every other one would carry only the first of them.
 * @param run answers in the order of its items
 * @param whenIdle called each time when nothing waits and nothing is under way any more
 */
export function createBatch<Item, Result>(
  most: number,
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  whenIdle?: () => void,
): Batch<Item, Result> {
  interface Company {
    readonly items: Item[];
    readonly results: Promise<readonly Result[]>;
    resolve(results: readonly Result[]): void;
    reject(error: unknown): void;
  }
  const queue: Company[] = [];
  let running = false;

  const gather = (): Company => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Result[]>();
    const company = { items: [], results: promise, resolve, reject };
    queue.push(company);
    return company;
  };
  const pump = async () => {
    running = true;
    for (await nextTurn(); queue.length > 0; await nextTurn()) {
      const { items, resolve, reject } = queue.shift()!;
      await run(items).then(resolve, reject);
    }
    running = false;
    whenIdle?.();
  };
  return {
    add(item) {
      const last = queue.at(-1);
      const { items, results } = last && last.items.length < most ? last : gather();
      const place = items.push(item) - 1;
      if (!running) void pump();
      return results.then((all) => all[place]!);
    },
  };
}
