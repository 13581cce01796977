/** Gathers what comes while a statement is under way and does it all with the next one. */
export interface Batch<Item, Result> {
  /** Rejects as the statement does. */
  add(item: Item): Promise<Result>;
  /** True while nothing waits and nothing is under way. */
  idle(): boolean;
}

/**
 * At most one `run` at a time, so a lone item never waits for company and a crowd shares one round trip.
 * @param run answers in the order of its items
 */
export function createBatch<Item, Result>(
  most: number,
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Batch<Item, Result> {
  interface Waiting extends PromiseWithResolvers<Result> {
    readonly item: Item;
  }
  const queue: Waiting[] = [];
  let running = false;

  const pump = async () => {
    running = true;
    while (queue.length > 0) {
      const batch = queue.splice(0, most);
      try {
        const results = await run(batch.map(({ item }) => item));
        for (const [place, { resolve }] of batch.entries()) resolve(results[place]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  };
  return {
    add(item) {
      const waiting = { ...Promise.withResolvers<Result>(), item };
      queue.push(waiting);
      if (!running) void pump();
      return waiting.promise;
    },
    idle: () => !running && queue.length === 0,
  };
}
