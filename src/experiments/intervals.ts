/** What was measured, and between which values the truth surely enough is. `high` may be Infinity: nobody knows. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How sure: standard deviations of a normal distribution. */
export const SURE_95 = 1.96;
export const SURE_99 = 2.576;

/** Hits among so many; Wilson's interval (1927), which is right for few and for none. @param of > 0 */
export function share(hits: number, of: number, z: number): Estimate {
  const p = hits / of;
  const weight = 1 + z ** 2 / of;
  const middle = (p + z ** 2 / (2 * of)) / weight;
  const reach = (z / weight) * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2));
  return { value: p, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

/** By the central limit theorem: for the hundreds of calls that decide anything, whatever one call's distribution. */
export function mean(value: number, variance: number, of: number, z: number): Estimate {
  if (of < 2) return { value, low: -Infinity, high: Infinity };
  const reach = z * Math.sqrt(variance / of);
  return { value, low: value - reach, high: value + reach };
}

/**
 * Where in a sorted sample to read a quantile and its interval: ranks by the binomial distribution of how many lie below
 * it, so no distribution is assumed.
 * @returns shares of the sample; `high` above 1 when the sample is too small to know
 */
export function quantileRanks(quantile: number, of: number, z: number): Estimate {
  const reach = z * Math.sqrt((quantile * (1 - quantile)) / of);
  return { value: quantile, low: Math.max(0, quantile - reach), high: quantile + reach };
}

/** b - a, its interval put together from theirs: MOVER (Zou and Donner 2008). */
export function difference(a: Estimate, b: Estimate): Estimate {
  const value = b.value - a.value;
  return {
    value,
    low: value - Math.hypot(b.value - b.low, a.high - a.value),
    high: value + Math.hypot(b.high - b.value, a.value - a.low),
  };
}

/**
 * b / a - 1, in percent, for two positive things: MOVER for ratios (Donner and Zou 2012).
 * @returns null when the control is nothing, of which there are no percents
 */
export function change(a: Estimate, b: Estimate): Estimate | null {
  if (a.value <= 0) return null;
  const product = a.value * b.value;
  const bound = (ofB: number, ofA: number, sign: 1 | -1): number => {
    const divisor = ofA * (2 * a.value - ofA);
    const inner = product ** 2 - ofB * (2 * b.value - ofB) * divisor;
    return divisor <= 0 || !Number.isFinite(inner)
      ? sign * Infinity
      : (product + sign * Math.sqrt(Math.max(0, inner))) / divisor;
  };
  const percent = (ratio: number) => 100 * (ratio - 1);
  return {
    value: percent(b.value / a.value),
    low: Math.max(-100, percent(bound(b.low, a.high, -1))),
    high: percent(bound(b.high, a.low, 1)),
  };
}
