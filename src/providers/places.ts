import { fieldsOf } from '../core/json.ts';

/** @param path names of fields, `*` for every element of a list. @returns all that stands there, and is not null */
export function valuesAt(value: unknown, [name, ...further]: readonly string[]): unknown[] {
  if (value == null) return [];
  if (name === undefined) return [value];
  if (name !== '*') return valuesAt(fieldsOf(value)[name], further);
  return Array.isArray(value) ? value.flatMap((element) => valuesAt(element, further)) : [];
}
