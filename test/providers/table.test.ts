import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { providerKinds } from '../../src/providers/catalogue.ts';
import { END, headingsOf, nameOfKind, START, tables } from './evidence.ts';

/** Not what the cells say: that takes the tests they speak of, and is written by npm run providers:table. */
test('README.md has a row for every kind of provider and a column for all that is tested of it', async () => {
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const written = readme.split(START)[1]?.split(END)[0] ?? '';
  const lines = written.split('\n').filter((line) => line.startsWith('|'));
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  const hint = 'npm run providers:table writes it anew';
  const rows = providerKinds.map(nameOfKind);
  for (const [place, columns] of tables.entries()) {
    const table = cells.slice(place * (rows.length + 2), (place + 1) * (rows.length + 2));
    expect(table[0], hint).toEqual(headingsOf(columns));
    expect(
      table.slice(2).map(([kind]) => kind),
      hint,
    ).toEqual(rows);
    for (const row of table) expect(row, hint).toHaveLength(headingsOf(columns).length);
  }
  expect(written, 'a test of a provider had failed').not.toContain('✗');
});
