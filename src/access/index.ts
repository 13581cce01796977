import type { Caller } from '../core/caller.ts';
import type { NoteOnce } from '../core/happening.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Egress } from '../platform/egress.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { type ApiKeyChanged, createApiKeys } from './api-keys.ts';
import { type Credentials, createAuthenticate, type SecretsInUse } from './authenticate.ts';
import { createDirectory } from './directory.ts';
import { createFirstStart, type FirstStart } from './first-start.ts';
import type {
  ApiKeyCreateInput,
  ApiKeyRevokeInput,
  ApiKeyRotateInput,
  OrganizationCreateInput,
  ProjectSaveInput,
  TeamSaveInput,
} from './inputs.ts';
import type { KeyRecord } from './key-record.ts';
import { createKeyUses } from './key-uses.ts';
import { createLastUsed } from './last-used.ts';
import { createOrganizations, type OrganizationCreated } from './organizations.ts';
import { createPeople, type People } from './people/index.ts';
import { readSession, type SessionRecord, sessionsInUse } from './people/sessions.ts';
import { createPlaces, type ProjectSaved, type TeamSaved } from './places.ts';
import { createRevocation } from './revocation.ts';
import { keyByHash } from './store.ts';

/**
 * Who is calling: organizations, their teams and projects, the API keys that open them, and the people who sign in.
 *
 * Every write demands its scope of the caller, is confined to the caller's organization (another one's id is
 * NotFoundProblem), is audited, and throws ValidationProblem for bad input and IdempotencyConflictProblem for an
 * idempotency key used before with another input.
 */
export interface Access {
  /**
   * @throws Unauthenticated whatever is wrong with the key
   * @throws UnavailableProblem when the key is not remembered and the database does not answer
   */
  authenticate(credentials: Credentials): Promise<Caller>;
  /**
   * Calls `listener` once when the secret the caller came with stops being valid: revoked, expired, or rotated away and
   * out of grace; within 1 s, on any instance, at once when it already has.
   * @param caller the very object `authenticate` gave
   * @returns takes the watch back
   */
  onRevoked(caller: Caller, listener: () => void): () => void;
  /** For the house's operator: a tenant with a team, a project and an admin key. Scope ORGANIZATIONS_WRITE. */
  organizationCreate(caller: Caller, input: OrganizationCreateInput): Promise<OrganizationCreated>;
  /** Scope MEMBERS_WRITE. */
  teamSave(caller: Caller, input: TeamSaveInput): Promise<TeamSaved>;
  /** Scope MEMBERS_WRITE. */
  projectSave(caller: Caller, input: ProjectSaveInput): Promise<ProjectSaved>;
  /** Scope KEYS_WRITE, and every scope the new key is to have. */
  apiKeyCreate(caller: Caller, input: ApiKeyCreateInput): Promise<ApiKeyChanged>;
  /** A new secret; the old one works until the grace ends, the one before it no more. Scopes as for `apiKeyCreate`. */
  apiKeyRotate(caller: Caller, input: ApiKeyRotateInput): Promise<ApiKeyChanged>;
  /** Both secrets stop working, for good. Scope KEYS_WRITE. */
  apiKeyRevoke(caller: Caller, input: ApiKeyRevokeInput): Promise<ApiKeyChanged>;
  readonly people: People;
  /**
   * Makes organization, team, project and admin key when there is none yet; safe to call at every start, on several
   * instances at once.
   * @param adminKey GLIDEPATH_ADMIN_KEY: used instead of a generated one, and registered anew when its value changed
   */
  firstStart(adminKey: Secret | null): Promise<FirstStart>;
  /** Writes down the last uses and ends all watches. */
  close(): Promise<void>;
}

export interface AccessNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly egress: Egress;
  /** Keeps in the audit log what is no change. */
  readonly note: NoteOnce;
  readonly runtime: Runtime;
}

export function createAccess(needs: AccessNeeds): Access {
  const { database, snapshots, changes, jobs, keyring, runtime } = needs;
  const { clock } = runtime;
  const secretsInUse: SecretsInUse = new WeakMap();
  const keys = createDirectory<KeyRecord>('access', (hash) => keyByHash(database, hash), snapshots, clock);
  const readingSession = (hash: Buffer) => readSession(database, hash);
  const sessions = createDirectory<SessionRecord>('people', readingSession, snapshots, clock);
  const lastUsed = createLastUsed(database, runtime);
  const revocation = createRevocation([keys, sessions], secretsInUse, clock);
  const organizations = createOrganizations(changes, keyring, runtime);
  const places = createPlaces(changes, runtime);
  const apiKeys = createApiKeys(database, changes, keyring, runtime);

  return {
    authenticate: createAuthenticate({
      ...{ keys, sessions, secretsInUse, lastUsed, keyring, clock },
      keyUses: createKeyUses(needs.note),
      touch: sessionsInUse(database, jobs, runtime),
    }),
    onRevoked: revocation.watch,
    organizationCreate: organizations.create,
    teamSave: places.saveTeam,
    projectSave: places.saveProject,
    apiKeyCreate: apiKeys.create,
    apiKeyRotate: apiKeys.rotate,
    apiKeyRevoke: apiKeys.revoke,
    people: createPeople({ ...needs, revokeKeysOf: apiKeys.revokeAllOf }),
    firstStart: createFirstStart(database, changes, keyring, runtime),
    async close() {
      revocation.close();
      keys.close();
      sessions.close();
      await lastUsed.close();
    },
  };
}

export { SignInRefused } from './people/index.ts';
export { placeOf } from './place-of.ts';
export { scopeExists } from './scope-exists.ts';
export type {
  ApiKeyChanged,
  ApiKeyCreateInput,
  ApiKeyRevokeInput,
  ApiKeyRotateInput,
  Credentials,
  FirstStart,
  OrganizationCreated,
  OrganizationCreateInput,
  ProjectSaved,
  ProjectSaveInput,
  TeamSaved,
  TeamSaveInput,
};
