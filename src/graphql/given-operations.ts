import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { ConfigError } from '../config.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { GivenOperation } from '../operations/index.ts';
import { readDocument } from './stored-document.ts';

/**
 * The documents that an operator gives everybody: every `.graphql` file of a folder, each with one named operation and
 * its fragments. A deployment that could not run one of them does not start.
 * @throws ConfigError naming each file that is wrong, and how
 */
export async function readOperations(folder: string, schema: GraphQLSchema): Promise<readonly GivenOperation[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ConfigError([`GLIDEPATH_OPERATIONS cannot be read: ${error instanceof Error ? error.message : error}.`]);
  });
  const operations = new Map<string, GivenOperation>();
  const mistakes: string[] = [];
  for (const file of names.filter((name) => name.endsWith('.graphql')).toSorted()) {
    const document = await readFile(join(folder, file), 'utf8');
    try {
      const operation = { ...readDocument(schema, document), document };
      if (operations.has(operation.name)) mistakes.push(`${file}: another file has an operation ${operation.name}.`);
      operations.set(operation.name, operation);
    } catch (error) {
      if (!(error instanceof ValidationProblem)) throw error;
      mistakes.push(`${file}: ${error.issues.map(({ message }) => message).join(' ')}`);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return [...operations.values()];
}
