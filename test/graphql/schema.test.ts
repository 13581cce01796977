import { readFile } from 'node:fs/promises';
import {
  coerceInputValue,
  type GraphQLInputType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { exampleTabs } from '../../src/graphql/graphiql-tabs.ts';
import { schema } from '../../src/graphql/schema.ts';

const printed = printSchema(lexicographicSortSchema(schema));

test('the committed contract is the one the house keeps (npm run generate)', async () => {
  const committed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(`${printed}\n`).toBe(committed);
});

test('inputs of which one field is to be chosen say so in the contract', () => {
  expect(printed).toContain('input TargetInput @oneOf');
});

test.each(exampleTabs.map(({ query }) => [query.split('\n', 1)[0], query]))(
  'GraphiQL can run "%s"',
  (_title, query) => {
    expect(validate(schema, parse(query!))).toEqual([]);
  },
);

test('every root field says who may use it', () => {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root!.getFields())) {
      const { authScopes } = (field.extensions.pothosOptions ?? {}) as { authScopes?: unknown };
      expect(authScopes, `${root}.${field.name}`).toBeDefined();
    }
  }
});

test.each(['toString', 'constructor', '__proto__'])('%s, which every object has, is no field of an input', (name) => {
  const given = JSON.parse(`{ "temperature": 1, "${name}": null }`);
  expect(() => coerceInputValue(given, schema.getType('SamplingInput') as GraphQLInputType)).toThrow(
    `Field "${name}" is not defined by type "SamplingInput".`,
  );
});
