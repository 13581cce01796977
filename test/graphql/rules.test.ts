import { isObjectType, isUnionType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
const rootFields = roots.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));

interface FieldOptions {
  readonly authScopes?: object;
}

test.each(rootFields)('$type.name.$field.name says who may use it', ({ field }) => {
  const options = field.extensions.pothosOptions as FieldOptions | undefined;
  // `node` is made by the relay plugin, which keeps its options elsewhere; its types have rules of their own.
  if (field.name === 'node') return;
  expect(Object.keys(options?.authScopes ?? {}).length).toBeGreaterThan(0);
});

test('every type that `node` can find has a rule of its own', () => {
  const node = schema.getType('Node');
  const found = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.getInterfaces().some((one) => one === node),
  );
  expect(found.length).toBeGreaterThan(5);
  for (const type of found) {
    const options = type.extensions.pothosOptions as FieldOptions | undefined;
    expect({ type: type.name, rule: Boolean(options?.authScopes) }).toEqual({ type: type.name, rule: true });
  }
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
