import { canonicalJson } from '../../core/json.ts';
import { type Condition, type LeafName, partsOf } from './index.ts';
import type { Range } from './numbers.ts';

/**
 * Whether every call that meets `narrow` surely meets `wide`. Says no when it cannot tell: it compares shapes, ranges
 * and lists, and does not solve.
 */
export function implies(narrow: Condition, wide: Condition): boolean {
  if (canonicalJson(narrow) === canonicalJson(wide)) return !hasChance(narrow);
  if ('any' in narrow) return narrow.any.every((part) => implies(part, wide));
  if ('all' in wide) return wide.all.every((part) => implies(narrow, part));
  if ('any' in wide && wide.any.some((part) => implies(narrow, part))) return true;
  if ('all' in narrow) return narrow.all.some((part) => implies(part, wide));
  if ('not' in narrow && 'not' in wide) return implies(wide.not, narrow.not);
  return within(narrow, wide);
}

/** Whether no call can ever meet it: two of its parts exclude each other. */
export function impossible(condition: Condition): boolean {
  if ('any' in condition) return condition.any.every(impossible);
  if (!('all' in condition)) return false;
  const parts = condition.all;
  return parts.some(impossible) || parts.some((one, place) => parts.slice(place + 1).some((two) => exclude(one, two)));
}

/** Two leaves of one kind, of which the first is the stricter one. */
function within(narrow: Condition, wide: Condition): boolean {
  const [name, [a, b]] = pair(narrow, wide);
  if (name === null) return false;
  if (isRange(a) && isRange(b)) {
    return (a.gte ?? -Infinity) >= (b.gte ?? -Infinity) && (a.lt ?? Infinity) <= (b.lt ?? Infinity);
  }
  return Array.isArray(a) && Array.isArray(b) && a.every((item) => b.includes(item));
}

function exclude(one: Condition, two: Condition): boolean {
  if ('not' in two && implies(one, two.not)) return true;
  if ('not' in one && implies(two, one.not)) return true;
  const [name, [a, b]] = pair(one, two);
  if (name === null) return false;
  if (isRange(a) && isRange(b)) {
    return Math.max(a.gte ?? 0, b.gte ?? 0) >= Math.min(a.lt ?? Infinity, b.lt ?? Infinity);
  }
  if (Array.isArray(a) && Array.isArray(b)) return !a.some((item) => b.includes(item));
  return typeof a === 'boolean' && typeof b === 'boolean' && a !== b;
}

function pair(one: Condition, two: Condition): [LeafName | null, [unknown, unknown]] {
  const name = Object.keys(one)[0] as LeafName;
  if (!(name in two) || partsOf(one).length > 0) return [null, [null, null]];
  return [name, [Reflect.get(one, name), Reflect.get(two, name)]];
}

function isRange(value: unknown): value is Range {
  return value !== null && typeof value === 'object' && ('gte' in value || 'lt' in value);
}

/** Two samples draw apart, so one does not imply the other although they look the same. */
function hasChance(condition: Condition): boolean {
  return 'samplePercent' in condition || partsOf(condition).some(hasChance);
}
