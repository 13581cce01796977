import { type Caller, scopes as knownScopes } from '../core/caller.ts';
import { builder } from '../graphql/builder.ts';
import { ApiKey } from './api-keys.graphql.ts';
import { UserSession } from './people/sessions.graphql.ts';
import { User } from './people/users.graphql.ts';
import { Organization, Project } from './places.graphql.ts';
import { Scope } from './scope.graphql.ts';

const Viewer = builder.objectRef<Caller>('Viewer').implement({
  description: 'Who you are to this gateway.',
  fields: (t) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'The key you came with; null for a person.',
      resolve: (query, { apiKeyId, organizationId }, _args, { prisma }) =>
        prisma.apiKey.findUnique({ ...query, where: { id: apiKeyId, organizationId } }),
    }),
    user: t.prismaField({
      type: User,
      nullable: true,
      description: 'The person who is signed in; null for an API key.',
      resolve: (query, { apiKeyId, organizationId }, _args, { prisma }) =>
        prisma.user.findUnique({ ...query, where: { id: apiKeyId, organizationId } }),
    }),
    session: t.prismaField({
      type: UserSession,
      nullable: true,
      resolve: (query, { sessionId, organizationId }, _args, { prisma }) =>
        sessionId ? prisma.userSession.findUnique({ ...query, where: { id: sessionId, organizationId } }) : null,
    }),
    organization: t.prismaField({
      type: Organization,
      resolve: (query, { organizationId }, _args, { prisma }) =>
        prisma.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
    }),
    scopes: t.field({
      type: [Scope],
      resolve: ({ scopes }) => knownScopes.filter((scope) => scopes.has(scope)),
    }),
    projects: t.prismaField({
      type: [Project],
      description: 'All projects of the organization, by slug.',
      resolve: (query, { organizationId }, _args, { prisma }) =>
        prisma.project.findMany({ ...query, where: { organizationId }, orderBy: { slug: 'asc' } }),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: Viewer, authScopes: { anyone: true }, resolve: (_root, _args, { caller }) => caller }),
);
