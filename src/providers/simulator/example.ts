import { bounded, TookTooLong } from '../../core/bounded.ts';
import type { Json } from '../../core/json.ts';
import { type Chance, pick } from './chance.ts';
import { textMatching } from './pattern.ts';

/**
 * A value that a JSON Schema accepts. Knows types, enum, const, ranges, lengths, patterns, the usual formats, nested
 * objects and arrays, unions, allOf and references; a given default or example is taken first. Recursion ends by
 * leaving out what is optional. Null where none is found in a moment: references may double at each step.
 */
export function exampleOf(schema: Schema, chance: Chance): Json {
  try {
    return bounded(EXAMPLE_MS, () => make(schema, { root: schema, chance, depth: 0, name: 'value' }));
  } catch (error) {
    if (error instanceof TookTooLong || error instanceof RangeError) return null;
    throw error;
  }
}

const EXAMPLE_MS = 250;
/** Elements and characters, whatever the schema wants at least. */
const MOST = 10_000;

export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly $ref?: string;
  readonly anyOf?: readonly Definition[];
  readonly oneOf?: readonly Definition[];
  readonly allOf?: readonly Definition[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Definition;
  readonly items?: Definition | readonly Definition[];
  readonly prefixItems?: readonly Definition[];
  readonly additionalItems?: Definition;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** `true` accepts anything. */
type Definition = Schema | boolean;

interface Place {
  readonly root: Schema;
  readonly chance: Chance;
  readonly depth: number;
  /** The property this value is for: it makes better words. */
  readonly name: string;
}

const MAX_OPTIONAL_DEPTH = 3;

function make(definition: Definition | undefined, place: Place): Json {
  const schema = resolved(definition, place.root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return pick(schema.enum, place.chance);
  const given = schema.default ?? schema.examples?.[0];
  if (given !== undefined && given !== null) return given;
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice?.length) {
    const { anyOf: _anyOf, oneOf: _oneOf, ...shared } = schema;
    return make(merged([shared, preferred(choice, place.root)]), place);
  }
  switch (typeOf(schema)) {
    case 'object':
      return object(schema, place);
    case 'array':
      return array(schema, place);
    case 'integer':
      return number(schema, place.chance, true);
    case 'number':
      return number(schema, place.chance, false);
    case 'boolean':
      return place.chance() < 0.5;
    case 'null':
      return null;
    default:
      return text(schema, place);
  }
}

/** References followed, allOf folded in. `true` accepts anything. */
function resolved(definition: Definition | undefined, root: Schema): Schema {
  if (definition === undefined || typeof definition === 'boolean') return { type: 'string' };
  if (definition.$ref !== undefined) {
    const { $ref, ...siblings } = definition;
    return resolved(merged([target($ref, root), siblings]), root);
  }
  if (!definition.allOf) return definition;
  const { allOf, ...rest } = definition;
  return resolved(merged([rest, ...allOf.map((part) => resolved(part, root))]), root);
}

/** `#/$defs/Name` and the like, within the same document. */
function target(reference: string, root: Schema): Schema {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  let found: unknown = root;
  for (const step of steps) {
    const key = decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~');
    found = (found as Record<string, unknown> | undefined)?.[key];
  }
  return found !== null && typeof found === 'object' ? (found as Schema) : { type: 'string' };
}

function merged(schemas: readonly Schema[]): Schema {
  const properties = Object.assign({}, ...schemas.map((schema) => schema.properties ?? {}));
  const required = schemas.flatMap((schema) => schema.required ?? []);
  return {
    ...Object.assign({}, ...schemas),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

/** Something to say rather than null, and never the branch that leads back to where we are. */
function preferred(choice: readonly Definition[], root: Schema): Schema {
  const branches = choice.map((definition) => ({ definition, schema: resolved(definition, root) }));
  const plain = branches.find(
    ({ definition }) => typeof definition === 'object' && !definition.$ref && !isNull(definition),
  );
  return (plain ?? branches.find(({ schema }) => !isNull(schema)) ?? branches[0])?.schema ?? {};
}

function isNull({ type }: Schema): boolean {
  return type === 'null';
}

function typeOf(schema: Schema): string {
  if (typeof schema.type === 'string') return schema.type;
  if (schema.type) return schema.type.find((type) => type !== 'null') ?? 'null';
  if (schema.properties || schema.required) return 'object';
  return schema.items ? 'array' : 'string';
}

function object(schema: Schema, place: Place): Json {
  const required = new Set(schema.required ?? []);
  const known = Object.entries(schema.properties ?? {});
  const wanted = known.filter(([name]) => required.has(name) || place.depth < MAX_OPTIONAL_DEPTH);
  const unknown = [...required].filter((name) => !known.some(([other]) => other === name));
  return Object.fromEntries([
    ...wanted.map(([name, property]) => [name, make(property, { ...place, depth: place.depth + 1, name })]),
    ...unknown.map((name) => [name, make(additional(schema), { ...place, depth: place.depth + 1, name })]),
  ]);
}

function additional({ additionalProperties }: Schema): Definition | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function array(schema: Schema, place: Place): Json {
  const inner = { ...place, depth: place.depth + 1 };
  const tuple =
    (schema as { prefixItems?: Definition[] }).prefixItems ?? (Array.isArray(schema.items) ? schema.items : []);
  const least = Math.min(schema.minItems ?? 0, MOST);
  const length = Math.min(
    Math.max(least, tuple.length, place.depth < MAX_OPTIONAL_DEPTH ? 1 : 0),
    schema.maxItems ?? Infinity,
  );
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  return Array.from({ length }, (_, index) => {
    const value = make(tuple[index] ?? rest, inner);
    // Unlike its neighbours, where that is asked for.
    return schema.uniqueItems && typeof value === 'string' && index > 0 ? `${value}-${index}` : value;
  });
}

function number(schema: Schema, chance: Chance, whole: boolean): number {
  const step = schema.multipleOf ?? (whole ? 1 : 0.5);
  const low = Math.max(schema.minimum ?? -Infinity, (schema.exclusiveMinimum ?? -Infinity) + step / 2);
  const high = Math.min(schema.maximum ?? Infinity, (schema.exclusiveMaximum ?? Infinity) - step / 2);
  const from = Number.isFinite(low) ? low : Math.min(1, high);
  const first = Math.ceil(from / step);
  const last = Math.min(Math.floor(high / step), first + 40);
  if (last < first) return from;
  return Number(((first + Math.floor(chance() * (last - first + 1))) * step).toPrecision(12));
}

function text(schema: Schema, { chance, name }: Place): string {
  if (schema.pattern) return textMatching(schema.pattern, chance);
  const formatted = schema.format && formats[schema.format];
  if (formatted) return formatted;
  const word = `${pick(words, chance)} ${name.replace(/[_-]+/g, ' ')}`;
  const padded = word.padEnd(Math.min(schema.minLength ?? 0, MOST), ' and more');
  return schema.maxLength === undefined ? padded : padded.slice(0, schema.maxLength);
}

const words = ['quiet', 'early', 'northern', 'plain', 'second', 'bright'] as const;

const formats: Readonly<Record<string, string>> = {
  date: '2026-03-01',
  time: '12:00:00Z',
  'date-time': '2026-03-01T12:00:00Z',
  duration: 'PT30M',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/page',
  'uri-reference': '/page',
  uuid: '3f0c7d52-9a64-4d0e-8f3a-1b2c3d4e5f60',
};
