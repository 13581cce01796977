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
  readonly tokens: number[];
  next: number;
  margin: number;
  p95: number | null;
}

export function createCalibration(): Calibration {
  const sketches = new LRUCache<string, Sketch>({ max: KINDS });
  // A key that is new on a route is like its neighbours there.
  const namesOf = ({ route, model, apiKeyId }: Kin) => [`${route} ${model} ${apiKeyId}`, `${route} ${model}`];
  const sketchOf = (name: string): Sketch => {
    const known = sketches.get(name);
    if (known) return known;
    const made: Sketch = { tokens: [], next: 0, margin: 1, p95: null };
    sketches.set(name, made);
    return made;
  };

  return {
    observe(kin, outputTokens) {
      for (const name of namesOf(kin)) {
        const sketch = sketchOf(name);
        sketch.tokens[sketch.next] = outputTokens;
        sketch.next = (sketch.next + 1) % WINDOW;
        sketch.margin = Math.max(1, sketch.margin * NARROW);
        sketch.p95 = null;
      }
    },
    overrun(kin) {
      for (const name of namesOf(kin)) {
        const sketch = sketchOf(name);
        sketch.margin = Math.min(WIDEST, sketch.margin * WIDEN);
      }
    },
    likelyOutputTokens(kin) {
      for (const name of namesOf(kin)) {
        const sketch = sketches.get(name);
        if (!sketch || sketch.tokens.length < ENOUGH) continue;
        sketch.p95 ??= sketch.tokens.toSorted((a, b) => a - b)[Math.ceil(sketch.tokens.length * 0.95) - 1]!;
        return Math.ceil(sketch.p95 * sketch.margin);
      }
      return null;
    },
  };
}
