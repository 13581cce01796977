/** What came is not in the format, or in words of it that nobody here knows. */
export class Strange extends Error {}

/** Nothing said is an empty text. @throws Strange for anything else that is no text */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value == null) return '';
  throw new Strange('a text is something else');
}
