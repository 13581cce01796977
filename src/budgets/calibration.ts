import { LRUCache } from 'lru-cache';

/** How long answers are, by what was seen: the p95 for a route, a model and a key, from the last `WINDOW` answers. */
export interface Calibration {
  observe(kin: Kin, outputTokens: number): void;
  /** More was billed than had been held: for a while these quotes are taken larger. */
  overrun(kin: Kin): void;
  /** Null while fewer than `ENOUGH` answers of its kind were seen. */
  likelyOutputTokens(kin: Kin): number | null;
}

/** What makes answers alike. */
export interface Kin {
  /** Route slug, '' when a model was named. */
  readonly route: string;
  readonly model: string;
  readonly apiKeyId: string;
}

/** An answer of the past. */
export interface SeenLength extends Kin {
  readonly outputTokens: number;
}

const WINDOW = 200;
/** The 95th of a hundred needs some twenty to mean anything. */
const ENOUGH = 20;
const KINDS = 10_000;
const WIDEN = 1.25;
const WIDEST = 4;
/** After an overrun the margin is gone again after some 70 honest answers. */
const NARROW = 0.99;

interface Sketch {
  /** In the order in which they were seen, from `next` on the oldest. */
  readonly tokens: number[];
  readonly sorted: number[];
  next: number;
  margin: number;
}

export function createCalibration(): Calibration {
  const sketches = new LRUCache<string, Sketch>({ max: KINDS });
  const sketchOf = (name: string): Sketch => {
    const known = sketches.get(name);
    if (known) return known;
    const made: Sketch = { tokens: [], sorted: [], next: 0, margin: 1 };
    sketches.set(name, made);
    return made;
  };

  return {
    observe(kin, outputTokens) {
      observe(sketchOf(nameOf(kin)), outputTokens);
      observe(sketchOf(neighboursOf(kin)), outputTokens);
    },
    overrun(kin) {
      widen(sketchOf(nameOf(kin)));
      widen(sketchOf(neighboursOf(kin)));
    },
    // A key that is new on a route is like its neighbours there.
    likelyOutputTokens: (kin) => likely(sketches.get(nameOf(kin))) ?? likely(sketches.get(neighboursOf(kin))),
  };
}

function nameOf({ route, model, apiKeyId }: Kin): string {
  return `${route} ${model} ${apiKeyId}`;
}

function neighboursOf({ route, model }: Kin): string {
  return `${route} ${model}`;
}

function observe(sketch: Sketch, outputTokens: number): void {
  const { tokens, sorted, next } = sketch;
  const oldest = tokens[next];
  if (oldest !== undefined) sorted.splice(placeIn(sorted, oldest), 1);
  sorted.splice(placeIn(sorted, outputTokens), 0, outputTokens);
  tokens[next] = outputTokens;
  sketch.next = (next + 1) % WINDOW;
  sketch.margin = Math.max(1, sketch.margin * NARROW);
}

function widen(sketch: Sketch): void {
  sketch.margin = Math.min(WIDEST, sketch.margin * WIDEN);
}

function likely(sketch: Sketch | undefined): number | null {
  if (!sketch || sketch.sorted.length < ENOUGH) return null;
  const p95 = sketch.sorted[Math.ceil(sketch.sorted.length * 0.95) - 1]!;
  return Math.ceil(p95 * sketch.margin);
}

/** Of the first that is no less, by halving. */
function placeIn(sorted: readonly number[], tokens: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < tokens) low = middle + 1;
    else high = middle;
  }
  return low;
}
