import { type Caller, type Scope, scopes } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf, type FieldChange } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { hashOf } from './authenticate.ts';
import { type OrganizationCreateInput, organizationCreateInput } from './inputs.ts';
import { adminScopes } from './people/built-in.ts';
import { topicOf } from './rights.ts';
import { newSecret, prefixOf } from './secrets.ts';
import { insertKey, insertOrganization, saveProject, saveTeam } from './store.ts';
import { explainTakenSlug } from './taken-slug.ts';

export interface Organizations {
  create(caller: Caller, input: OrganizationCreateInput): Promise<OrganizationCreated>;
}

/** Ids only: what is in the new organization is for its own keys to see. */
export interface OrganizationCreated {
  readonly organizationId: string;
  /** Of its admin key; shown once, null on the replay of an idempotency key. */
  readonly secret: Secret | null;
  readonly change: ChangeReceipt;
}

export function createOrganizations(changes: Changes, keyring: Keyring, runtime: Runtime): Organizations {
  return {
    async create(caller, given) {
      demand(caller, ['ORGANIZATIONS_WRITE']);
      const input = parse(organizationCreateInput, given);
      const adminKey = newSecret();
      // What the caller may do, he may hand on; founding further organizations is for the house's own key.
      const handedOn = scopes.filter((scope) => caller.scopes.has(scope) && scope !== 'ORGANIZATIONS_WRITE');
      const change = await changes
        .make(
          // The caller's own topic and audit log: that is where a repeated idempotency key is looked for.
          topicOf(caller.organizationId),
          async (tx) => {
            const made = await foundOrganization(tx, keyring, runtime, {
              slug: input.slug,
              name: input.name,
              adminKeyId: runtime.ids.next('key'),
              adminKey,
              scopes: handedOn,
              // Who has all that an admin may could make himself one, and so have what comes later too.
              everyScope: adminScopes.every((scope) => caller.scopes.has(scope)),
            });
            return {
              organizationId: caller.organizationId,
              actor: actorOf(caller),
              action: 'organization.create',
              resourceType: 'Organization',
              resourceId: made.organizationId,
              diff: made.diff,
            };
          },
          idempotencyOf(caller, 'organizationCreate', input),
        )
        .catch(explainTakenSlug(input.slug));
      return { organizationId: change.resourceId, secret: change.replayed ? null : adminKey, change };
    },
  };
}

export interface Foundation {
  readonly slug: string;
  readonly name: string;
  readonly adminKeyId: string;
  readonly adminKey: Secret;
  /** Of the admin key, and whether it is to have those of later releases too. */
  readonly scopes: readonly Scope[];
  readonly everyScope: boolean;
}

/** An organization somebody can work with at once: with a team, a project and a key to both, all called `default`. */
export async function foundOrganization(
  tx: Transaction,
  keyring: Keyring,
  { clock, ids }: Runtime,
  { slug, name, adminKeyId, adminKey, ...rights }: Foundation,
): Promise<{ organizationId: string; diff: FieldChange[] }> {
  const now = clock.now();
  const [organizationId, teamId, projectId] = [ids.next('org'), ids.next('team'), ids.next('prj')];
  await insertOrganization(tx, { id: organizationId, slug, name }, now);
  await saveTeam(tx, organizationId, { id: teamId, slug: 'default', name: 'Default' }, now);
  await saveProject(tx, organizationId, { id: projectId, teamId, slug: 'default', name: 'Default' }, now);
  const prefix = prefixOf(adminKey);
  await insertKey(tx, {
    id: adminKeyId,
    organizationId,
    projectId,
    name: 'admin',
    prefix,
    hash: hashOf(keyring, adminKey.reveal()),
    ...rights,
    issuedTo: null,
    createdAt: now,
    expiresAt: null,
    documents: 'ANY',
  });
  const made = {
    slug,
    name,
    team: teamId,
    project: projectId,
    adminKey: { id: adminKeyId, prefix, ...rights },
  };
  return { organizationId, diff: diffOf(null, made) };
}
