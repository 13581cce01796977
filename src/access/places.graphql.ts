import type { ChangeReceipt as Receipt } from '../core/change.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt } from '../graphql/words.ts';

/** Organization, Team and Project: everybody with a key may see the names of his own organization's. */

nodeIds('org', 'Organization');
nodeIds('team', 'Team');
nodeIds('prj', 'Project');

export const Organization = builder.prismaNode('Organization', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: { id: caller.organizationId } }),
  authScopes: { anyone: true },
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    teams: t.relation('teams', { query: { orderBy: { slug: 'asc' } } }),
  }),
});

export const Team = builder.prismaNode('Team', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: { anyone: true },
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    projects: t.relation('projects', { query: { orderBy: { slug: 'asc' } } }),
  }),
});

export const Project = builder.prismaNode('Project', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: { anyone: true },
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    team: t.relation('team'),
  }),
});

// ---------------------------------------------------------------- reading

builder.queryField('teams', (t) =>
  t.prismaField({
    type: [Team],
    description: 'By slug.',
    authScopes: { anyone: true },
    resolve: (query, _root, _args, { prisma, caller: { organizationId } }) =>
      prisma.team.findMany({ ...query, where: { organizationId }, orderBy: { slug: 'asc' } }),
  }),
);

builder.queryField('project', (t) =>
  t.prismaField({
    type: Project,
    nullable: true,
    authScopes: { anyone: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId } }) =>
      prisma.project.findUnique({ ...query, where: { id, organizationId } }),
  }),
);

// ---------------------------------------------------------------- changing

interface Saved {
  readonly teamId?: string;
  readonly projectId?: string;
  readonly change: Receipt;
}

const AccessSaved = builder.objectRef<Saved>('AccessSaved').implement({
  fields: (t) => ({
    team: t.prismaField({
      type: Team,
      nullable: true,
      description: 'Of teamSave.',
      resolve: (query, { teamId }, _args, { prisma, caller: { organizationId } }) =>
        teamId ? prisma.team.findUnique({ ...query, where: { id: teamId, organizationId } }) : null,
    }),
    project: t.prismaField({
      type: Project,
      nullable: true,
      description: 'Of projectSave.',
      resolve: (query, { projectId }, _args, { prisma, caller: { organizationId } }) =>
        projectId ? prisma.project.findUnique({ ...query, where: { id: projectId, organizationId } }) : null,
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const AccessResult = resultUnion('AccessResult', AccessSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const TeamSaveInput = builder.inputType('TeamSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the team to change; left out, a new one is made.' }),
    slug: t.string({ required: true, description: 'Lower-case letters, digits and hyphens; unique here.' }),
    name: t.string({ required: true }),
    idempotencyKey: t.string(),
  }),
});

const ProjectSaveInput = builder.inputType('ProjectSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the project to change; left out, a new one is made.' }),
    team: t.id({ required: true, description: 'The team that owns it.' }),
    slug: t.string({ required: true, description: 'Lower-case letters, digits and hyphens; unique here.' }),
    name: t.string({ required: true }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('teamSave', (t) =>
  t.field({
    type: AccessResult,
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { input: t.arg({ type: TeamSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.teamSave(caller, input),
  }),
);

builder.mutationField('projectSave', (t) =>
  t.field({
    type: AccessResult,
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { input: t.arg({ type: ProjectSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.projectSave(caller, input),
  }),
);
