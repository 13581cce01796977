import { isKeepable } from '../core/plain-text.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { placeOf } from './save.ts';
import { sealedOf, sizesOf } from './store.ts';

export interface FileContent {
  readonly filename: string;
  readonly mimeType: string;
  readonly base64: string;
}

/** What one call may carry of stored files: it is all in memory while the call runs. */
const MAX_BYTES_AT_ONCE = 64 * 1024 * 1024;

/**
 * The content of files by their ids.
 * @throws NotFoundProblem for an id that is no file of the organization, or none any more
 * @throws ValidationProblem when they are more at once than one call may carry
 */
export function readFiles(database: Database, keyring: Keyring, clock: Clock) {
  return async (organizationId: string, ids: readonly string[]): Promise<ReadonlyMap<string, FileContent>> => {
    const wanted = [...new Set(ids)];
    // PostgreSQL cannot be asked for others.
    const known = await sizesOf(database, organizationId, wanted.filter(isKeepable), new Date(clock.now()));
    const missing = wanted.find((id) => !known.some((file) => file.id === id));
    if (missing !== undefined) throw new NotFoundProblem('StoredFile', missing);
    const total = known.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total > MAX_BYTES_AT_ONCE) {
      const message = `The files of one call may have ${MAX_BYTES_AT_ONCE} bytes together; these have ${total}.`;
      throw ValidationProblem.at('messages', 'FILES_TOO_LARGE', `${message} Name fewer of them, or smaller ones.`);
    }
    const contents = new Map<string, FileContent>();
    for (const { id, filename, mimeType } of known) {
      const sealed = await sealedOf(database, organizationId, id);
      if (!sealed) throw new NotFoundProblem('StoredFile', id);
      const base64 = keyring.openBytes(sealed, placeOf(organizationId, id)).toString('base64');
      contents.set(id, { filename, mimeType, base64 });
    }
    return contents;
  };
}
