import { z } from 'zod';
import type { Caller, Scope } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import {
  type ExportFormat,
  type ExportKind,
  type ExportLine,
  type ExportQuestion,
  exportFormats,
  exportKinds,
} from '../core/export.ts';
import { canonicalJson } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKeyNeeded } from '../core/plain-text.ts';
import { NotFoundProblem, UnavailableProblem, ValidationProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { DataKeys } from '../platform/data-keys.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import { writer } from './format.ts';
import {
  chunkOf,
  countExports,
  type ExportRow,
  endExport,
  exportById,
  insertExport,
  removeExports,
  takeUpResting,
  writeChunk,
} from './store.ts';

/** What there is to write out, from the rooms that have it; the pages of one source have lines of one kind. */
export type ExportSources = Readonly<
  Record<ExportKind, (organizationId: string, question: ExportQuestion) => AsyncIterable<readonly ExportLine[]>>
>;

/**
 * Writes things out as files that can be downloaded for a day: sealed, each with a key of its own that goes with it. An
 * export is made by the process that was asked; when that dies, another one begins again.
 */
export interface Exports {
  /** @returns at once, with the work begun @throws ForbiddenProblem, ValidationProblem, IdempotencyConflictProblem */
  start(caller: Caller, input: ExportStartInput): Promise<ExportBegun>;
  /** @throws ForbiddenProblem, NotFoundProblem; UnavailableProblem while it is not finished */
  read(caller: Caller, id: string): Promise<ExportFile>;
  /** Its part of an erasure: copies may hold anybody's words. */
  readonly copies: {
    readonly name: string;
    count(tx: Transaction, organizationId: string): Promise<number>;
    forget(tx: Transaction, organizationId: string): Promise<number>;
  };
  close(): Promise<void>;
}

export { subjectAccess } from './subject-access.ts';

export interface ExportBegun {
  readonly exportId: string;
  readonly change: ChangeReceipt;
}

export interface ExportFile {
  readonly filename: string;
  readonly mimeType: string;
  /** In order, each a stretch of the file. */
  pieces(): AsyncIterable<Buffer>;
}

const startInput = z.object({
  what: z.enum(exportKinds),
  format: z.enum(exportFormats),
  question: z.custom<ExportQuestion>(),
  idempotencyKey: idempotencyKeyNeeded,
});
export type ExportStartInput = z.input<typeof startInput>;

/** What one must be allowed to see anyway. */
const needed: Readonly<Record<ExportKind, readonly Scope[]>> = {
  REQUESTS: ['USAGE_READ'],
  USAGE: ['USAGE_READ'],
  AUDIT: ['AUDIT_READ'],
  SCORES: ['USAGE_READ'],
  SUBJECT_ACCESS: ['USAGE_READ', 'CONTENT_READ', 'FILES_READ'],
};

const EXPIRES_MS = 24 * 60 * 60 * 1000;
const SWEEP_MS = 30_000;
const RESUME_MS = 10_000;
/** An export that nobody has worked on for so long has lost its process. */
const SILENCE_MS = 30_000;
/** One that loses its process each time is given up. */
const MOST_BEGINNINGS = 5;
const GIVEN_UP = `It lost its process ${MOST_BEGINNINGS} times. Ask for a shorter range.`;
/** Of a chunk before it is sealed, unless one page alone has more. */
const CHUNK_CHARACTERS = 1_000_000;
/** Where lines come slowly a chunk is written sooner, so that nobody takes the export for lost. */
const CHUNK_MS = SILENCE_MS / 3;

export interface ExportsNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly dataKeys: DataKeys;
  readonly runtime: Runtime;
  readonly sources: ExportSources;
  /** So that reading one is known. */
  readonly audit: (caller: Caller, exportId: string) => Promise<void>;
}

