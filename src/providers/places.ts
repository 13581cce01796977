import { fieldsOf } from '../core/json.ts';

/** What is done with something that stands at a place. */
export type Visitor<Into> = (value: unknown, into: Into) => void;

/** Places in what a provider sends, as one tree: a piece is walked once, however many they are. */
export interface Places<Into> {
  readonly visitors: Visitor<Into>[];
  readonly inside: { readonly name: string; readonly places: Places<Into> }[];
}

/** @param wanted places by names of fields with dots between, `*` for every element of a list */
export function placesOf<Into>(wanted: Iterable<readonly [at: string, Visitor<Into>]>): Places<Into> {
  const root = noPlaces<Into>();
  for (const [at, visitor] of wanted) at.split('.').reduce(placesIn, root).visitors.push(visitor);
  return root;
}

function placesIn<Into>({ inside }: Places<Into>, name: string): Places<Into> {
  const known = inside.find((inner) => inner.name === name);
  if (known) return known.places;
  const places = noPlaces<Into>();
  inside.push({ name, places });
  return places;
}

function noPlaces<Into>(): Places<Into> {
  return { visitors: [], inside: [] };
}

/** Shows all that stands at the places, and is not null, to their visitors. */
export function visit<Into>(value: unknown, { visitors, inside }: Places<Into>, into: Into): void {
  if (value == null) return;
  for (const see of visitors) see(value, into);
  for (const { name, places } of inside) {
    if (name !== '*') visit(fieldsOf(value)[name], places, into);
    else if (Array.isArray(value)) for (const element of value) visit(element, places, into);
  }
}
