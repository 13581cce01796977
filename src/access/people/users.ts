import type { Caller, Scope } from '../../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../../core/change.ts';
import { parse } from '../../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../../core/problem.ts';
import { demand } from '../../core/rights.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type Changes, idempotencyOf } from '../../platform/changes.ts';
import { demandAnyDocument, peopleTopic } from '../rights.ts';
import { projectById } from '../store.ts';
import type { Role } from './built-in.ts';
import {
  type UserDisableInput,
  type UserEnableInput,
  type UserSaveInput,
  userDisableInput,
  userEnableInput,
  userSaveInput,
} from './inputs.ts';
import { demandRoles, rolesOf, scopesOf } from './roles.ts';
import {
  firstProject,
  type GroupRole,
  type Queries,
  readProvider,
  type UserRow,
  userByEmail,
  userById,
  writeUser,
} from './store.ts';

export interface UserChanged {
  readonly userId: string;
  readonly change: ChangeReceipt;
}

/** Ends all keys whose secrets somebody was shown. */
export type RevokeKeysOf = (caller: Caller, issuedTo: string, reason: string) => Promise<void>;

/**
 * Whoever changes a person needs all that the person may do, before and afterwards: nobody gives away what he has not
 * got, and nobody takes over somebody stronger by writing his own e-mail address over the other's. Disabling is for
 * everybody who manages people.
 */
export function userWrites(changes: Changes, revokeKeysOf: RevokeKeysOf, { clock, ids }: Runtime) {
  return {
    async save(caller: Caller, given: UserSaveInput): Promise<UserChanged> {
      demand(caller, ['MEMBERS_WRITE']);
      demandAnyDocument(caller);
      const input = parse(userSaveInput, given);
      const { organizationId } = caller;
      const change = await changes.make(
        peopleTopic(organizationId),
        async (tx) => {
          const roles = await rolesOf(tx, organizationId);
          demandRoles(roles, input.roles, 'roles');
          const before = input.id == null ? null : await existing(tx, organizationId, input.id);
          demand(caller, scopesOf(roles, input.roles));
          if (before) demand(caller, await scopesOfUser(tx, organizationId, roles, before));
          const namesake = await userByEmail(tx, organizationId, input.email);
          if (namesake && namesake.id !== before?.id) {
            throw ValidationProblem.at('email', 'TAKEN', `${input.email} is a person here already.`);
          }
          const user: UserRow = {
            ...(before ?? { issuer: null, subject: null, groups: [], disabledAt: null }),
            id: before?.id ?? ids.next('usr'),
            email: input.email,
            name: input.name ?? before?.name ?? input.email,
            roles: input.roles,
            projectId: await projectOf(tx, organizationId, input.project ?? before?.projectId ?? null),
          };
          await writeUser(tx, organizationId, user, new Date(clock.now()));
          return {
            ...aboutUser(caller, before ? 'change' : 'invite', user.id),
            diff: diffOf(shown(before), shown(user)),
          };
        },
        idempotencyOf(caller, 'userSave', input),
      );
      return { userId: change.resourceId, change };
    },

    /**
     * At once, on all instances: sessions end as those of a revoked key do. Keys that the person made are their
     * projects', and services may live by them: they go on, unless it is said that they are not to.
     */
    async disable(caller: Caller, given: UserDisableInput): Promise<UserChanged> {
      demand(caller, ['MEMBERS_WRITE']);
      const { id, reason, revokeKeys } = parse(userDisableInput, given);
      if (revokeKeys) demand(caller, ['KEYS_WRITE']);
      const { organizationId } = caller;
      const change = await changes.make(peopleTopic(organizationId), async (tx) => {
        const before = await existing(tx, organizationId, id);
        const at = new Date(clock.now());
        const user = { ...before, disabledAt: before.disabledAt ?? at };
        await writeUser(tx, organizationId, user, at);
        return { ...aboutUser(caller, 'disable', id), reason, diff: diffOf(shown(before), shown(user)) };
      });
      // Afterwards, when he can make no more of them.
      if (revokeKeys) await revokeKeysOf(caller, id, reason);
      return { userId: id, change };
    },

    async enable(caller: Caller, given: UserEnableInput): Promise<UserChanged> {
      demand(caller, ['MEMBERS_WRITE']);
      demandAnyDocument(caller);
      const { id } = parse(userEnableInput, given);
      const { organizationId } = caller;
      const change = await changes.make(peopleTopic(organizationId), async (tx) => {
        const before = await existing(tx, organizationId, id);
        demand(caller, await scopesOfUser(tx, organizationId, await rolesOf(tx, organizationId), before));
        const user = { ...before, disabledAt: null };
        await writeUser(tx, organizationId, user, new Date(clock.now()));
        return { ...aboutUser(caller, 'enable', id), diff: diffOf(shown(before), shown(user)) };
      });
      return { userId: id, change };
    },
  };
}

/** Roles given to the person, and those of his groups. */
export function roleIdsOf(
  { roles, groups }: Pick<UserRow, 'roles' | 'groups'>,
  groupRoles: readonly GroupRole[],
): string[] {
  const ofGroups = groupRoles.filter(({ group }) => group === '*' || groups.includes(group)).map(({ role }) => role);
  return [...new Set([...roles, ...ofGroups])];
}

async function scopesOfUser(
  tx: Queries,
  organizationId: string,
  roles: readonly Role[],
  user: UserRow,
): Promise<readonly Scope[]> {
  const provider = await readProvider(tx, organizationId);
  return scopesOf(roles, roleIdsOf(user, provider?.groupRoles ?? []));
}

async function existing(tx: Queries, organizationId: string, id: string): Promise<UserRow> {
  const user = await userById(tx, organizationId, id);
  if (!user) throw new NotFoundProblem('User', id);
  return user;
}

async function projectOf(tx: Queries, organizationId: string, wanted: string | null): Promise<string> {
  const id = wanted ?? (await firstProject(tx, organizationId));
  const project = id === null ? null : await projectById(tx, organizationId, id);
  if (!project) throw new NotFoundProblem('Project', wanted ?? '');
  return project.id;
}

function shown(user: UserRow | null) {
  return (
    user && {
      email: user.email,
      name: user.name,
      roles: user.roles,
      project: user.projectId,
      disabledAt: user.disabledAt?.toISOString() ?? null,
    }
  );
}

function aboutUser(caller: Caller, verb: string, id: string) {
  const { organizationId } = caller;
  return { organizationId, actor: actorOf(caller), action: `user.${verb}`, resourceType: 'User', resourceId: id };
}
