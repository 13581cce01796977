/** Names of an enum in core/, some of them with a description for the schema. */
export function enumValues<Name extends string>(
  names: readonly Name[],
  descriptions: Partial<Record<Name, string>>,
): Record<Name, { readonly description?: string }> {
  const values = names.map((name) => [name, name in descriptions ? { description: descriptions[name]! } : {}] as const);
  return Object.fromEntries(values) as Record<Name, { readonly description?: string }>;
}
