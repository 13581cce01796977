/**
 * Map and Set for what comes and goes in numbers: calls under way, who listens to them. V8's own keep, in each table that
 * they have outgrown, the entries of then and a pointer to the next table. Once one of these has become old, all that
 * follow it, and whatever was in them, become old too, long after it has been deleted: 16 KB of each call (2026-11-28)
 * were copied twice after its end, and lay there until the next full collection. These leave a table before they have
 * outgrown it, and nothing points from it to the next.
 */
export class BriefMap<Key, Value> {
  #map = new Map<Key, Value>();
  #gone = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  /** Whoever goes through them meanwhile may not see it. */
  set(key: Key, value: Value): void {
    if (outgrown(this.#gone, this.#map.size)) {
      this.#map = new Map(this.#map);
      this.#gone = 0;
    }
    this.#map.set(key, value);
  }

  delete(key: Key): boolean {
    const was = this.#map.delete(key);
    if (was) this.#gone++;
    return was;
  }

  clear(): void {
    this.#map = new Map();
    this.#gone = 0;
  }

  /** In the order in which their keys came. */
  values(): MapIterator<Value> {
    return this.#map.values();
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.#map[Symbol.iterator]();
  }
}

export class BriefSet<Value> {
  readonly #values = new BriefMap<Value, Value>();

  get size(): number {
    return this.#values.size;
  }

  /** Whoever goes through it meanwhile may not see it. */
  add(value: Value): void {
    this.#values.set(value, value);
  }

  delete(value: Value): boolean {
    return this.#values.delete(value);
  }

  clear(): void {
    this.#values.clear();
  }

  /** In the order in which they came. */
  [Symbol.iterator](): MapIterator<Value> {
    return this.#values.values();
  }
}

/** Often enough that few tables follow one another, seldom enough that their copies cost nothing beside what comes and goes. */
function outgrown(gone: number, left: number): boolean {
  return gone >= 16 && gone >= left / 2;
}
