import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';

/** Operations made from the schema: one for each root field, with as little or as much of it as is wanted. */

export interface RootField {
  readonly root: 'Query' | 'Mutation' | 'Subscription';
  readonly field: GraphQLField<unknown, unknown>;
}

export const rootFields: readonly RootField[] = (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) =>
  Object.values((schema.getType(root) as GraphQLObjectType).getFields()).map((field) => ({ root, field })),
);

export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What to put where an id is wanted; anything for everything else. */
export interface Fill {
  readonly id: string;
}

/** The field, its arguments as few as it lets, and `__typename` of what it gives. */
export function smallest({ root, field }: RootField, fill: Fill = { id: 'x' }, everyId = false): Asked {
  return asked(root, field, `{ __typename ${forbidden(field)} ${idOf(field)} }`, fill, everyId);
}

/** The field with all that it leads to without further arguments, `depth` levels down. */
export function deep({ root, field }: RootField, depth: number, fill: Fill = { id: 'x' }): Asked {
  return asked(root, field, selection(field.type, depth), fill, false);
}

/** A thing by its id, with all that it leads to. */
export function deepNode(typename: string, depth: number, { id }: Fill): Asked {
  const type = schema.getType(typename) as GraphQLObjectType;
  const query = `query ($id: ID!) { node(id: $id) { __typename ... on ${typename} ${selection(type, depth)} } }`;
  return { query, variables: { id } };
}

/** Whether anything that it takes is an id, or the name of something. */
export function takesIds({ field }: RootField): boolean {
  return field.args.some(({ type }) => mentionsId(type, new Set()));
}

function mentionsId(type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type);
  if (named.name === 'ID') return true;
  if (!isInputObjectType(named) || seen.has(named.name)) return false;
  seen.add(named.name);
  return Object.values(named.getFields()).some((field) => mentionsId(field.type, seen));
}

function asked(
  root: string,
  field: GraphQLField<unknown, unknown>,
  selected: string,
  fill: Fill,
  everyId: boolean,
): Asked {
  const given = field.args.filter(
    ({ name, type }) => isNonNullType(type) || name === 'first' || (everyId && mentionsId(type, new Set())),
  );
  const variables = Object.fromEntries(given.map(({ name, type }) => [name, inputFor(type, fill, everyId, 0)]));
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const leaf = isLeafType(getNamedType(field.type));
  const query = `${root.toLowerCase()}${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`} ${leaf ? '' : selected} }`;
  return { query, variables };
}

let keys = 0;

function inputFor(type: GraphQLInputType, fill: Fill, everyId: boolean, depth: number): unknown {
  if (isNonNullType(type)) return inputFor(type.ofType, fill, everyId, depth);
  if (isListType(type)) return [inputFor(type.ofType, fill, everyId, depth)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    // Conditions hold conditions: somewhere it has to end.
    const ids = (field: { readonly type: GraphQLInputType }) =>
      everyId && depth < 3 && mentionsId(field.type, new Set());
    const plain = fields.find((field) => isLeafType(getNamedType(field.type))) ?? fields[0]!;
    const wanted = type.isOneOf
      ? [fields.find(ids) ?? plain]
      : fields.filter((field) => isNonNullType(field.type) || (field.name !== 'idempotencyKey' && ids(field)));
    return Object.fromEntries(
      wanted.map(({ name, type: wantedType }) => {
        // Two calls under one key would be one.
        return [name, name === 'idempotencyKey' ? `key ${++keys}` : inputFor(wantedType, fill, everyId, depth + 1)];
      }),
    );
  }
  switch (type.name) {
    case 'ID':
      return fill.id;
    case 'Int':
    case 'SafeInt':
    case 'Float':
      return 5;
    case 'BigInt':
    case 'Decimal':
      return '5';
    case 'Boolean':
      return true;
    case 'DateTime':
      return '2026-01-01T00:00:00.000Z';
    case 'Duration':
      return 'P1D';
    case 'JSON':
      return {};
    default:
      return 'x';
  }
}

function forbidden(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  const may = isUnionType(type) && type.getTypes().some(({ name }) => name === 'ForbiddenError');
  return may ? '... on ForbiddenError { missingScopes }' : '';
}

function idOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  return isObjectType(type) && 'id' in type.getFields() ? 'id' : '';
}

/** All that a type leads to without further arguments, `depth` levels down. */
export function selection(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isAbstractType(named)) {
    // Members of one union never give one field name two shapes; of Node they do, so that is asked for type by type.
    const members = schema.getPossibleTypes(named).filter(({ name }) => named.name !== 'Node' && !/Error$/.test(name));
    return `{ __typename ${members.map((member) => `... on ${member.name} ${selection(member, depth)}`).join(' ')} }`;
  }
  const fields = Object.values((named as GraphQLObjectType).getFields()).flatMap((field) => {
    if (field.args.some(({ type: argument, name }) => isNonNullType(argument) && name !== 'first')) return [];
    const inner = getNamedType(field.type);
    if (!isLeafType(inner) && depth <= 0) return [];
    const page = field.args.some(({ name }) => name === 'first') ? '(first: 3)' : '';
    return [`${field.name}${page} ${selection(field.type, depth - 1)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}
