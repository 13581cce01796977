import { systemClock } from '../../../src/core/runtime.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { systemRuntime } from '../../support/runtime.ts';

/** A process of its own for embedded.test.ts: opens the data folder it is given and counts the rows it has written. */
const [dataDir = '', migrations = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir, migrations }, systemRuntime);
const firstRow = systemClock.now();

for (let written = 0; ; written++) {
  const topic = String(firstRow + written);
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO revision (topic, revision) VALUES ($1, 1)', [topic]);
    await tx.query('UPDATE revision SET revision = 2 WHERE topic = $1', [topic]);
  });
  process.stdout.write(`${topic}\n`);
}
