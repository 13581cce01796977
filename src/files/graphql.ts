import type { ChangeReceipt as Receipt } from '../core/change.ts';
import { durationMs } from '../core/duration.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import type { FileChanged, FileLimits as Limits } from './index.ts';

/** Files of the caller's organization that are still there. */
function kept(organizationId: string, now: number) {
  return { organizationId, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(now) } }] };
}

nodeIds('fil', 'StoredFile');
export const StoredFile = builder.prismaNode('StoredFile', {
  description: 'Bytes under an id, sealed: messages and recordings can name it instead of carrying it each time.',
  id: { field: 'id' },
  nullable: true,
  authScopes: { scope: 'FILES_READ' },
  findUnique: (id, { caller, runtime }) => ({ id, ...kept(caller.organizationId, runtime.clock.now()) }),
  fields: (t) => ({
    filename: t.exposeString('filename'),
    mimeType: t.exposeString('mimeType'),
    sizeBytes: t.expose('sizeBytes', { type: 'SafeInt' }),
    sha256: t.exposeString('sha256', { description: 'Of the bytes, in hex.' }),
    purpose: t.exposeString('purpose', { nullable: true }),
    endUser: t.exposeString('endUser', { nullable: true, description: 'Whom it is about.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From then on there is no such file; null when it stays until it is deleted.',
    }),
    base64: t.string({
      description: 'The bytes.',
      complexity: 10,
      select: { id: true, organizationId: true },
      resolve: async ({ id, organizationId }, _args, { rooms }) =>
        (await rooms.files.read(organizationId, [id])).get(id)!.base64,
    }),
  }),
});

builder.queryField('file', (t) =>
  t.prismaField({
    type: StoredFile,
    nullable: true,
    authScopes: { scope: 'FILES_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller, runtime }) =>
      prisma.storedFile.findFirst({ ...query, where: { id, ...kept(caller.organizationId, runtime.clock.now()) } }),
  }),
);

builder.queryField('files', (t) =>
  t.prismaConnection(
    {
      type: StoredFile,
      cursor: 'id',
      maxSize: 100,
      description: 'Newest first.',
      authScopes: { scope: 'FILES_READ' },
      resolve: (query, _root, _args, { prisma, caller, runtime }) =>
        prisma.storedFile.findMany(newestFirst(query, kept(caller.organizationId, runtime.clock.now()))),
    },
    { name: 'StoredFileConnection' },
    { name: 'StoredFileEdge' },
  ),
);

const FileLimits = builder.objectRef<Limits & { readonly usedBytes: number }>('FileLimits').implement({
  description: "What this organization may keep: the stricter of the deployment's limits and its own.",
  fields: (t) => ({
    maxFileBytes: t.expose('maxFileBytes', { type: 'SafeInt' }),
    maxTotalBytes: t.expose('maxTotalBytes', { type: 'SafeInt', description: 'Of all files together.' }),
    usedBytes: t.expose('usedBytes', { type: 'SafeInt' }),
    mimeTypes: t.stringList({
      description: 'Beginnings of the media types that are taken.',
      resolve: ({ mimeTypes }) => [...mimeTypes],
    }),
  }),
});

async function limitsNow({ rooms, caller: { organizationId } }: Context) {
  const limits = await rooms.files.limits(organizationId);
  return { ...limits, usedBytes: await rooms.files.usedBytes(organizationId) };
}

builder.queryField('fileLimits', (t) =>
  t.field({
    type: FileLimits,
    authScopes: { scope: 'FILES_READ' },
    resolve: (_root, _args, context) => limitsNow(context),
  }),
);

const FileSaved = builder.objectRef<FileChanged>('FileSaved').implement({
  fields: (t) => ({
    id: t.exposeID('fileId'),
    file: t.prismaField({
      type: StoredFile,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (query, { fileId: id }, _args, { prisma, caller, runtime }) =>
        prisma.storedFile.findFirst({ ...query, where: { id, ...kept(caller.organizationId, runtime.clock.now()) } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const failures = [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
] as const;

const FileResult = resultUnion('FileResult', FileSaved, [...failures]);

const FileCreateInput = builder.inputType('FileCreateInput', {
  fields: (t) => ({
    filename: t.string({ required: true, description: 'A name without a path.' }),
    mimeType: t.string({ required: true, description: 'e.g. application/pdf. It must be what the bytes look like.' }),
    content: t.string({ description: 'The bytes in base64: up to about 6 MB in one message. Larger ones by `url`.' }),
    url: t.string({ description: 'Fetched now, by the gateway; public http and https only.' }),
    purpose: t.string({ description: 'In your own words.' }),
    endUser: t.string({ description: 'Whom it is about, as in calls: erasing them erases it.' }),
    retention: t.field({ type: 'Duration', description: 'How long it is kept, e.g. P7D; left out: until deleted.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('fileCreate', (t) =>
  t.field({
    type: FileResult,
    description: 'Keeps a file under an id. `fileLimits` says how large it may be, and of which types.',
    authScopes: { scope: 'FILES_WRITE' },
    complexity: 10,
    args: { input: t.arg({ type: FileCreateInput, required: true }) },
    resolve: (_root, { input: { retention, ...input } }, { rooms, caller, signal }) =>
      rooms.files.create(caller, { ...input, retentionMs: retention == null ? null : durationMs(retention) }, signal),
  }),
);

builder.mutationField('fileDelete', (t) =>
  t.field({
    type: FileResult,
    description: 'Removes a file and its bytes at once.',
    authScopes: { scope: 'FILES_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.files.delete(caller, id),
  }),
);

const FileLimitSaved = builder.objectRef<{ readonly change: Receipt }>('FileLimitSaved').implement({
  fields: (t) => ({
    limits: t.field({
      type: FileLimits,
      resolve: (_saved, _args, context) => limitsNow(context),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const FileLimitResult = resultUnion('FileLimitResult', FileLimitSaved, [...failures]);

const FileLimitSaveInput = builder.inputType('FileLimitSaveInput', {
  description: "Replaces this organization's own limits; what is left out is the deployment's again.",
  fields: (t) => ({
    maxFileBytes: t.field({ type: 'SafeInt' }),
    maxTotalBytes: t.field({ type: 'SafeInt' }),
    mimeTypes: t.stringList({ description: 'Media types, or beginnings like image/.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('fileLimitSave', (t) =>
  t.field({
    type: FileLimitResult,
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { input: t.arg({ type: FileLimitSaveInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller }) => ({ change: await rooms.files.limitSave(caller, input) }),
  }),
);
