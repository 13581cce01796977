/** Which type an id's prefix names, so that `node(id:)` needs nothing but the id as it stands in a log. */
const typenames = new Map<string, string>();

/** Rooms say it beside the type: `nodeIds('rte', 'Route')`. @throws Error when another type has the prefix */
export function nodeIds(prefix: string, typename: string): void {
  if (typenames.has(prefix)) throw new Error(`Ids of ${typename} and ${typenames.get(prefix)} begin with ${prefix}_.`);
  typenames.set(prefix, typename);
}

export function prefixOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('_')));
}

/**
 * An id without a known prefix names nothing, and is answered like one that does not exist: some type is asked for it,
 * and has none.
 */
export function typenameOf(id: string): string {
  const [anyType = ''] = typenames.values();
  return typenames.get(prefixOf(id)) ?? anyType;
}
