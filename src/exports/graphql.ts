import { exportFormats, exportKinds, type ExportFormat as Format, type ExportKind as Kind } from '../core/export.ts';
import type { JobStatus as Status } from '../core/job.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { enumValues } from '../graphql/enum-values.ts';
import { ErasureSubjectInput, erasureSubject } from '../graphql/erasure-subject.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ScopeRefInput, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, JobStatus } from '../graphql/words.ts';
import type { ExportBegun } from './index.ts';

const ExportKind = builder.enumType('ExportKind', {
  values: enumValues(exportKinds, {
    REQUESTS: 'Calls, one by one. Needs USAGE_READ.',
    USAGE: 'Calls added up by day, project and model. Needs USAGE_READ.',
    AUDIT: 'The audit log; as JSONL `npm run audit:verify` reads it. Needs AUDIT_READ.',
    SCORES: 'What was thought of answers, one by one, with what answered. Needs USAGE_READ.',
    SUBJECT_ACCESS:
      'All that is kept about one subject: calls, contents, scores, files. Needs USAGE_READ, CONTENT_READ and FILES_READ.',
  }),
});
const ExportFormat = builder.enumType('ExportFormat', { values: exportFormats });

nodeIds('xpo', 'ExportJob');
const ExportJob = builder.prismaNode('ExportJob', {
  description: 'A file being written for you, there for a day.',
  id: { field: 'id' },
  nullable: true,
  authScopes: (_job, { caller }) => caller.scopes.has('AUDIT_READ') || { scope: 'USAGE_READ' as const },
  findUnique: (id, { caller, runtime }) => ({
    id,
    organizationId: caller.organizationId,
    expiresAt: { gt: new Date(runtime.clock.now()) },
  }),
  fields: (t) => ({
    what: t.field({ type: ExportKind, select: { what: true }, resolve: ({ what }) => what as Kind }),
    format: t.field({ type: ExportFormat, select: { format: true }, resolve: ({ format }) => format as Format }),
    status: t.field({ type: JobStatus, select: { status: true }, resolve: ({ status }) => status as Status }),
    rows: t.expose('rows', { type: 'SafeInt', description: 'So far.' }),
    sizeBytes: t.field({
      type: 'SafeInt',
      select: { sizeBytes: true },
      resolve: ({ sizeBytes }) => Number(sizeBytes),
    }),
    path: t.string({
      nullable: true,
      description:
        'Where it can be fetched: GET, with an API key, or from a page of the gateway by whoever is signed in. Null until ' +
        'it is finished.',
      select: { id: true, status: true },
      resolve: ({ id, status }) => (status === 'SUCCEEDED' ? `/exports/${id}` : null),
    }),
    createdBy: t.exposeID('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'From then on there is no such file.' }),
    error: t.exposeString('error', { nullable: true }),
  }),
});

builder.queryField('exportJob', (t) =>
  t.prismaField({
    type: ExportJob,
    nullable: true,
    authScopes: { anyone: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId }, runtime }) =>
      prisma.exportJob.findUnique({
        ...query,
        where: { id, organizationId, expiresAt: { gt: new Date(runtime.clock.now()) } },
      }),
  }),
);

const ExportStarted = builder.objectRef<ExportBegun>('ExportStarted').implement({
  fields: (t) => ({
    id: t.exposeID('exportId'),
    job: t.prismaField({
      type: ExportJob,
      nullable: true,
      description: 'Null when its time is over, for a repeated key.',
      resolve: (query, { exportId: id }, _args, { prisma, caller: { organizationId } }) =>
        prisma.exportJob.findUnique({ ...query, where: { id, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ExportResult = resultUnion('ExportResult', ExportStarted, [
  'ValidationError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const ExportStartInput = builder.inputType('ExportStartInput', {
  fields: (t) => ({
    what: t.field({ type: ExportKind, required: true }),
    format: t.field({ type: ExportFormat, required: true, defaultValue: 'JSONL' }),
    range: t.field({ type: TimeRangeInput, description: 'Left out: all there is.' }),
    scope: t.field({ type: ScopeRefInput, description: 'Of REQUESTS and USAGE: only calls of it.' }),
    subject: t.field({ type: ErasureSubjectInput, description: 'Of SUBJECT_ACCESS: about whom.' }),
    idempotencyKey: t.string({ required: true }),
  }),
});

builder.mutationField('exportStart', (t) =>
  t.field({
    type: ExportResult,
    description: 'Begins to write a file; follow it with exportJob. Whoever starts or fetches one is audited.',
    // What it needs depends on what is exported: see the room.
    authScopes: { anyone: true },
    complexity: 50,
    args: { input: t.arg({ type: ExportStartInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller, runtime }) => {
      const { what, format, range, scope, subject, idempotencyKey } = input;
      const now = runtime.clock.now();
      const within = range ? timeRange(range, now, 'input.range') : { from: new Date(0), to: new Date(now) };
      const question = {
        from: within.from.getTime(),
        to: within.to.getTime(),
        scope: scope ? scopeRef(scope) : null,
        subject: subject ? erasureSubject(subject) : null,
      };
      return rooms.exports.start(caller, { what, format, question, idempotencyKey });
    },
  }),
);
