/** Steps that mostly have nothing to wait for: then they take no turn of the event loop. */
export type Step = void | Promise<void>;

/** Hears events, in order. Whoever tells them waits where it answers with a promise, and breaks off where it throws. */
export type Tell<Event> = (event: Event) => Step;

/** Does `next` once `step` is done. */
export function after(step: Step, next: () => Step): Step {
  return step ? step.then(next) : next();
}

/** Takes a step for each of the items, one after the other. */
export function inTurn<Item>(items: readonly Item[], take: (item: Item) => Step, from = 0): Step {
  for (let place = from; place < items.length; place++) {
    const step = take(items[place]!);
    if (step) return step.then(() => inTurn(items, take, place + 1));
  }
}

/** When everything that has come in this turn of the event loop has been seen to. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
