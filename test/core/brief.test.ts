import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BriefMap, BriefSet } from '../../src/core/brief.ts';

/** So many that tables are left several times. */
const steps = fc.array(fc.record({ key: fc.nat(50), comes: fc.boolean() }), { minLength: 300, maxLength: 600 });

test('a brief map says what a Map says, whatever comes and goes', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const [brief, map] = [new BriefMap<number, number>(), new Map<number, number>()];
      for (const [place, { key, comes }] of taken.entries()) {
        if (comes) {
          brief.set(key, place);
          map.set(key, place);
        } else {
          expect(brief.delete(key)).toBe(map.delete(key));
        }
        expect([brief.size, brief.has(key), brief.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
      }
      expect([...brief]).toEqual([...map]);
      expect([...brief.values()]).toEqual([...map.values()]);
      brief.clear();
      expect([brief.size, ...brief]).toEqual([0]);
    }),
  );
});

test('a brief set says what a Set says, whatever comes and goes', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const [brief, set] = [new BriefSet<number>(), new Set<number>()];
      for (const { key, comes } of taken) {
        if (comes) {
          brief.add(key);
          set.add(key);
        } else {
          expect(brief.delete(key)).toBe(set.delete(key));
        }
        expect(brief.size).toBe(set.size);
      }
      expect([...brief]).toEqual([...set]);
      brief.clear();
      expect([brief.size, ...brief]).toEqual([0]);
    }),
  );
});

test('entries that leave while somebody goes through them are not met', () => {
  const brief = new BriefMap<number, number>();
  for (let key = 0; key < 100; key++) brief.set(key, key);
  const met = [];
  for (const [key] of brief) {
    met.push(key);
    for (let next = key; next < key + 10; next++) brief.delete(next);
  }
  expect(met).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test.each([
  ['Map', 'BriefMap'],
  ['Set', 'BriefSet'],
])('what has left does not become old, as it does with a %s', async (plain, brief) => {
  // Each in a process of its own: V8 remembers of a line of code how long its objects live.
  const [grown, grownBriefly] = await Promise.all([grownBy(plain), grownBy(brief)]);
  expect(grownBriefly).toBeLessThan(grown / 2);
});

async function grownBy(kind: string): Promise<number> {
  const churn = fileURLToPath(new URL('churn.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', churn, kind]);
  return Number(stdout);
}
