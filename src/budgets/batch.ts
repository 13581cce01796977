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
  interface Waiting {
    readonly item: Item;
    resolve(result: Result): void;
    reject(error: unknown): void;
  }
  const queue: Waiting[] = [];
  let running = false;

  const pump = async () => {
    running = true;
    for (await nextTurn(); queue.length > 0; await nextTurn()) {
      const batch = queue.splice(0, most);
      try {
        const results = await run(batch.map(({ item }) => item));
        for (let place = 0; place < batch.length; place++) batch[place]!.resolve(results[place]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
    whenIdle?.();
  };
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!running) void pump();
      }),
  };
}
