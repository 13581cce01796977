import type { FieldChange as FieldChangeValue } from '../core/change.ts';
import type { AuditOutcome as AuditOutcomeWord } from '../core/happening.ts';
import { ValidationProblem } from '../core/problem.ts';
import { builder, nodeIds, prefixOf } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ChangeReceipt, FieldChange } from '../graphql/words.ts';
import type { Verdict } from './index.ts';

nodeIds('aud', 'AuditEvent');

const ActorKind = builder.enumType('ActorKind', {
  values: {
    API_KEY: {},
    USER: { description: 'A person who was signed in.' },
    SYSTEM: { description: 'The gateway itself.' },
    UNKNOWN: { description: 'Somebody who wanted to sign in, and whom nobody knows here.' },
  },
});

const Actor = builder.objectRef<{ actorId: string; actorName: string }>('Actor').implement({
  description: 'Who did something: an API key, a person, or the gateway itself.',
  fields: (t) => ({
    id: t.exposeID('actorId', { description: "The key's or person's id, or `system`." }),
    kind: t.field({ type: ActorKind, resolve: ({ actorId }) => kinds[prefixOf(actorId) || actorId] ?? 'UNKNOWN' }),
    name: t.exposeString('actorName', { description: 'As it was at the time.' }),
  }),
});

const kinds: Readonly<Record<string, typeof ActorKind.$inferType>> = { key: 'API_KEY', usr: 'USER', system: 'SYSTEM' };

const AuditOutcome = builder.enumType('AuditOutcome', {
  values: {
    ALLOWED: { description: 'It was done.' },
    DENIED: { description: 'It was asked for and refused.' },
    FAILED: { description: 'It was tried and did not succeed.' },
  },
});

const AuditEvent = builder.prismaNode('AuditEvent', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: { scope: 'AUDIT_READ' },
  select: { id: true },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.field({ type: Actor, select: { actorId: true, actorName: true }, resolve: (event) => event }),
    action: t.exposeString('action'),
    resourceType: t.exposeString('resourceType', { description: 'The name of its type in this schema.' }),
    resourceId: t.exposeID('resourceId'),
    reason: t.exposeString('reason', { nullable: true }),
    diff: t.field({
      type: [FieldChange],
      description: 'What changed, field by field. Empty when the thing already was as it was asked to be.',
      select: { diff: true },
      // Written by `append` from a Change, and never touched again.
      resolve: ({ diff }) => diff as unknown as FieldChangeValue[],
    }),
    ip: t.exposeString('ip', { nullable: true, description: 'Where the call came from.' }),
    outcome: t.field({
      type: AuditOutcome,
      select: { outcome: true },
      resolve: ({ outcome }) => outcome as AuditOutcomeWord,
    }),
    revision: t.expose('revision', { type: 'BigInt', description: 'Of what was changed; 0 when nothing was.' }),
    seq: t.expose('seq', {
      type: 'BigInt',
      nullable: true,
      description: "The place in the organization's chain: 1, 2, 3, …; null on events older than the chain.",
    }),
    cursor: t.string({
      nullable: true,
      description: 'For `after` of auditEventAppended.',
      select: { seq: true },
      resolve: ({ seq }) => seq?.toString(),
    }),
    prevHash: t.string({ nullable: true, select: { prevHash: true }, resolve: ({ prevHash }) => hex(prevHash) }),
    hash: t.string({
      nullable: true,
      description: 'HMAC-SHA256 over prevHash and everything the event says, with a key of the gateway.',
      select: { hash: true },
      resolve: ({ hash }) => hex(hash),
    }),
  }),
});

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Events must pass all that is given.',
  fields: (t) => ({
    action: t.stringList({ description: 'Any of these, e.g. route.publish.' }),
    resourceType: t.stringList({ description: 'Any of these, e.g. ApiKey.' }),
    resourceId: t.id(),
    actorId: t.idList({ description: "Any of these API keys' ids, or `system`." }),
    outcome: t.field({ type: [AuditOutcome] }),
    range: t.field({ type: TimeRangeInput }),
  }),
});

