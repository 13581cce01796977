import { builder, nodeIds, resultUnion } from '../../graphql/builder.ts';
import { ChangeReceipt } from '../../graphql/words.ts';
import type { SessionEnded as Ended } from './index.ts';
import { User } from './users.graphql.ts';

nodeIds('ses', 'UserSession');

export const UserSession = builder.prismaNode('UserSession', {
  description: 'A browser that is signed in.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: ({ userId }, { caller }) => userId === caller.apiKeyId || { scope: 'MEMBERS_WRITE' },
  select: { id: true, userId: true },
  fields: (t) => ({
    user: t.relation('user'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', description: 'Written once a minute at most.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Whatever is done with it.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it was ended before that.' }),
    ip: t.exposeString('ip', { nullable: true, description: 'Where the sign-in came from.' }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
    current: t.boolean({
      description: 'The one that asks.',
      resolve: ({ id }, _args, { caller }) => id === caller.sessionId,
    }),
  }),
});

builder.prismaObjectField(User, 'sessions', (t) =>
  t.relation('sessions', {
    description: 'The last twenty, newest first.',
    query: { orderBy: { id: 'desc' as const }, take: 20 },
  }),
);

const SessionEnded = builder.objectRef<Ended>('SessionEnded').implement({
  fields: (t) => ({
    session: t.prismaField({
      type: UserSession,
      resolve: (query, { sessionId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.userSession.findUniqueOrThrow({ ...query, where: { id: sessionId, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const SessionResult = resultUnion('SessionResult', SessionEnded, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
]);

builder.mutationField('sessionEnd', (t) =>
  t.field({
    type: SessionResult,
    description: 'Signs a browser out: of your own sessions any, of others with MEMBERS_WRITE.',
    authScopes: { anyone: true },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, input, { rooms, caller }) => rooms.access.people.sessionEnd(caller, input),
  }),
);
