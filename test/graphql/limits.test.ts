import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createJsonScan } from '../../src/graphql/body.ts';
import { checkDocument, checkText } from '../../src/graphql/limits.ts';

const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`;
const check = (text: string) => {
  checkText(text);
  checkDocument(parse(text));
};

describe('a document may have', () => {
  test.each([
    ['15 levels', nested(15), nested(16)],
    [
      '30 aliases',
      `{ ${many(15, (n) => `a${n}: __typename`)} x { ${many(15, (n) => `b${n}: __typename`)} } }`,
      `{ x { ${many(31, (n) => `a${n}: __typename`)} } }`,
    ],
    ['20 root fields', `{ ${many(20, (n) => `f${n}`)} }`, `{ ${many(21, (n) => `f${n}`)} }`],
    ['5 directives on a node', `{ a ${many(5, () => '@d')} }`, `{ a ${many(6, () => '@d')} }`],
    ['50 directives', `{ x { ${many(50, () => 'a @d')} } }`, `{ x { ${many(51, () => 'a @d')} } }`],
    ['50 fragments', fragments(50), fragments(51)],
    ['1000 fields', `{ x { ${many(999, () => 'a')} } }`, `{ x { ${many(1000, () => 'a')} } }`],
    ['2000 tokens', `{ x { ${many(900, () => 'a')} } ${many(10, () => 'x(a: 1)')} }`, `{ ${many(2000, () => 'a')} }`],
    [
      '64 brackets in each other',
      `{ a(b: ${'['.repeat(62)}${']'.repeat(62)}) }`,
      `{ a(b: ${'['.repeat(63)}${']'.repeat(63)}) }`,
    ],
    ['5000 lines', `${'\n'.repeat(4999)}{ a }`, `${'\n'.repeat(5000)}{ a }`],
    ['128 Ki characters', `{ a(b: "${'x'.repeat(131_000)}") }`, `{ a(b: "${'x'.repeat(132_000)}") }`],
  ])('%s and no more', (_what, allowed, refused) => {
    expect(() => check(allowed)).not.toThrow();
    expect(() => check(refused)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }) }),
    );
  });

  function fragments(count: number): string {
    return `{ a } ${many(count, (n) => `fragment F${n} on T { a }`)}`;
  }

  test('fields as often as its fragments are spread, however the spreads are stacked', () => {
    const doubling = many(30, (n) => `fragment F${n} on T { x { ...F${n + 1} } y { ...F${n + 1} } }`);
    expect(() => check(`{ ...F0 } ${doubling} fragment F30 on T { a }`)).toThrow('levels of depth');
    const flat = many(12, (n) => `fragment F${n} on T { ...F${n + 1} ...F${n + 1} }`);
    expect(() => check(`{ x { ...F0 } } ${flat} fragment F12 on T { a }`)).toThrow('selected fields');
  });

  test('fragments that spread each other: validation has the words for that', () => {
    expect(() => check('{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }')).not.toThrow();
  });

  test('the introspection query', () => {
    const options = { inputValueDeprecation: true, specifiedByUrl: true, oneOf: true, schemaDescription: true };
    expect(() => check(getIntrospectionQuery(options))).not.toThrow();
  });
});

describe('the scan of a message', () => {
  const scan = (text: string, size = text.length) => {
    const take = createJsonScan();
    for (let at = 0; at < text.length; at += size) take(Buffer.from(text.slice(at, at + size)));
  };

  test('lets in what is large because of its texts', () => {
    expect(() => scan(JSON.stringify({ text: '[{,"\\'.repeat(100_000) }))).not.toThrow();
  });

  test('finds the end of a long text, whatever is escaped in it and wherever it is cut into chunks', () => {
    const long = JSON.stringify(`${'word '.repeat(20)}"${'\\'.repeat(5)}"${'['.repeat(70)}\\`);
    for (let size = 1; size < 300; size++) {
      expect(() => scan(`[${long},${long}]`, size)).not.toThrow();
      expect(() => scan(`[${long},${'['.repeat(65)}`, size)).toThrow('64 deep');
    }
  });

  test('refuses what is deep, or of many values, wherever it is cut into chunks', () => {
    for (const size of [1, 7, 100_000]) {
      expect(() => scan('['.repeat(65), size)).toThrow('64 deep');
      expect(() => scan(`["\\"[[", ${'1,'.repeat(25_001)} 1]`, size)).toThrow('25000 values');
      expect(() => scan(JSON.stringify(['\\"', '"[', '[]'.repeat(99)]), size)).not.toThrow();
    }
  });
});
