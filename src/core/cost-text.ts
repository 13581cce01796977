import { encodeJson } from './json.ts';
import type { Cost, CostLine } from './money.ts';
import { oncePer } from './once-per.ts';

/** A cost as `encodeJson` would write it, but for the order of fields. */
export function textOfCost({ totalNanos, complete, lines }: Cost): string {
  return `{"totalNanos":${encodeJson(totalNanos)},"complete":${complete},"lines":${textOfLines(lines)}}`;
}

/** The same lines are those of an attempt, of its call and of what both are remembered by. */
export const textOfLines = oncePer<readonly CostLine[], string>(encodeJson);
