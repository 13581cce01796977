import { diffOf, type FieldChange } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import type { RouteRule } from './rules.ts';

export interface RouteContent {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly publishedVersion: number | null;
  readonly rules: readonly RouteRule[];
}

/** Field by field into rules and targets, by their places: ["rules", "0", "targets", "1", "timeoutMs"]. */
export function difference(before: RouteContent | null, after: RouteContent): FieldChange[] {
  return diffOf(before && contentOf(before), contentOf(after));
}

/** What a version would change about another one, or about nothing: rules only. */
export function differenceOfRules(before: readonly RouteRule[] | null, after: readonly RouteRule[]): FieldChange[] {
  return diffOf(before && byPlace({ rules: before }), byPlace({ rules: after }));
}

function contentOf({ slug, name, description, publishedVersion, rules }: RouteContent): Json {
  return byPlace({ slug, name, description, publishedVersion, rules });
}

/** Lists as objects keyed by place, because a diff takes a list as one value. */
function byPlace(value: unknown): Json {
  if (value === null || typeof value !== 'object') return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, byPlace(item)]));
}
