const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS_MS = [7 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];

/**
 * "PT1H30M" -> 5400000. A day is 24 hours, a week seven of them, whatever the clocks of a country do meanwhile.
 * @param iso ISO 8601 without years and months, as the schema's scalar Duration lets through
 */
export function durationMs(iso: string): number {
  const parts = DURATION.exec(iso)?.slice(1);
  if (!parts) throw new RangeError(`not a duration: ${iso}`);
  return parts.reduce((sum, part, place) => sum + Number(part ?? 0) * UNITS_MS[place]!, 0);
}

/** 5400000 -> "PT5400S": the way back, for whole seconds; less is rounded up. */
export function isoDuration(ms: number): string {
  return `PT${Math.ceil(ms / SECOND_MS)}S`;
}
