import type { Caller } from '../core/caller.ts';
import type { ChangeReceipt } from '../core/change.ts';
import type { ErasureSubject } from '../core/erasure.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import { filesAbout } from './erasable.ts';
import type { FileCreateInput, FileLimitSaveInput } from './inputs.ts';
import { type FileLimits, within } from './limits.ts';
import { type FileContent, readFiles } from './read.ts';
import { type FileChanged, fileWrites } from './save.ts';
import { type FileRow, type FileSelection, fileOf, filesOf, keptBytes, limitsOf, removeExpired } from './store.ts';

export { erasableFiles } from './erasable.ts';
export type { FileCreateInput, FileLimitSaveInput } from './inputs.ts';
export type { FileLimits } from './limits.ts';
export type { FileContent } from './read.ts';
export type { FileChanged } from './save.ts';
export type { FileRow, FileSelection } from './store.ts';

/**
 * What messages may carry without sending it each time: bytes under an id, sealed, for as long as they are wanted.
 *
 * Every door is confined to an organization; another one's file is NotFoundProblem, like one past its `expiresAt`.
 * Every write is audited, and throws IdempotencyConflictProblem for a key used before with another input.
 */
export interface Files {
  /**
   * Keeps bytes that are given, or fetched from a URL.
   * @throws ValidationProblem for a type or size over the limit, naming it, and for a type that is not the bytes' own
   * When `signal` aborts while they are fetched, nothing is kept.
   */
  create(caller: Caller, input: FileCreateInput, signal: AbortSignal): Promise<FileChanged>;
  delete(caller: Caller, id: string): Promise<FileChanged>;
  /** What is known of one, but for its bytes. @throws NotFoundProblem */
  file(organizationId: string, id: string): Promise<FileRow>;
  list(organizationId: string, selection: FileSelection): Promise<readonly FileRow[]>;
  /** By id. One read of the metadata and one per file. @throws NotFoundProblem, ValidationProblem; see read.ts */
  read(organizationId: string, ids: readonly string[]): Promise<ReadonlyMap<string, FileContent>>;
  /** The ids of those kept about somebody, or made with a key. */
  about(organizationId: string, subject: ErasureSubject): Promise<readonly string[]>;
  /** What the organization may keep: the stricter of the deployment's and its own. */
  limits(organizationId: string): Promise<FileLimits>;
  usedBytes(organizationId: string): Promise<number>;
  /** Replaces the organization's own limits. @throws ValidationProblem for what is laxer than the deployment's */
  limitSave(caller: Caller, input: FileLimitSaveInput): Promise<ChangeReceipt>;
  /** Removes files whose time has come; comes round by itself every minute. @returns how many */
  sweep(): Promise<number>;
}

export interface FilesNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly egress: { readonly fetch: typeof fetch };
  readonly runtime: Runtime;
  readonly deployment: FileLimits;
}

const SWEEP_EVERY_MS = 60_000;
/** A turn of a job should be short: rows with their content of up to 20 MB each. */
const SWEEP_BATCH = 50;

export function createFiles(needs: FilesNeeds): Files {
  const { database, jobs, keyring, runtime, deployment } = needs;
  const limits = async (organizationId: string) => within(deployment, await limitsOf(database, organizationId));
  jobs.every('files.expire', SWEEP_EVERY_MS, async (tx) => {
    await removeExpired(tx, new Date(runtime.clock.now()), SWEEP_BATCH);
  });
  return {
    ...fileWrites({ ...needs, limits }),
    read: readFiles(database, keyring, runtime.clock),
    about: (organizationId, subject) => filesAbout(database, organizationId, subject, new Date(runtime.clock.now())),
    async file(organizationId, id) {
      const row = await fileOf(database, organizationId, id, new Date(runtime.clock.now()));
      if (!row) throw new NotFoundProblem('StoredFile', id);
      return row;
    },
    list: (organizationId, selection) => filesOf(database, organizationId, selection, new Date(runtime.clock.now())),
    limits,
    usedBytes: (organizationId) => keptBytes(database, organizationId),
    async sweep() {
      let gone = 0;
      for (;;) {
        const some = await removeExpired(database, new Date(runtime.clock.now()), SWEEP_BATCH);
        gone += some;
        if (some < SWEEP_BATCH) return gone;
      }
    },
  };
}
