import { fieldsOf } from '../core/json.ts';

/** @param path names of fields, `*` for every element of a list. @returns all that stands there, and is not null */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const found: unknown[] = [];
  collect(value, path, 0, found);
  return found;
}

function collect(value: unknown, path: readonly string[], depth: number, found: unknown[]): void {
  if (value == null) return;
  const name = path[depth];
  if (name === undefined) found.push(value);
  else if (name !== '*') collect(fieldsOf(value)[name], path, depth + 1, found);
  else if (Array.isArray(value)) for (const element of value) collect(element, path, depth + 1, found);
}
