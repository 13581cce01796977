import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf, systemActor } from '../core/change.ts';
import type { ErasureSubject } from '../core/erasure.ts';
import { canonicalJson } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import { certify } from './certificate.ts';
import { type ErasureCreateInput, erasureCreateInput } from './input.ts';
import type { ErasureParts } from './parts.ts';
import { type ErasureProgress, nothingYet } from './progress.ts';
import { step } from './step.ts';
import { type ErasureRow, finishErasure, insertErasure, restingErasures, saveProgress, takeErasure } from './store.ts';

export type { ErasureCreateInput } from './input.ts';
export type { ErasureProgress } from './progress.ts';

/**
 * Takes away everything about an end user, a key, a tag or some calls, in every room that keeps something. It is done in
 * steps of one transaction each, which say in SQL how far they have come: whatever process dies, another goes on.
 */
export interface Erasure {
  /** @returns at once, with the work begun @throws ValidationProblem, IdempotencyConflictProblem, UnavailableProblem */
  create(caller: Caller, input: ErasureCreateInput): Promise<ErasureCreated>;
  /** PEM: whoever has it can check certificates without us. */
  readonly publicKey: string;
  /** Breaks off what runs here; it goes on where it can. */
  close(): Promise<void>;
}

export interface ErasureCreated {
  readonly erasureId: string;
  readonly change: ChangeReceipt;
}

export interface ErasureNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly runtime: Runtime;
  readonly parts: ErasureParts;
}

/** How often erasures are looked for that nobody works on, and how long one must have rested. */
const RESUME_MS = 5_000;
/** Before everything is gone through again: until then other instances have written what they had to. */
const PAUSE_MS = 500;
/** What cannot be finished for so long is given up. */
const PATIENCE_MS = 60 * 60 * 1000;

export function createErasure({ database, changes, jobs, keyring, runtime, parts }: ErasureNeeds): Erasure {
  const { clock, ids, log } = runtime;
  const signer = keyring.signer('audit');
  const underWay = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const placeOf = (organizationId: string, id: string) => `erasure ${organizationId} ${id}`;

  /** @returns whether there is more to do here, and whether a new round begins with it */
  async function oneStep(id: string): Promise<'more' | 'round' | 'over'> {
    const stepped = await database.transaction(async (tx) => {
      const row = await takeErasure(tx, id);
      if (!row) return null;
      const subject = JSON.parse(keyring.open(row.subject, placeOf(row.organizationId, id))) as ErasureSubject;
      const at = new Date(clock.now());
      const how = { before: row.requestedAt, keepAggregates: row.keepAggregates, at, nobody: () => ids.next('gone') };
      const next = await step(tx, parts, row, subject, how);
      await saveProgress(tx, id, next.progress, at);
      return { ...next, newRound: next.progress.round > row.progress.round };
    });
    if (!stepped) return 'over';
    if (!stepped.done) return stepped.newRound ? 'round' : 'more';
    await finish(id, stepped.progress);
    return 'over';
  }

  async function finish(id: string, progress: ErasureProgress): Promise<void> {
    const organizationId = await organizationOf(database, id);
    await changes.make(topicOf(organizationId), async (tx) => {
      const row = await takeErasure(tx, id);
      // Another instance was as far at the same time, and has just said so.
      if (!row) throw new Overtaken();
      const at = new Date(clock.now());
      const certificate = row.dryRun ? null : certify(signer, certifiedOf(row, progress, at));
      await finishErasure(tx, id, progress, at, { certificate });
      const diff = diffOf(null, { calls: progress.calls });
      const said = { action: row.dryRun ? 'erasure.count' : 'erasure.finish', diff };
      return { ...said, organizationId, actor: systemActor, resourceType: 'ErasureRequest', resourceId: id };
    });
  }

  async function work(id: string): Promise<void> {
    try {
      await parts.written();
      for (let next = await oneStep(id); next !== 'over' && !closing.signal.aborted; next = await oneStep(id)) {
        if (next === 'round') await clock.sleep(PAUSE_MS, closing.signal);
      }
    } catch (error) {
      if (error instanceof Overtaken || closing.signal.aborted) return;
      // What cannot be reached now is tried again by the job, here or elsewhere.
      const level = error instanceof UnavailableProblem ? 'warn' : 'error';
      log[level]({ err: error, erasure: id }, 'an erasure was interrupted; it goes on by itself');
      await giveUpIfTooOld(id).catch(() => {});
    }
  }

  async function giveUpIfTooOld(id: string): Promise<void> {
    await database.transaction(async (tx) => {
      const row = await takeErasure(tx, id);
      if (!row || clock.now() - row.requestedAt.getTime() < PATIENCE_MS) return;
      const error = 'It could not be finished within an hour; the log says why. Ask for it again.';
      await finishErasure(tx, id, row.progress, new Date(clock.now()), { error });
    });
  }

  function begin(id: string): void {
    if (closing.signal.aborted || underWay.has(id)) return;
    underWay.set(
      id,
      work(id).finally(() => underWay.delete(id)),
    );
  }

  jobs.every('erasure.resume', RESUME_MS, async (tx) => {
    for (const id of await restingErasures(tx, new Date(clock.now() - RESUME_MS))) begin(id);
  });

  return {
    publicKey: signer.publicKey,
    async create(caller, given) {
      const { idempotencyKey, subject, ...input } = parse(erasureCreateInput, given);
      const { organizationId, apiKeyId } = caller;
      const id = ids.next('era');
      const subjectHash = keyring.hash('erasure-subject', canonicalJson([organizationId, subject]));
      const shown = { subject: subject.kind, subjectHash: subjectHash.toString('hex'), ...input };
      const row: ErasureRow = {
        id,
        organizationId,
        subjectKind: subject.kind,
        subjectHash,
        subject: keyring.seal(JSON.stringify(subject), placeOf(organizationId, id)),
        ...input,
        progress: nothingYet,
        requestedBy: apiKeyId,
        requestedAt: new Date(clock.now()),
      };
      const change = await changes.make(
        topicOf(organizationId),
        async (tx) => {
          await insertErasure(tx, row);
          return {
            organizationId,
            actor: actorOf(caller),
            action: 'erasure.create',
            resourceType: 'ErasureRequest',
            resourceId: id,
            reason: input.reason,
            diff: diffOf(null, { subject: subject.kind, subjectHash: shown.subjectHash, dryRun: input.dryRun }),
          };
        },
        idempotencyOf(caller, 'erasureCreate', { idempotencyKey, ...shown }),
      );
      if (!change.replayed) begin(id);
      return { erasureId: change.resourceId, change };
    },
    async close() {
      closing.abort();
      await Promise.all(underWay.values());
    },
  };
}

class Overtaken extends Error {}

function topicOf(organizationId: string): string {
  return `erasures:${organizationId}`;
}

async function organizationOf(database: Database, id: string): Promise<string> {
  const sql = 'SELECT organization_id AS "organizationId" FROM erasure_request WHERE id = $1';
  return (await database.query<{ organizationId: string }>(sql, [id]))[0]!.organizationId;
}

function certifiedOf(row: ErasureRow, { calls, things, held }: ErasureProgress, finishedAt: Date) {
  return {
    erasure: row.id,
    organization: row.organizationId,
    subject: { kind: row.subjectKind, hash: row.subjectHash.toString('hex') },
    reason: row.reason,
    requestedBy: row.requestedBy,
    requestedAt: row.requestedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    keepAggregates: row.keepAggregates,
    calls,
    things,
    held,
  };
}
