import { existsSync } from 'node:fs';
import { hostileFigures } from './hostile.ts';
import { redactionFigures } from './redaction.ts';

/**
 * `npm run security`: figures that are promises. Each part is a function that answers with lines; a line that misses
 * its goal makes the run fail.
 */

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly reached: boolean;
}

const parts: Readonly<Record<string, () => readonly Figure[]>> = {
  'Redaction on public data': redactionFigures,
  'Patterns on hostile input': hostileFigures,
};

if (process.argv[1] === import.meta.filename) {
  let missed = 0;
  for (const [title, figures] of Object.entries(parts)) {
    console.log(`\n${title}`);
    for (const { name, value, goal, reached } of figures()) {
      console.log(`  ${reached ? 'ok  ' : 'MISS'} ${name.padEnd(58)} ${value.padStart(16)}   goal ${goal}`);
      if (!reached) missed++;
    }
  }
  if (!existsSync('../shared/data')) console.log('\nThe public data are not here, so their figures are left out.');
  process.exitCode = missed === 0 ? 0 : 1;
}
