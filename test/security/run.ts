import { existsSync } from 'node:fs';
import { auditFigures } from './attacks-on-audit.ts';
import { documentFigures, pageFigures, socketFigures } from './entrance.ts';
import { heldFigures } from './held.ts';
import { hostileFigures } from './hostile.ts';
import { outgoingFigures } from './outgoing.ts';
import { redactionFigures } from './redaction.ts';

/**
 * `npm run security`: figures that are promises. Each part is a function that answers with lines; a line that misses
 * its goal makes the run fail. `npm run security -- sockets` runs the parts whose titles have that word.
 *
 * What else is promised is held by tests, which are run too: see held.ts. A million audit entries (X9) are verified by
 * `npm run bench:audit`.
 */

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly reached: boolean;
}

const parts: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  'Redaction on public data': redactionFigures,
  'Patterns on hostile input (X11)': hostileFigures,
  'Hostile documents (X2)': documentFigures,
  'Abuse of WebSockets (X3)': socketFigures,
  'Pages of others, and what scanners look for (X1)': pageFigures,
  'Ways out to the inside (X5)': outgoingFigures,
  'Attacks on the audit log (X9)': auditFigures,
  'Held by tests (X4, X6, X7, X8, X10)': heldFigures,
};

if (process.argv[1] === import.meta.filename) {
  let missed = 0;
  const [word = ''] = process.argv.slice(2);
  for (const [title, figures] of Object.entries(parts)) {
    if (!title.toLowerCase().includes(word.toLowerCase())) continue;
    console.log(`\n${title}`);
    for (const { name, value, goal, reached } of await figures()) {
      console.log(`  ${reached ? 'ok  ' : 'MISS'} ${name.padEnd(72)} ${value.padStart(16)}   goal ${goal}`);
      if (!reached) missed++;
    }
  }
  if (!existsSync('../shared/data')) console.log('\nThe public data are not here, so their figures are left out.');
  process.exitCode = missed === 0 ? 0 : 1;
}
