/** The fields that say something: those that are null or undefined are left out. */
export function told<Fields extends object>(
  fields: Fields,
): { readonly [name in keyof Fields]?: NonNullable<Fields[name]> } {
  const said: { [name in keyof Fields]?: NonNullable<Fields[name]> } = {};
  for (const name in fields) {
    const value = fields[name];
    if (value != null) said[name] = value as NonNullable<typeof value>;
  }
  return said;
}