builder.queryField('auditEvents', (t) =>
  t.prismaConnection(
    {
      type: AuditEvent,
      description: 'Every change of the control plane, and every denial and reading of content, newest first.',
      cursor: 'id',
      maxSize: 100,
      authScopes: { scope: 'AUDIT_READ' },
      args: { filter: t.arg({ type: AuditFilter }) },
      resolve: (query, _root, { filter }, { prisma, caller, runtime }) => {
        const where = whereOf(filter ?? {}, runtime.clock.now());
        return prisma.auditEvent.findMany(newestFirst(query, { ...where, organizationId: caller.organizationId }));
      },
    },
    { name: 'AuditEventConnection' },
    { name: 'AuditEventEdge' },
  ),
);

function whereOf(filter: Partial<typeof AuditFilter.$inferInput>, now: number) {
  const { action, resourceType, resourceId, actorId, outcome, range } = filter;
  const within = range && timeRange(range, now, 'filter.range');
  return {
    ...(action && { action: { in: action } }),
    ...(resourceType && { resourceType: { in: resourceType } }),
    ...(resourceId && { resourceId }),
    ...(actorId && { actorId: { in: actorId } }),
    ...(outcome && { outcome: { in: outcome } }),
    ...(within && { at: { gte: within.from, lt: within.to } }),
  };
}

builder.subscriptionField('auditEventAppended', (t) =>
  t.field({
    type: AuditEvent,
    description: 'Events as they are written; with `after`, first those that came after it.',
    authScopes: { scope: 'AUDIT_READ' },
    args: { filter: t.arg({ type: AuditFilter }), after: t.arg.string({ description: 'The cursor of an event.' }) },
    subscribe: (_root, { filter, after }, { rooms, caller: { organizationId }, runtime, signal }) => {
      const where = { ...whereOf(filter ?? {}, runtime.clock.now()), organizationId };
      return rooms.audit.follow(where, after == null ? null : seqOf(after), signal);
    },
    resolve: (event) => event as typeof AuditEvent.$inferType,
  }),
);

const AuditVerification = builder.objectRef<Verdict & { checkedAt: Date }>('AuditVerification').implement({
  description: 'Whether the audit log is what was written.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok'),
    checked: t.expose('checked', { type: 'SafeInt', description: 'Events looked at, up to the first broken one.' }),
    firstBrokenSeq: t.expose('firstBrokenSeq', {
      type: 'BigInt',
      nullable: true,
      description: 'The first event that is not as it was, or is missing.',
    }),
    problem: t.exposeString('problem', { nullable: true, description: 'What is wrong with it.' }),
    headHash: t.string({ description: 'Of the last event that was looked at.', resolve: (it) => hex(it.headHash)! }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime' }),
  }),
});

builder.queryField('auditVerify', (t) =>
  t.field({
    type: AuditVerification,
    description: 'Reads the chain again, and compares it with the signed checkpoints in and outside the database.',
    authScopes: { scope: 'AUDIT_READ' },
    complexity: 50,
    args: { range: t.arg({ type: TimeRangeInput, description: 'Left out: the whole log.' }) },
    resolve: async (_root, { range }, { rooms, caller: { organizationId }, runtime: { clock } }) => {
      const within = range ? timeRange(range, clock.now(), 'range') : null;
      const asked = within && { from: within.from.getTime(), to: within.to.getTime() };
      return { ...(await rooms.audit.verify(organizationId, asked)), checkedAt: new Date(clock.now()) };
    },
  }),
);

function seqOf(cursor: string): bigint {
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor);
  throw ValidationProblem.at('after', 'INVALID', `'${cursor}' is no cursor of an audit event.`);
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}

builder.objectField(ChangeReceipt, 'auditEventId', (t) => t.exposeID('auditEventId'));

builder.objectField(ChangeReceipt, 'auditEvent', (t) =>
  t.prismaField({
    type: AuditEvent,
    nullable: true,
    description: 'The record of the change; null for a key without AUDIT_READ.',
    authScopes: { scope: 'AUDIT_READ' },
    unauthorizedResolver: () => null,
    resolve: (query, { auditEventId: id }, _args, { prisma, caller: { organizationId } }) =>
      prisma.auditEvent.findUnique({ ...query, where: { id, organizationId } }),
  }),
);