export function createExports(needs: ExportsNeeds): Exports {
  const { database, changes, jobs, keyring, dataKeys, runtime, sources, audit } = needs;
  const { clock, ids, log } = runtime;
  const underWay = new Set<Promise<void>>();
  let closed = false;
  const ownerOf = (id: string) => keyring.hash('export', id);
  const questionPlace = (organizationId: string, id: string) => `export ${organizationId} ${id}`;
  const chunkPlace = (organizationId: string, id: string, number: number) =>
    `${questionPlace(organizationId, id)} ${number}`;

  async function make(row: ExportRow): Promise<void> {
    const { id, organizationId, what, format, question } = row;
    const asked = JSON.parse(keyring.open(question, questionPlace(organizationId, id))) as ExportQuestion;
    const write = writer(format);
    const own = await dataKeys.keyring(organizationId, ownerOf(id));
    let [number, text, rows, since] = [0, '', 0, clock.now()];
    const full = () => text.length >= CHUNK_CHARACTERS || clock.now() - since >= CHUNK_MS;
    const put = async (): Promise<boolean> => {
      const sealed = own.seal(text, chunkPlace(organizationId, id, number));
      const chunk = { number, sealed, rows, bytes: Buffer.byteLength(text) };
      const kept = await database.transaction((tx) => writeChunk(tx, row, chunk, new Date(clock.now())));
      [number, text, rows, since] = [number + 1, '', 0, clock.now()];
      return kept && !closed;
    };
    for await (const lines of sources[what](organizationId, asked)) {
      text += write(lines);
      rows += lines.length;
      if (full() && !(await put())) return;
    }
    if (await put()) await endExport(database, row, null, new Date(clock.now()));
  }

  function begin(row: ExportRow): void {
    if (closed) return;
    const work = make(row)
      .catch(async (error: unknown) => {
        // What cannot be reached now is begun again when it has rested for a while.
        if (closed || error instanceof UnavailableProblem) return;
        log.error({ err: error, export: row.id }, 'an export broke');
        await fail(row, 'It broke off; the log says why.').catch(() => {});
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  const fail = (row: ExportRow, why: string) => endExport(database, row, why, new Date(clock.now()));

  async function remove(tx: Transaction, which: Parameters<typeof removeExports>[1]): Promise<number> {
    const gone = await removeExports(tx, which);
    for (const { id, organizationId } of gone) await dataKeys.shred(tx, organizationId, [ownerOf(id)]);
    return gone.length;
  }

  jobs.every('exports.resume', RESUME_MS, async (tx) => {
    const now = clock.now();
    for (const row of await takeUpResting(tx, new Date(now - SILENCE_MS), new Date(now))) {
      if (row.begun <= MOST_BEGINNINGS) begin(row);
      else await endExport(tx, row, GIVEN_UP, new Date(now));
    }
  });
  jobs.every('exports.expire', SWEEP_MS, async (tx) => {
    await remove(tx, { expiredAt: new Date(clock.now()), batch: 50 });
  });

  return {
    async start(caller, given) {
      const { what, format, question, idempotencyKey } = parse(startInput, given);
      demand(caller, needed[what]);
      if ((what === 'SUBJECT_ACCESS') !== (question.subject !== null)) {
        throw ValidationProblem.at(
          'subject',
          'SUBJECT',
          'A subject is named for SUBJECT_ACCESS, and for nothing else.',
        );
      }
      if (what === 'SUBJECT_ACCESS' && format === 'CSV') {
        throw ValidationProblem.at('format', 'FORMAT', 'What is known of somebody is no table: ask for JSONL.');
      }
      if (question.scope !== null && what !== 'REQUESTS' && what !== 'USAGE') {
        throw ValidationProblem.at('scope', 'SCOPE', 'A scope is named for REQUESTS and USAGE, and for nothing else.');
      }
      const { organizationId, apiKeyId } = caller;
      const id = ids.next('xpo');
      const createdAt = new Date(clock.now());
      const row: ExportRow = {
        ...{ id, organizationId, what, format, createdAt },
        question: keyring.seal(JSON.stringify(question), questionPlace(organizationId, id)),
        status: 'RUNNING',
        begun: 1,
        createdBy: apiKeyId,
        expiresAt: new Date(createdAt.getTime() + EXPIRES_MS),
      };
      const questionHash = keyring.hash('export-question', canonicalJson([organizationId, question])).toString('hex');
      const change = await changes.make(
        `exports:${organizationId}`,
        async (tx) => {
          await insertExport(tx, row);
          return {
            organizationId,
            actor: actorOf(caller),
            action: 'export.start',
            resourceType: 'ExportJob',
            resourceId: id,
            diff: diffOf(null, { what, format }),
          };
        },
        idempotencyOf(caller, 'exportStart', { idempotencyKey, what, format, questionHash }),
      );
      if (!change.replayed) begin(row);
      return { exportId: change.resourceId, change };
    },
    async read(caller, id) {
      const { organizationId } = caller;
      const row = await exportById(database, organizationId, id, new Date(clock.now()));
      if (!row) throw new NotFoundProblem('ExportJob', id);
      demand(caller, needed[row.what]);
      if (row.status !== 'SUCCEEDED') throw new UnavailableProblem('export', 'The export is not finished.');
      await audit(caller, id);
      return {
        filename: `${row.what.toLowerCase().replace('_', '-')}-${id}.${row.format.toLowerCase()}`,
        mimeType: mimeTypes[row.format],
        async *pieces() {
          const own = await dataKeys.known(organizationId, ownerOf(id));
          for (let number = 0; own; number++) {
            const sealed = await chunkOf(database, id, number);
            if (!sealed) return;
            yield own.openBytes(sealed, chunkPlace(organizationId, id, number));
          }
        },
      };
    },
    copies: {
      name: 'exports',
      count: countExports,
      forget: (tx, organizationId) => remove(tx, { organizationId }),
    },
    async close() {
      closed = true;
      await Promise.all(underWay);
    },
  };
}

const mimeTypes: Readonly<Record<ExportFormat, string>> = {
  JSONL: 'application/jsonl; charset=utf-8',
  CSV: 'text/csv; charset=utf-8',
};
