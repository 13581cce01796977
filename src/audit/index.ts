import type { Happening, NoteOnce } from '../core/happening.ts';
import type { Runtime } from '../core/runtime.ts';
import type { AuditEvent, Prisma } from '../generated/prisma/client.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import { verifyStored } from './chain.ts';
import { CHECKPOINT_MS, writeCheckpoints } from './checkpoint.ts';
import { followEntries } from './follow.ts';
import { createNotes } from './note.ts';
import { keptEntries } from './trim.ts';
import type { Verdict } from './verify.ts';

export { appendAudit } from './append.ts';
export { exportedEntries } from './export.ts';
export type { Verdict } from './verify.ts';

/**
 * What happened, and who did it: one chain of entries per organization. Changes write theirs in their own transaction
 * (`appendAudit`); what changes nothing, but must be known, is written here.
 */
export interface Audit {
  /** In the log when this resolves: for what must not happen unless it is known, like reading content. */
  write(happening: Happening): Promise<void>;
  /** In the log soon; the same thing again within a while is not noted twice. */
  readonly noteOnce: NoteOnce;
  /**
   * Whether the organization's chain is whole, or the part of it that was written in `range` (Unix ms). Reads it all: a
   * million entries take some seconds. The same question asked meanwhile waits for the first's answer.
   */
  verify(organizationId: string, range: { readonly from: number; readonly to: number } | null): Promise<Verdict>;
  /** Entries after `after` (null: from now on), first those that are there, then new ones, until `signal` aborts. */
  follow(
    where: Prisma.AuditEventWhereInput & { readonly organizationId: string },
    after: bigint | null,
    signal: AbortSignal,
  ): AsyncIterable<AuditEvent>;
  /** Its part of retention. */
  readonly kept: ReturnType<typeof keptEntries>;
  close(): Promise<void>;
}

export interface AuditParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  /** Where checkpoints are written outside the database; null: into the log. */
  readonly checkpointFile: string | null;
  readonly runtime: Runtime;
}

export function createAudit({ database, bus, jobs, keyring, checkpointFile, runtime }: AuditParts): Audit {
  const notes = createNotes(database, bus, keyring, runtime);
  const signer = keyring.signer('audit');
  const underWay = new Map<string, Promise<Verdict>>();
  jobs.every('audit checkpoints', CHECKPOINT_MS, (tx) => writeCheckpoints(tx, signer, checkpointFile, runtime));

  return {
    write: notes.write,
    noteOnce: notes.noteOnce,
    verify(organizationId, range) {
      const question = JSON.stringify([organizationId, range]);
      const running =
        underWay.get(question) ??
        verifyStored(database, keyring, checkpointFile, organizationId, range).finally(() => underWay.delete(question));
      underWay.set(question, running);
      return running;
    },
    follow: (where, after, signal) => followEntries(database, bus, runtime.clock, where, after, signal),
    kept: keptEntries(signer, runtime),
    close: notes.close,
  };
}
