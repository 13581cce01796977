import { nextTurn } from '../core/turns.ts';

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
  interface Company {
    readonly items: Item[];
    readonly results: Promise<readonly Result[]>;
  }
  let open: Company | null = null;

  const gather = (): Company => {
    const items: Item[] = [];
    const results = nextTurn().then(() => {
      if (open?.items === items) open = null;
      return run(items);
    });
    return { items, results };
  };
  return (item) => {
    if (open === null || open.items.length === most) open = gather();
    const place = open.items.push(item) - 1;
    return open.results.then((results) => results[place]!);
  };
}
