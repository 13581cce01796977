import { type Caller, scopes as knownScopes, type Scope } from '../../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../../core/change.ts';
import { parse } from '../../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../../core/problem.ts';
import { demand } from '../../core/rights.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type Changes, idempotencyOf } from '../../platform/changes.ts';
import { demandAnyDocument, peopleTopic } from '../rights.ts';
import { builtInRoles, type Role } from './built-in.ts';
import { type RoleDeleteInput, type RoleSaveInput, roleDeleteInput, roleSaveInput } from './inputs.ts';
import { deleteRole, type Queries, readProvider, rolesOfOrganization, rolesUsed, writeRole } from './store.ts';

export interface RoleChanged {
  readonly roleId: string;
  readonly change: ChangeReceipt;
}

/** All of them are read whenever somebody signs in. */
const MAX_ROLES = 100;

export function roleWrites(changes: Changes, { clock, ids }: Runtime) {
  return {
    /** A role is as strong as its scopes: whoever saves it has them all. */
    async save(caller: Caller, given: RoleSaveInput): Promise<RoleChanged> {
      demand(caller, ['MEMBERS_WRITE']);
      const input = parse(roleSaveInput, given);
      demand(caller, input.scopes);
      demandAnyDocument(caller);
      const { organizationId } = caller;
      const change = await changes.make(
        peopleTopic(organizationId),
        async (tx) => {
          const own = await rolesOfOrganization(tx, organizationId);
          const before = input.id == null ? null : changeable(own, input.id);
          const { name, description, scopes } = input;
          if ([...builtInRoles, ...own].some((role) => role.name === name && role.id !== before?.id)) {
            throw ValidationProblem.at('name', 'TAKEN', `There is a role '${name}' already.`);
          }
          if (!before && own.length >= MAX_ROLES) {
            throw ValidationProblem.at('name', 'TOO_MANY', `An organization has at most ${MAX_ROLES} roles.`);
          }
          const role = { id: before?.id ?? ids.next('role'), name, description, scopes, builtIn: false };
          await writeRole(tx, organizationId, role, new Date(clock.now()));
          return {
            ...aboutRole(caller, before ? 'change' : 'create', role.id),
            diff: diffOf(shown(before), shown(role)),
          };
        },
        idempotencyOf(caller, 'roleSave', input),
      );
      return { roleId: change.resourceId, change };
    },

    async delete(caller: Caller, given: RoleDeleteInput): Promise<RoleChanged> {
      demand(caller, ['MEMBERS_WRITE']);
      const { id } = parse(roleDeleteInput, given);
      const { organizationId } = caller;
      const change = await changes.make(peopleTopic(organizationId), async (tx) => {
        const before = changeable(await rolesOfOrganization(tx, organizationId), id);
        const provider = await readProvider(tx, organizationId);
        if ((await rolesUsed(tx, organizationId, id)) || provider?.groupRoles.some(({ role }) => role === id)) {
          throw ValidationProblem.at(
            'id',
            'IN_USE',
            `People or groups have the role '${before.name}'. Take it from them.`,
          );
        }
        await deleteRole(tx, organizationId, id);
        return { ...aboutRole(caller, 'delete', id), diff: diffOf(shown(before), null) };
      });
      return { roleId: id, change };
    },
  };
}

/** Built-in ones first. */
export async function rolesOf(db: Queries, organizationId: string): Promise<readonly Role[]> {
  return [...builtInRoles, ...(await rolesOfOrganization(db, organizationId))];
}

/** What roles of these ids allow together. One that is gone allows nothing. */
export function scopesOf(roles: readonly Role[], ids: readonly string[]): Scope[] {
  const allowed = new Set(roles.filter(({ id }) => ids.includes(id)).flatMap(({ scopes }) => scopes));
  return knownScopes.filter((scope) => allowed.has(scope));
}

/** @throws ValidationProblem for one that the organization does not have */
export function demandRoles(roles: readonly Role[], ids: readonly string[], path: string): void {
  const unknown = ids.find((id) => roles.every((role) => role.id !== id));
  if (unknown === undefined) return;
  const suggestions = roles.map(({ id }) => id);
  throw ValidationProblem.at(path, 'UNKNOWN_ROLE', `There is no role '${unknown}' here.`, suggestions);
}

/** @throws NotFoundProblem; ValidationProblem for a built-in one */
function changeable(own: readonly Role[], id: string): Role {
  if (builtInRoles.some((role) => role.id === id)) {
    throw ValidationProblem.at('id', 'BUILT_IN', 'Built-in roles stay as they are. Make one of your own.');
  }
  const role = own.find((one) => one.id === id);
  if (!role) throw new NotFoundProblem('Role', id);
  return role;
}

function shown(role: Role | null) {
  return role && { name: role.name, description: role.description, scopes: role.scopes };
}

function aboutRole(caller: Caller, verb: string, id: string) {
  const { organizationId } = caller;
  return { organizationId, actor: actorOf(caller), action: `role.${verb}`, resourceType: 'Role', resourceId: id };
}
