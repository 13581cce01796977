import { existsSync, readFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLObjectType,
  isAbstractType,
  isUnionType,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import codegen from '../../codegen.ts';
import { schema } from '../../src/graphql/schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');

async function readAll(pattern: string): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob(pattern, { cwd: ROOT })) texts.push(await readFile(resolve(ROOT, file), 'utf8'));
  return texts.join('\n');
}

const operations = parse(await readAll('schema/operations/*.graphql'));

describe('schema.graphql', () => {
  test('is what the code says: run `npm run generate` and review what has changed', () => {
    expect(read('schema/schema.graphql')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  test('breaks nothing that was released, unless the changelog owns up to it', () => {
    const released = 'schema/released.graphql';
    const before = existsSync(resolve(ROOT, released)) ? buildSchema(read(released)) : schema;
    const changelog = read('CHANGELOG.md');
    const breaks = findBreakingChanges(before, schema);
    expect(breaks.map(({ description }) => description).filter((text) => !changelog.includes(text))).toEqual([]);
  });

  test('has exactly one success in every result union', () => {
    const results = Object.values(schema.getTypeMap()).filter(
      (type) => isUnionType(type) && type.name.endsWith('Result'),
    );
    expect(results.length).toBeGreaterThan(0);
    for (const union of results) {
      const members = isUnionType(union) ? union.getTypes() : [];
      const successes = members.filter((member) => !isError(member)).map(({ name }) => name);
      expect([union.name, successes]).toEqual([union.name, [expect.any(String)]]);
    }
  });

  test('lets every change answer with a result union', () => {
    const fields = Object.values(schema.getMutationType()!.getFields());
    expect(fields.filter(({ type }) => !/^\w+Result!$/.test(String(type))).map(({ name }) => name)).toEqual([]);
  });

  test('never gives one field name two shapes within one union, event or error', () => {
    const clashes: string[] = [];
    for (const abstract of Object.values(schema.getTypeMap())) {
      // A Node is asked for its id, and for more only by its type.
      if (!isAbstractType(abstract) || abstract.name === 'Node') continue;
      const shapes = new Map<string, string>();
      for (const member of schema.getPossibleTypes(abstract)) {
        for (const [name, { type }] of Object.entries(member.getFields())) {
          const known = shapes.get(name) ?? String(type);
          shapes.set(name, known);
          if (known !== String(type)) clashes.push(`${abstract.name}: ${name} is ${known} and ${type}`);
        }
      }
    }
    expect(clashes).toEqual([]);
  });
});

describe('operations', () => {
  test('are valid', () => {
    expect(validate(schema, operations).map(({ message }) => message)).toEqual([]);
  });

  test('show every root field', () => {
    const shown = new Set<string>();
    const info = new TypeInfo(schema);
    visit(
      operations,
      visitWithTypeInfo(info, {
        Field: ({ name }) => void shown.add(`${info.getParentType()?.name}.${name.value}`),
      }),
    );
    const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
    const all = roots.flatMap((root) => Object.keys(root.getFields()).map((name) => `${root.name}.${name}`));
    expect(all.filter((name) => !shown.has(name))).toEqual([]);
  });

  test('are each run by a test or an example, or are what the client itself runs', async () => {
    const users = [await readAll('test/**/*.ts'), await readAll('examples/**/*.ts'), await readAll('src/client/*.ts')];
    // As a typed document, or by its name for a helper that reads the file.
    const words = new Set(users.join('\n').match(/\b\w+Document\b|'\w+'/g));
    const names = operations.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? definition.name!.value : [],
    );
    expect(names.filter((name) => !words.has(`${name}Document`) && !words.has(`'${name}'`))).toEqual([]);
  });

  test('are what the typed documents were made of', { timeout: 60_000 }, async () => {
    const files = await generate({ ...codegen, cwd: ROOT, silent: true }, false);
    expect(files.length).toBe(2);
    for (const { filename, content } of files) expect(content).toBe(read(filename));
  });
});

function isError(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Error');
}
