interface Hostile {
  readonly query: string;
  readonly variables?: unknown;
}

/** Documents and variables made to hurt. None may take the server down, stop it for long, or get more than an error. */
export const hostileDocuments: Readonly<Record<string, Hostile>> = {
  '10,000 aliases': { query: `{ ${many(10_000, (n) => `a${n}: hello`)} }` },
  '10,000 aliases of __typename': { query: `{ ${many(10_000, (n) => `a${n}: __typename`)} }` },
  '600 aliases': { query: `{ ${many(600, (n) => `a${n}: hello`)} }` },
  '1,000 equal fields': { query: `{ tree { ${many(1000, () => 'level')} } }` },
  'equal fields in equal objects': { query: `{ ${many(19, () => `tree { ${many(90, () => 'level')} }`)} }` },
  'depth 1,000': { query: `{ tree ${'{ child '.repeat(1000)}{ level }${'}'.repeat(1000)} }` },
  'depth 20,000': { query: '{a'.repeat(20_000) },
  'list literal 5,000 deep': { query: `{ json(value: ${'['.repeat(5000)}${']'.repeat(5000)}) }` },
  'object literal 5,000 deep': { query: `{ json(value: ${'{a:'.repeat(5000)}1${'}'.repeat(5000)}) }` },
  'type 5,000 deep': { query: `query($a: ${'['.repeat(5000)}Int${']'.repeat(5000)}) { hello }` },
  'fragments that double': {
    query: `{ tree { ...F0 } } ${many(40, (n) => `fragment F${n} on Tree { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on Tree { level }`,
  },
  'a fragment spread 1,900 times': {
    query: `{ tree { ${many(660, () => '...F')} } } fragment F on Tree { level child { level } }`,
  },
  'repeated inline fragments': { query: `{ tree { ${many(380, () => '... on Tree { level }')} } }` },
  'nested inline fragments': { query: `{ tree { ${'... on Tree { '.repeat(100)}level${' }'.repeat(100)} } }` },
  'fragments in a circle': { query: '{ tree { ...A } } fragment A on Tree { ...B } fragment B on Tree { ...A }' },
  'unused fragments': {
    query: `{ hello } ${many(45, (n) => `fragment F${n} on Tree { ${many(30, () => 'level')} }`)}`,
  },
  '10,000 directives': { query: `{ hello ${many(10_000, () => '@skip(if: false)')} }` },
  '600 unknown directives': { query: `{ hello ${many(600, () => '@no')} }` },
  'an operation name of 100 KB': { query: `query ${'a'.repeat(100_000)} { nope }` },
  'a field name of 100 KB': { query: `{ ${'a'.repeat(100_000)} }` },
  'a string of 1 MB': { query: `{ hello(name: "${'x'.repeat(1_000_000)}") }` },
  'a block string of 100,000 lines': { query: `{ hello(name: """${'\n'.repeat(100_000)}""" ) { nope } }` },
  '100 KB of comments': { query: `${'#\n'.repeat(60_000)}{ nope }` },
  '1,900 variables': { query: `query(${many(450, (n) => `$v${n}: Int`)}) { hello }` },
  '300 operations': { query: many(300, (n) => `query Q${n} { hello }`) },
  'a page of pages of pages': {
    query: `{ tree ${'{ children(first: 100) { nodes '.repeat(4)}{ level }${' } }'.repeat(4)} }`,
  },
  'introspection in a circle': {
    query: `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
  },
  'variables 2,000 deep': {
    query: 'query($v: JSON) { json(value: $v) }',
    variables: { v: JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) },
  },
  '500,000 variables': {
    query: 'query($v: JSON) { json(value: $v) }',
    variables: { v: Array.from({ length: 500_000 }, () => 0) },
  },
  'variables that do not fit': { query: 'query($v: Int!) { json(value: $v) }', variables: { v: { __proto__: 1 } } },
  'no document': { query: '' },
  'a null byte': { query: '{ hello\u0000 }' },
};

/** The same ideas in many sizes, from just too large to absurd. */
export function hostileVariants(): Readonly<Record<string, Hostile>> {
  const shapes: Readonly<Record<string, (n: number) => Hostile>> = {
    aliases: (n) => ({ query: `{ ${many(n, (at) => `a${at}: hello`)} }` }),
    'aliases of __typename': (n) => ({ query: `{ ${many(n, (at) => `a${at}: __typename`)} }` }),
    'nested aliases': (n) => ({ query: `{ tree { ${many(n, (at) => `a${at}: child { level }`)} } }` }),
    'levels of selections': (n) => ({ query: `{ tree ${'{ child '.repeat(n)}{ level }${'}'.repeat(n)} }` }),
    'levels of a list': (n) => ({ query: `{ json(value: ${'['.repeat(n)}${']'.repeat(n)}) }` }),
    'levels of an object': (n) => ({ query: `{ json(value: ${'{a:'.repeat(n)}1${'}'.repeat(n)}) }` }),
    directives: (n) => ({ query: `{ hello ${many(n, () => '@include(if: true)')} }` }),
    'unknown directives': (n) => ({ query: `{ hello ${many(n, (at) => `@no${at}`)} }` }),
    'unknown fields': (n) => ({ query: `{ ${many(n + 20, (at) => `no${at}`)} }` }),
    fragments: (n) => ({ query: `{ hello } ${many(n + 20, (at) => `fragment F${at} on Tree { level }`)}` }),
    operations: (n) => ({ query: many(n + 2, (at) => `query Q${at} { hello }`) }),
    'unused variables': (n) => ({ query: `query(${many(n, (at) => `$v${at}: Int`)}) { hello }` }),
    'inline fragments': (n) => ({ query: `{ tree { ${many(n * 6, () => '... on Tree { level }')} } }` }),
    'equal fields': (n) => ({ query: `{ tree { ${many(n * 10, () => 'level')} } }` }),
    // JSON.stringify itself ends at some thousands.
    'levels of variables': (n) => ({
      query: 'query($v: JSON) { json(value: $v) }',
      variables: { v: JSON.parse(`${'['.repeat(Math.min(n, 2500))}${']'.repeat(Math.min(n, 2500))}`) },
    }),
    'pages of pages': (n) => ({
      query: `{ tree ${'{ children(first: 100) { nodes '.repeat(3 + (n % 4))}{ level }${' } }'.repeat(3 + (n % 4))} }`,
    }),
  };
  const sizes = [70, 100, 200, 350, 500, 800, 1200, 2000, 3000, 5000, 8000];
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, make]) => sizes.map((size) => [`${size} ${name}`, make(size)])),
  );
}

function many(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join(' ');
}
