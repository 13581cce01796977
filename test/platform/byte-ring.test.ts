import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteRing } from '../../src/platform/byte-ring.ts';

const SIZE = 100;

/** What comes, as a text or as room for bytes, and whether it goes by itself; what goes is the oldest. */
const steps = fc.array(
  fc.oneof(
    fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 20 }), forgotten: fc.boolean() }),
    fc.record({ room: fc.nat(SIZE + 1), forgotten: fc.boolean() }),
    fc.constant('goes' as const),
  ),
  { minLength: 50, maxLength: 200 },
);

test('what was put into a ring stays as it is until it goes, wherever the ring begins', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const ring = createByteRing(SIZE);
      const held: { bytes: Buffer; was: Buffer }[] = [];
      for (const [place, step] of taken.entries()) {
        if (step === 'goes') {
          const gone = held.shift();
          if (gone) ring.drop(gone.bytes);
        } else {
          const bytes = 'text' in step ? ring.put(step.text) : ring.room(step.room).fill(place);
          if ('text' in step) expect(bytes.toString()).toBe(step.text.toWellFormed());
          else expect(bytes.length).toBe(step.room);
          if (!step.forgotten) held.push({ bytes, was: Buffer.from(bytes) });
        }
        for (const { bytes, was } of held) expect(bytes.equals(was)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test('memory is used again, also where some was never given back', () => {
  const ring = createByteRing(SIZE);
  const memory = ring.room(1).buffer;
  for (let turn = 0; turn < 1000; turn++) {
    const [first, second] = [ring.put('ten bytes.'), ring.room(37)];
    expect([first.buffer, second.buffer]).toEqual([memory, memory]);
    if (turn % 3 === 0) ring.room(5);
    ring.drop(first);
    ring.drop(second);
  }
});

test('an empty ring has room for as much as it is large', () => {
  const ring = createByteRing(SIZE);
  const [first, second] = [ring.room(30), ring.room(30)];
  ring.drop(first);
  ring.drop(second);
  expect(ring.room(SIZE).buffer).toBe(first.buffer);
});

test('what does not fit has memory of its own, which nobody gets when it is given back', () => {
  const ring = createByteRing(SIZE);
  const first = ring.room(60);
  for (const large of [ring.put('x'.repeat(SIZE)), ring.room(SIZE), ring.room(41)]) {
    expect(large.buffer).not.toBe(first.buffer);
    ring.drop(large);
  }
  const second = ring.room(40);
  expect(second.buffer).toBe(first.buffer);
  expect(second.byteOffset).toBe(60);
});

test('what does not fit takes no more memory than it has bytes', () => {
  const ring = createByteRing(0);
  for (const large of [ring.put('häuser'), ring.room(7)]) expect(large.buffer.byteLength).toBe(7);
});
