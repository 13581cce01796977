import type { Caller } from '../../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../../core/change.ts';
import { parse } from '../../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../../core/problem.ts';
import { demand } from '../../core/rights.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type Changes, idempotencyOf } from '../../platform/changes.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { demandAnyDocument, peopleTopic } from '../rights.ts';
import { adminScopes } from './built-in.ts';
import { type IdentityProviderSaveInput, identityProviderSaveInput } from './inputs.ts';
import { demandRoles, rolesOf, scopesOf } from './roles.ts';
import { deleteProvider, type ProviderRow, type Queries, readProvider, rightsInUse, writeProvider } from './store.ts';
import { roleIdsOf } from './users.ts';

export interface ProviderChanged {
  readonly change: ChangeReceipt;
}

/** Where the client's secret belongs: it opens nowhere else. */
export function placeOfSecret(organizationId: string): string {
  return `identity-provider/${organizationId}`;
}

/**
 * Whoever names the issuer decides who everybody is, today's people and tomorrow's: that takes all that a role of an
 * organization can allow, and all that anybody here has been allowed besides.
 */
export function providerWrites(changes: Changes, keyring: Keyring, { clock }: Runtime) {
  return {
    async save(caller: Caller, given: IdentityProviderSaveInput): Promise<ProviderChanged> {
      demand(caller, adminScopes);
      demandAnyDocument(caller);
      const { idempotencyKey, clientSecret, maxAge, idle, ...input } = parse(identityProviderSaveInput, given);
      const { organizationId } = caller;
      const print = clientSecret == null ? null : keyring.hash('identity-provider', clientSecret).toString('base64');
      const change = await changes.make(
        peopleTopic(organizationId),
        async (tx) => {
          const before = await readProvider(tx, organizationId);
          const roles = await rolesOf(tx, organizationId);
          for (const { role } of input.groupRoles) demandRoles(roles, [role], 'groupRoles');
          demand(caller, scopesOf(roles, await rolesInUse(tx, organizationId, [before, input])));
          if (idle > maxAge) throw ValidationProblem.at('idle', 'TOO_LONG', 'idle is at most maxAge.');
          const same = before?.issuer === input.issuer && before.clientId === input.clientId;
          const kept = same ? before.clientSecret : null;
          const row: ProviderRow = {
            ...input,
            clientSecret: clientSecret == null ? kept : keyring.seal(clientSecret, placeOfSecret(organizationId)),
            maxAgeMs: maxAge,
            idleMs: idle,
            updatedAt: new Date(clock.now()),
          };
          await writeProvider(tx, organizationId, row);
          const old = before && { ...shown(before), clientSecret: before.clientSecret ? 'kept' : null };
          const secret = print ?? (kept ? 'kept' : null);
          return {
            ...aboutProvider(caller, 'save'),
            diff: diffOf(old, { ...shown(row), clientSecret: secret }, ['clientSecret']),
          };
        },
        idempotencyOf(caller, 'identityProviderSave', { ...input, maxAge, idle, clientSecret: print, idempotencyKey }),
      );
      return { change };
    },

    /** Nobody signs in any more; sessions that are open go on until they end. */
    async delete(caller: Caller): Promise<ProviderChanged> {
      demand(caller, adminScopes);
      const { organizationId } = caller;
      const change = await changes.make(peopleTopic(organizationId), async (tx) => {
        const before = await readProvider(tx, organizationId);
        if (!before) throw new NotFoundProblem('IdentityProvider', organizationId);
        await deleteProvider(tx, organizationId);
        return { ...aboutProvider(caller, 'delete'), diff: diffOf(shown(before), null) };
      });
      return { change };
    },
  };
}

async function rolesInUse(
  tx: Queries,
  organizationId: string,
  providers: readonly (Pick<ProviderRow, 'groupRoles'> | null)[],
): Promise<string[]> {
  const groupRoles = providers.flatMap((provider) => provider?.groupRoles ?? []);
  const people = await rightsInUse(tx, organizationId);
  return [...groupRoles.map(({ role }) => role), ...people.flatMap((user) => roleIdsOf(user, groupRoles))];
}

function shown({ issuer, clientId, scopes, groupsClaim, groupRoles, trustEmail, maxAgeMs, idleMs }: ProviderRow) {
  const mapped = groupRoles.map(({ group, role }) => ({ group, role }));
  return { issuer, clientId, scopes, groupsClaim, groupRoles: mapped, trustEmail, maxAgeMs, idleMs };
}

function aboutProvider(caller: Caller, verb: string) {
  const { organizationId } = caller;
  const about = { resourceType: 'IdentityProvider', resourceId: organizationId };
  return { organizationId, actor: actorOf(caller), action: `identityProvider.${verb}`, ...about };
}
