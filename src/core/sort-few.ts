/** Sorts a list of a few in place, as its `sort` would, which prepares for a long one: that takes 800 B and 1 µs. */
export function sortFew<Item>(items: Item[], compare: (a: Item, b: Item) => number): Item[] {
  for (let next = 1; next < items.length; next++) {
    const item = items[next]!;
    let place = next;
    for (; place > 0 && compare(items[place - 1]!, item) > 0; place--) items[place] = items[place - 1]!;
    items[place] = item;
  }
  return items;
}
