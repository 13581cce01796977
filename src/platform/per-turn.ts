/**
 * Gathers what comes in one turn of the event loop and does all of it at once, without waiting for what was gathered
 * before: nobody waits longer for company than for the turn to end.
 * @param most items of one `run`; more of them are several
 * @param run answers in the order of its items; when it rejects, so does each of them
 */
export function perTurn<Item, Result>(
  most: number,
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    resolve(result: Result): void;
    reject(error: unknown): void;
  }
  let gathered: Waiting[] = [];

  const begin = async (waiting: readonly Waiting[]) => {
    try {
      const results = await run(waiting.map(({ item }) => item));
      for (let place = 0; place < waiting.length; place++) waiting[place]!.resolve(results[place]!);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  };
  const beginAll = () => {
    const all = gathered;
    gathered = [];
    for (let from = 0; from < all.length; from += most) void begin(all.slice(from, from + most));
  };
  return (item) =>
    new Promise((resolve, reject) => {
      if (gathered.length === 0) setImmediate(beginAll);
      gathered.push({ item, resolve, reject });
    });
}
