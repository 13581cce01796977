import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/**
 * The contract as it is committed: `node src/graphql/print-schema.ts` writes it, `--check` only compares and exits with
 * 1 when the committed one is not current.
 */
const file = new URL('../../schema/schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('schema/schema.graphql is not current: run `npm run generate` and commit what changed.');
  process.exitCode = 1;
}
