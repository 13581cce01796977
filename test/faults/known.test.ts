import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { doors } from './doors.ts';
import { cellsOf } from './house.ts';
import { known } from './known.ts';
import { faults } from './table.ts';

const familyOf = (id: string) => id.replace(/-.*$/, '');

test('every known fault is met in each form it has, with a fallback and without, through every door', () => {
  const met = new Set(
    cellsOf().map(({ fault, mode, withFallback, door }) => [familyOf(fault.id), mode, withFallback, door].join(' ')),
  );
  const missing = Object.entries(known).flatMap(([id, how]) =>
    'tests' in how
      ? []
      : how.forms
          .flatMap((mode) =>
            [true, false].flatMap((fallback) => doors.map((door) => [id, mode, fallback, door].join(' '))),
          )
          .filter((cell) => !met.has(cell)),
  );
  expect(missing).toEqual([]);
});

test('what the matrix cannot meet has tests of its own, which carry its id', async () => {
  for (const [id, how] of Object.entries(known)) {
    if ('forms' in how) continue;
    const text = await readFile(new URL(`../${how.tests}`, import.meta.url), 'utf8');
    expect(text, `${how.tests} meets ${id}`).toMatch(new RegExp(`(test|it)\\(\\s*['"\`]([A-Z]\\d+, )*${id}[,:]`));
  }
});

test('the matrix meets nothing that is not known, and no id twice', () => {
  const ids = faults.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.map(familyOf).filter((id) => !(id in known))).toEqual([]);
});
