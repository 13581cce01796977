import { z } from 'zod';
import type { Json } from '../../core/json.ts';

/** Of a body that was JSON, anything is: to look through the schemas of thirty tools took half a millisecond. */
export const json = z.custom<Json>((value) => value !== undefined);
export const jsonObject = z.record(z.string(), json);

/** One mistake in a body, and where. */
export interface Mistake {
  /** `messages`, 0, `content` */
  readonly path: readonly (string | number)[];
  readonly kind: 'missing' | 'unknown' | 'type' | 'value';
  /** For people: what was expected, without its place. */
  readonly message: string;
}

/** The value, or the first mistake in it: where the kinds of a union differ, the one that got furthest. */
export function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> | Mistake[] {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  return result.error.issues.map((issue) => mistakeOf(deepest(issue, []), body));
}

type Issue = z.core.$ZodIssue;
type Placed = Issue & { readonly at: readonly PropertyKey[] };

function deepest(issue: Issue, above: readonly PropertyKey[]): Placed {
  const at = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return { ...issue, at };
  const inner = issue.errors.flatMap((issues) => (issues[0] ? [deepest(issues[0], at)] : []));
  const far = inner.filter((one) => one.at.length > at.length).sort((a, b) => b.at.length - a.at.length)[0];
  if (far) return far;
  // None of the kinds it may be of: the mistake is the kind.
  const kinds = inner.flatMap((one) => (one.code === 'invalid_type' ? [one.expected] : []));
  if (kinds.length < inner.length || kinds.length === 0) return { ...issue, at };
  return { ...inner[0]!, message: `expected ${[...new Set(kinds)].join(' or ')}` };
}

function mistakeOf(issue: Placed, body: unknown): Mistake {
  const path = issue.at.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return { path: [...path, issue.keys[0]!], kind: 'unknown', message: 'it is not known' };
  }
  const missing = valueAt(body, path) === undefined;
  const kind = missing ? 'missing' : issue.code === 'invalid_type' ? 'type' : 'value';
  return { path, kind, message: issue.message.replace(/^Invalid input: /, '') };
}

function valueAt(body: unknown, path: readonly (string | number)[]): unknown {
  let value = body;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return value;
}
