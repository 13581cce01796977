import {
  GraphQLID,
  GraphQLInterfaceType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  isObjectType,
  isUnionType,
} from 'graphql';
import { expect, test } from 'vitest';
import { demandRules } from '../../src/graphql/rules.ts';
import { schema } from '../../src/graphql/schema.ts';

test('a schema with a field or a thing that has no rule is not built', () => {
  const id = new GraphQLNonNull(GraphQLID);
  const ruled = { pothosOptions: { authScopes: { anyone: true } } };
  const Node = new GraphQLInterfaceType({ name: 'Node', fields: { id: { type: id } } });
  const Thing = new GraphQLObjectType({ name: 'Thing', interfaces: [Node], fields: { id: { type: id } } });
  const query = (extensions: Record<string, unknown>) =>
    new GraphQLSchema({
      types: [Thing],
      query: new GraphQLObjectType({ name: 'Query', fields: { thing: { type: Thing, extensions } } }),
    });
  expect(() => demandRules(query({}))).toThrow('No authScopes say who may see Query.thing, Thing.');
  expect(() => demandRules(query(ruled))).toThrow('No authScopes say who may see Thing.');
  expect(demandRules(schema)).toBe(schema);
});

test('every mutation answers with a union of one success and problems that share an interface', () => {
  for (const field of Object.values(schema.getMutationType()!.getFields())) {
    const type = 'ofType' in field.type ? field.type.ofType : field.type;
    expect({ field: field.name, union: isUnionType(type) }).toEqual({ field: field.name, union: true });
    if (!isUnionType(type)) continue;
    const successes = type.getTypes().filter((one) => one.getInterfaces().every(({ name }) => name !== 'Error'));
    expect({ field: field.name, successes: successes.length }).toEqual({ field: field.name, successes: 1 });
  }
});

test('money is never a float and never an Int', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (/nanos$/i.test(field.name)) expect(String(field.type)).toMatch(/^BigInt!?$/);
      // What one call may hold fits an Int; what is added up does not.
      if (/tokens$/i.test(field.name) && !/^(context|max|from)/.test(field.name))
        expect(String(field.type)).toMatch(/^SafeInt!?$/);
    }
  }
});
