import type { Caller, Scope } from '../../core/caller.ts';
import type { NoteOnce } from '../../core/happening.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Changes } from '../../platform/changes.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Egress } from '../../platform/egress.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { workingKeysOf } from '../store.ts';
import type { Role } from './built-in.ts';
import type {
  IdentityProviderSaveInput,
  RoleDeleteInput,
  RoleSaveInput,
  SessionEndInput,
  UserDisableInput,
  UserEnableInput,
  UserSaveInput,
} from './inputs.ts';
import { createIssuers } from './issuer.ts';
import { type ProviderChanged, providerWrites } from './provider.ts';
import { type RoleChanged, rolesOf, roleWrites, scopesOf } from './roles.ts';
import { type SessionEnded, sessionEnd } from './sessions.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { type ProviderRow, readProvider } from './store.ts';
import { type RevokeKeysOf, roleIdsOf, type UserChanged, userWrites } from './users.ts';

/**
 * Who an organization's people are, what they may do, and how they come in. Writes demand MEMBERS_WRITE, and every
 * scope that what they write could give to anybody (see the files); for the rest they are like the room's others.
 */
export interface People {
  /** Which roles there are, and whose they are, as of now. */
  roles(organizationId: string): Promise<RoleBook>;
  provider(organizationId: string): Promise<ProviderRow | null>;
  /** How many API keys whose secret each of these people was shown still work. */
  workingKeys(organizationId: string, userIds: readonly string[]): Promise<number[]>;
  readonly signIn: SignIn;
  userSave(caller: Caller, input: UserSaveInput): Promise<UserChanged>;
  userDisable(caller: Caller, input: UserDisableInput): Promise<UserChanged>;
  userEnable(caller: Caller, input: UserEnableInput): Promise<UserChanged>;
  roleSave(caller: Caller, input: RoleSaveInput): Promise<RoleChanged>;
  roleDelete(caller: Caller, input: RoleDeleteInput): Promise<RoleChanged>;
  identityProviderSave(caller: Caller, input: IdentityProviderSaveInput): Promise<ProviderChanged>;
  identityProviderDelete(caller: Caller): Promise<ProviderChanged>;
  sessionEnd(caller: Caller, input: SessionEndInput): Promise<SessionEnded>;
}

interface Rights {
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

export interface RoleBook {
  /** Built-in ones first. */
  readonly all: readonly Role[];
  /** A person's, those of his groups too. */
  of(user: Rights): readonly Role[];
  scopesOf(user: Rights): readonly Scope[];
}

export interface PeopleNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly keyring: Keyring;
  readonly egress: Egress;
  readonly note: NoteOnce;
  readonly revokeKeysOf: RevokeKeysOf;
  readonly runtime: Runtime;
}

export function createPeople({ egress, revokeKeysOf, ...needs }: PeopleNeeds): People {
  const { database, changes, keyring, runtime } = needs;
  const users = userWrites(changes, revokeKeysOf, runtime);
  const roles = roleWrites(changes, runtime);
  const provider = providerWrites(changes, keyring, runtime);
  return {
    async roles(organizationId) {
      const [all, known] = await Promise.all([
        rolesOf(database, organizationId),
        readProvider(database, organizationId),
      ]);
      const idsOf = (user: Rights) => roleIdsOf(user, known?.groupRoles ?? []);
      return {
        all,
        of: (user) => all.filter(({ id }) => idsOf(user).includes(id)),
        scopesOf: (user) => scopesOf(all, idsOf(user)),
      };
    },
    provider: (organizationId) => readProvider(database, organizationId),
    async workingKeys(organizationId, userIds) {
      const keys = await workingKeysOf(database, organizationId, userIds, runtime.clock.now());
      return userIds.map((userId) => keys.filter(({ issuedTo }) => issuedTo === userId).length);
    },
    signIn: createSignIn({ ...needs, issuers: createIssuers(egress) }),
    userSave: users.save,
    userDisable: users.disable,
    userEnable: users.enable,
    roleSave: roles.save,
    roleDelete: roles.delete,
    identityProviderSave: provider.save,
    identityProviderDelete: provider.delete,
    sessionEnd: sessionEnd(changes, runtime),
  };
}

export type { Role } from './built-in.ts';
export type { ProviderChanged } from './provider.ts';
export type { RoleChanged } from './roles.ts';
export type { SessionEnded } from './sessions.ts';
export { SignInRefused } from './sign-in.ts';
export type { ProviderRow } from './store.ts';
export type { UserChanged } from './users.ts';
