import type { JobStatus as Status } from '../core/job.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ErasureSubjectInput, erasureSubject } from '../graphql/erasure-subject.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { ChangeReceipt, JobStatus } from '../graphql/words.ts';
import type { ErasureCreated, ErasureProgress } from './index.ts';

const ErasureStore = builder
  .objectRef<{ name: string; found: number; erased: number; anonymized: number }>('ErasureStore')
  .implement({
    fields: (t) => ({
      store: t.exposeString('name', { description: 'e.g. requests, content, contentKeys, answers, files.' }),
      found: t.expose('found', { type: 'SafeInt' }),
      erased: t.expose('erased', { type: 'SafeInt' }),
      anonymized: t.expose('anonymized', {
        type: 'SafeInt',
        description: 'Still there, without anything that leads to a person.',
      }),
    }),
  });

const LegalHold = builder.objectRef<{ policy: string; calls: number }>('LegalHold').implement({
  fields: (t) => ({
    policy: t.exposeString('policy', { description: 'Its slug.' }),
    calls: t.expose('calls', { type: 'SafeInt', description: 'That stay because of it.' }),
  }),
});

const progressOf = (progress: unknown) => progress as ErasureProgress;

nodeIds('era', 'ErasureRequest');
const ErasureRequest = builder.prismaNode('ErasureRequest', {
  description: 'The erasure of all that is kept about somebody or something.',
  id: { field: 'id' },
  nullable: true,
  authScopes: { scope: 'ERASURE_WRITE' },
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  fields: (t) => ({
    subject: t.exposeString('subjectKind', { description: 'END_USER, API_KEY, TAG or REQUESTS.' }),
    subjectHash: t.string({
      description: 'The same subject has the same hash; without the secret of the gateway it tells nobody who that is.',
      select: { subjectHash: true },
      resolve: ({ subjectHash }) => Buffer.from(subjectHash).toString('hex'),
    }),
    reason: t.exposeString('reason'),
    dryRun: t.exposeBoolean('dryRun', { description: 'It only counted.' }),
    keepAggregates: t.exposeBoolean('keepAggregates'),
    status: t.field({ type: JobStatus, select: { status: true }, resolve: ({ status }) => status as Status }),
    requestedBy: t.exposeID('requestedBy'),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    calls: t.field({
      type: 'SafeInt',
      description: 'About the subject, so far.',
      select: { progress: true },
      resolve: ({ progress }) => progressOf(progress).calls,
    }),
    stores: t.field({
      type: [ErasureStore],
      select: { progress: true },
      resolve: ({ progress }) =>
        Object.entries(progressOf(progress).things).map(([name, things]) => ({ name, ...things })),
    }),
    blockedBy: t.field({
      type: [LegalHold],
      description: 'What is not erased, because a policy holds it.',
      select: { progress: true },
      resolve: ({ progress }) =>
        Object.entries(progressOf(progress).held).map(([policy, calls]) => ({ policy, calls })),
    }),
    certificate: t.exposeString('certificate', {
      nullable: true,
      description: 'A signed statement of what was removed: JWS with EdDSA. Null before the end and of a dry run.',
    }),
    certificateKey: t.string({
      description: 'The public key, in PEM: `npm run erasure:verify -- CERTIFICATE KEY.pem`.',
      resolve: (_erasure, _args, { rooms }) => rooms.erasure.publicKey,
    }),
    error: t.exposeString('error', { nullable: true }),
  }),
});

builder.queryField('erasureRequest', (t) =>
  t.prismaField({
    type: ErasureRequest,
    nullable: true,
    authScopes: { scope: 'ERASURE_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId } }) =>
      prisma.erasureRequest.findUnique({ ...query, where: { id, organizationId } }),
  }),
);

builder.queryField('erasureRequests', (t) =>
  t.prismaConnection(
    {
      type: ErasureRequest,
      description: 'Newest first.',
      cursor: 'id',
      maxSize: 100,
      authScopes: { scope: 'ERASURE_WRITE' },
      args: { status: t.arg({ type: [JobStatus] }) },
      resolve: (query, _root, { status }, { prisma, caller: { organizationId } }) =>
        prisma.erasureRequest.findMany(
          newestFirst(query, { organizationId, ...(status && { status: { in: status } }) }),
        ),
    },
    { name: 'ErasureRequestConnection' },
    { name: 'ErasureRequestEdge' },
  ),
);

const ErasureSaved = builder.objectRef<ErasureCreated>('ErasureSaved').implement({
  fields: (t) => ({
    id: t.exposeID('erasureId'),
    erasure: t.prismaField({
      type: ErasureRequest,
      resolve: (query, { erasureId: id }, _args, { prisma, caller: { organizationId } }) =>
        prisma.erasureRequest.findUniqueOrThrow({ ...query, where: { id, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ErasureResult = resultUnion('ErasureResult', ErasureSaved, [
  'ValidationError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const ErasureCreateInput = builder.inputType('ErasureCreateInput', {
  fields: (t) => ({
    subject: t.field({ type: ErasureSubjectInput, required: true }),
    reason: t.string({ required: true, description: 'For the audit log and the certificate: nothing personal.' }),
    keepAggregates: t.boolean({
      required: true,
      defaultValue: true,
      description: 'Keep what calls cost and how they went, for the sums, without anything that leads to a person.',
    }),
    dryRun: t.boolean({ required: true, defaultValue: false, description: 'Only count.' }),
    idempotencyKey: t.string({ required: true }),
  }),
});

builder.mutationField('erasureCreate', (t) =>
  t.field({
    type: ErasureResult,
    description:
      'Begins to take away all that is kept about the subject up to now; follow it with erasureRequest. A legal hold wins.',
    authScopes: { scope: 'ERASURE_WRITE' },
    complexity: 50,
    args: { input: t.arg({ type: ErasureCreateInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) =>
      rooms.erasure.create(caller, { ...input, subject: erasureSubject(input.subject) }),
  }),
);
