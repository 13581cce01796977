import { createHash } from 'node:crypto';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { complaintOfType } from '../core/media.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import { DownloadFailed, download } from '../platform/download.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type FileCreateInput, type FileLimitSaveInput, fileCreateInput, fileLimitSaveInput } from './inputs.ts';
import { type FileLimits, refuseFull, refuseTooLarge, refuseType } from './limits.ts';
import { deleteFile, type FileRow, insertFile, keptBytes, type LimitRow, limitsOf, saveLimits } from './store.ts';

export interface FileChanged {
  readonly fileId: string;
  readonly change: ChangeReceipt;
}

export interface SaveNeeds {
  readonly changes: Changes;
  readonly keyring: Keyring;
  readonly egress: { readonly fetch: typeof fetch };
  readonly runtime: Runtime;
  /** What this deployment allows every organization. */
  readonly deployment: FileLimits;
  readonly limits: (organizationId: string) => Promise<FileLimits>;
}

/** How long another server may take to hand over a file. */
const FETCH_TIMEOUT_MS = 30_000;

/** Where sealed bytes belong: moved to another file or organization, they do not open. */
export function placeOf(organizationId: string, fileId: string): string {
  return `file/${organizationId}/${fileId}`;
}

function topicOf(organizationId: string): string {
  return `files:${organizationId}`;
}

export function fileWrites({ changes, keyring, egress, runtime, deployment, limits }: SaveNeeds) {
  const { clock, ids } = runtime;

  async function bytesOf({ content, url }: FileCreateInput, most: FileLimits, signal: AbortSignal): Promise<Buffer> {
    if (content != null) return typeof content === 'string' ? decoded(content, most) : Buffer.from(content);
    try {
      const limit = { maxBytes: most.maxFileBytes, timeoutMs: FETCH_TIMEOUT_MS };
      return (await download(egress.fetch, url!, limit, clock, signal)).bytes;
    } catch (error) {
      if (!(error instanceof DownloadFailed)) throw error;
      if (error.tooLarge) refuseTooLarge(null, most, 'url');
      throw ValidationProblem.at('url', 'NOT_FETCHED', `The file cannot be fetched: ${error.message}.`);
    }
  }

  return {
    async create(caller: Caller, given: FileCreateInput, signal: AbortSignal): Promise<FileChanged> {
      const input = parse(fileCreateInput, given);
      const { organizationId, apiKeyId } = caller;
      const { filename, mimeType, purpose = null, endUser = null, retentionMs } = input;
      const most = await limits(organizationId);
      refuseType(mimeType, most);
      const bytes = await bytesOf(input, most, signal);
      refuseTooLarge(bytes.length, most, input.url == null ? 'content' : 'url');
      const complaint = complaintOfType(mimeType, bytes);
      if (complaint) throw ValidationProblem.at('mimeType', 'TYPE_MISMATCH', `${filename}: ${complaint}.`);

      const createdAt = new Date(clock.now());
      const row: FileRow = {
        id: ids.next('fil'),
        organizationId,
        filename,
        mimeType,
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        purpose,
        endUser,
        createdBy: apiKeyId,
        createdAt,
        expiresAt: retentionMs == null ? null : new Date(createdAt.getTime() + retentionMs),
      };
      const sealed = keyring.seal(bytes, placeOf(organizationId, row.id));
      const same = { filename, mimeType, purpose, endUser, retentionMs, sha256: row.sha256 };
      const change = await changes.make(
        topicOf(organizationId),
        async (tx) => {
          // Changes to one organization's files take turns, so two uploads cannot both take the last room.
          refuseFull(row.sizeBytes, await keptBytes(tx, organizationId), most);
          await insertFile(tx, row, sealed);
          return { ...audited(caller, 'file.create', row.id), diff: diffOf(null, shown(row), PERSONAL) };
        },
        idempotencyOf(caller, 'fileCreate', { idempotencyKey: input.idempotencyKey, ...same }),
      );
      return { fileId: change.resourceId, change };
    },

    async delete(caller: Caller, id: string): Promise<FileChanged> {
      const change = await changes.make(topicOf(caller.organizationId), async (tx) => {
        const row = await deleteFile(tx, caller.organizationId, id, new Date(clock.now()));
        if (!row) throw new NotFoundProblem('StoredFile', id);
        return { ...audited(caller, 'file.delete', id), diff: diffOf(shown(row), null, PERSONAL) };
      });
      return { fileId: id, change };
    },

    async limitSave(caller: Caller, given: FileLimitSaveInput): Promise<ChangeReceipt> {
      const { idempotencyKey, ...input } = parse(fileLimitSaveInput, given);
      const { organizationId } = caller;
      const after: LimitRow = {
        maxFileBytes: input.maxFileBytes ?? null,
        maxTotalBytes: input.maxTotalBytes ?? null,
        mimeTypes: input.mimeTypes ?? [],
      };
      refuseMoreThan(deployment, after);
      return changes.make(
        topicOf(organizationId),
        async (tx) => {
          const before = await limitsOf(tx, organizationId);
          await saveLimits(tx, organizationId, after, new Date(clock.now()));
          const diff = diffOf(before && { ...before }, { ...after });
          return { ...audited(caller, 'fileLimit.save', organizationId), resourceType: 'FileLimits', diff };
        },
        idempotencyOf(caller, 'fileLimitSave', { idempotencyKey, ...after }),
      );
    },
  };
}

/** An organization can be stricter than its deployment, never laxer: a limit that would not hold is not saved. */
function refuseMoreThan(deployment: FileLimits, wanted: LimitRow): void {
  const laxer = (path: 'maxFileBytes' | 'maxTotalBytes', most: number) => {
    const value = wanted[path];
    if (value === null || value <= most) return;
    throw ValidationProblem.at(path, 'OUT_OF_RANGE', `${path} is ${value}; this deployment allows ${most}.`);
  };
  laxer('maxFileBytes', deployment.maxFileBytes);
  laxer('maxTotalBytes', deployment.maxTotalBytes);
  for (const type of wanted.mimeTypes) refuseType(type, deployment);
}

/** @throws ValidationProblem for what is no base64, or can only be too large */
function decoded(content: string, most: FileLimits): Buffer {
  const tooLong = Math.floor(content.length / 4) * 3 - 2 > most.maxFileBytes;
  if (tooLong) refuseTooLarge(Math.floor((content.length * 3) / 4), most, 'content');
  if (content === '' || content.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(content)) {
    throw ValidationProblem.at('content', 'INVALID', 'content is the bytes of the file in base64, at least one.');
  }
  return Buffer.from(content, 'base64');
}

function audited(caller: Caller, action: string, resourceId: string) {
  const { organizationId } = caller;
  return { organizationId, actor: actorOf(caller), action, resourceType: 'StoredFile', resourceId };
}

/** Words that may be about a person: nothing can be taken out of the audit log again. */
const PERSONAL = ['filename', 'purpose', 'endUser'];

function shown({ filename, mimeType, sizeBytes, sha256, purpose, endUser, expiresAt }: FileRow) {
  return { filename, mimeType, sizeBytes, sha256, purpose, endUser, expiresAt: expiresAt?.toISOString() ?? null };
}
