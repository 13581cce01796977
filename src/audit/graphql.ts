import type { FieldChange as FieldChangeValue } from '../core/change.ts';
import { builder, nodeIds } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ChangeReceipt, FieldChange } from '../graphql/words.ts';

nodeIds('aud', 'AuditEvent');

const Actor = builder.objectRef<{ actorId: string; actorName: string }>('Actor').implement({
  description: 'Who made a change: an API key, or the gateway itself.',
  fields: (t) => ({
    id: t.exposeID('actorId', { description: "The API key's id, or `system`." }),
    name: t.exposeString('actorName', { description: 'As it was at the time.' }),
  }),
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
    revision: t.expose('revision', { type: 'BigInt' }),
  }),
});

const AuditFilter = builder.inputType('AuditFilter', {
  description: 'Events must pass all that is given.',
  fields: (t) => ({
    action: t.stringList({ description: 'Any of these, e.g. route.publish.' }),
    resourceType: t.stringList({ description: 'Any of these, e.g. ApiKey.' }),
    resourceId: t.id(),
    actorId: t.idList({ description: "Any of these API keys' ids, or `system`." }),
    range: t.field({ type: TimeRangeInput }),
  }),
});

builder.queryField('auditEvents', (t) =>
  t.prismaConnection(
    {
      type: AuditEvent,
      description: 'Every change of the control plane, newest first.',
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
  const { action, resourceType, resourceId, actorId, range } = filter;
  const { from, to } = range ? timeRange(range, now, 'filter.range') : {};
  return {
    ...(action && { action: { in: action } }),
    ...(resourceType && { resourceType: { in: resourceType } }),
    ...(resourceId && { resourceId }),
    ...(actorId && { actorId: { in: actorId } }),
    ...(range && { at: { gte: from, lt: to } }),
  };
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
