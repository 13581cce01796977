import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfJson, canonicalJson, decodeJson, encodeJson } from '../../src/core/json.ts';

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.bigInt(), fc.constantFrom(null, undefined)),
    fc.date(),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

test('JSON is written as JSON.stringify writes it, with every bigint by its digits', () => {
  const byHand = (item: unknown) =>
    JSON.stringify(item, (_key, one) => (typeof one === 'bigint' ? { $nanos: one.toString() } : one));
  fc.assert(fc.property(value, (item) => encodeJson(item) === byHand(item)));
});

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', minLength: 250, maxLength: 600 }),
  fc.string({ unit: fc.constantFrom(...'a\\"\n\0\x1f\x7f/é–', '🙂', '\ud83d', '\udc00'), maxLength: 600 }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(text, fc.double(), fc.boolean(), fc.constantFrom(null, undefined)),
    fc.array(tie('value')),
    fc.dictionary(text, tie('value')),
  ),
})).value;

test('JSON is as many bytes as it says, without being written', () => {
  const bytes = (item: unknown) => Buffer.byteLength(JSON.stringify(item));
  const long = 'x'.repeat(5_000);
  fc.assert(fc.property(json, (item) => bytesOfJson([item]) === bytes([item])));
  fc.assert(fc.property(json, (item) => bytesOfJson([item, long]) === bytes([item, long])));
});

test('a thing is written as it wants to be, wherever it stands', () => {
  const thing = { hidden: 1n, toJSON: () => ({ shown: 2n }) };
  expect(encodeJson([thing, { thing }])).toBe('[{"shown":{"$nanos":"2"}},{"thing":{"shown":{"$nanos":"2"}}}]');
});

test('what a caller writes comes back as it was, also where it looks like money', () => {
  const theirs = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.constantFrom('12', 'a dozen', 12, null), fc.boolean()),
      fc.array(tie('value')),
      fc.dictionary(fc.constantFrom('$nanos', '$$nanos', '$$$nanos', 'nanos', '$'), tie('value'), {
        noNullPrototype: true,
      }),
    ),
  })).value;
  fc.assert(fc.property(theirs, (item) => void expect(decodeJson(encodeJson(item))).toEqual(item)));
});

test('money beside words that look like it stays money', () => {
  const call = { cost: 12n, arguments: { $nanos: '12' } };
  expect(decodeJson(encodeJson(call))).toEqual(call);
});

test('what was written before such names were kept apart is read as it was meant', () => {
  const written = '{"cost":{"$nanos":"12"},"theirs":[{"$nanos":"a dozen"},{"$nanos":"12","more":1}]}';
  expect(decodeJson(written)).toEqual({ cost: 12n, theirs: [{ $nanos: 'a dozen' }, { $nanos: '12', more: 1 }] });
});

test('what is written stays as it was, and comes back with its bigints', () => {
  const cost = { total: 12n, lines: [{ amount: 7n }, { amount: 5n }], complete: true };
  expect(decodeJson(encodeJson(cost))).toEqual(cost);
  expect(cost).toEqual({ total: 12n, lines: [{ amount: 7n }, { amount: 5n }], complete: true });
});

test('what means the same is the same text, in whatever order it was written, and nothing of it is lost', () => {
  const text = canonicalJson(JSON.parse('{"b":[{"y":1,"x":{"__proto__":2}}],"__proto__":{"$nanos":"3"},"a":null}'));
  expect(text).toBe('{"__proto__":{"$$nanos":"3"},"a":null,"b":[{"x":{"__proto__":2},"y":1}]}');
  expect(canonicalJson({ a: 1n, b: undefined })).toBe('{"a":{"$nanos":"1"}}');
  const byHand = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(byHand);
    if (item === null || typeof item !== 'object') return item;
    const fields = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(fields.map(([name, field]) => [name, byHand(field)]));
  };
  fc.assert(fc.property(value, (item) => canonicalJson(item) === encodeJson(byHand(item))));
});
