import { type GraphQLSchema, isObjectType } from 'graphql';

/**
 * Deny by default: a schema with a field that nobody has said a rule for is not built. Every root field has a rule of its
 * own, so whatever lies beneath is behind one; and as `node` finds things by their ids for everybody, so has every type
 * that it can find.
 * @throws Error naming what has none
 */
export function demandRules(schema: GraphQLSchema): GraphQLSchema {
  const without: string[] = [];
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      // The relay plugin keeps the options of `node` elsewhere (schema-builder.ts); its types are looked at below.
      if (field.name !== 'node' && !hasRule(field)) without.push(`${root}.${field.name}`);
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    const isNode = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
    if (isNode && !hasRule(type)) without.push(type.name);
  }
  if (without.length > 0) throw new Error(`No authScopes say who may see ${without.join(', ')}.`);
  return schema;
}

function hasRule({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): boolean {
  const rule = (extensions.pothosOptions as { readonly authScopes?: unknown } | undefined)?.authScopes;
  return typeof rule === 'function' || (typeof rule === 'object' && rule !== null && Object.keys(rule).length > 0);
}
