import type { Caller } from '../core/caller.ts';
import { actorOf, diffOf, type FieldChange } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type CatalogueRow, rowOf } from './catalogue.ts';
import { complaintOfSecret } from './catalogue-row.ts';
import { topicOf } from './change.ts';
import { type Environment, placeOf } from './directory.ts';
import { demandEnvironment } from './environment-keys.ts';
import { type CredentialSaveInput, credentialSaveInput } from './inputs.ts';
import type { ProviderChanged } from './save.ts';
import {
  type CredentialRow,
  credentialById,
  credentialByLabel,
  deleteCredential,
  providerById,
  saveCredential,
} from './store.ts';

/** Stores where a provider's secret is, or the secret itself, sealed to its row. See the door. */
export function credentialSave(changes: Changes, keyring: Keyring, environment: Environment, { ids, clock }: Runtime) {
  return async (caller: Caller, given: CredentialSaveInput): Promise<ProviderChanged> => {
    const input = parse(credentialSaveInput, given);
    const { organizationId } = caller;
    if ('env' in input.secret) demandEnvironment(caller);
    const made = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const provider = await providerById(tx, organizationId, input.provider);
        if (!provider) throw new NotFoundProblem('Provider', input.provider);
        refuseUnfit(rowOf(provider.kind), input.secret, environment);
        const before = await credentialByLabel(tx, provider.id, input.label);
        const id = before?.id ?? ids.next('crd');
        const sealed = (secret: string) => keyring.seal(secret, placeOf(organizationId, id));
        const after: CredentialRow = {
          id,
          providerId: provider.id,
          label: input.label,
          weight: input.weight ?? before?.weight ?? 1,
          ...whereabouts(input.secret, sealed, environment),
        };
        await saveCredential(tx, organizationId, after, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'credential.replace' : 'credential.create',
          resourceType: 'Provider',
          resourceId: provider.id,
          diff: difference(before, after),
        };
      },
      idempotencyOf(caller, 'credentialSave', { ...input, secret: fingerprint(input.secret, keyring) }),
    );
    return { providerId: made.resourceId, change: made };
  };
}

/** Removes a credential; calls in flight keep what they have. */
export function credentialDelete(changes: Changes) {
  return async (caller: Caller, id: string): Promise<ProviderChanged> => {
    const { organizationId } = caller;
    const made = await changes.make(topicOf(organizationId), async (tx) => {
      const before = await credentialById(tx, organizationId, id);
      if (!before) throw new NotFoundProblem('Credential', id);
      await deleteCredential(tx, id);
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'credential.delete',
        resourceType: 'Provider',
        resourceId: before.providerId,
        diff: difference(before, null),
      };
    });
    return { providerId: made.resourceId, change: made };
  };
}

/** A stored secret must be what its provider takes; a variable may be set later, so only one that is set is looked at. */
function refuseUnfit(row: CatalogueRow, secret: SecretInput, environment: Environment): void {
  const text = 'env' in secret ? environment[secret.env] : secret.value;
  const complaint = text === undefined ? null : complaintOfSecret(row, text);
  if (complaint) throw ValidationProblem.at(`secret.${'env' in secret ? 'env' : 'value'}`, 'INVALID', complaint);
}

type SecretInput = { readonly env: string } | { readonly value: string };

function whereabouts(
  secret: SecretInput,
  seal: (secret: string) => Buffer,
  environment: Environment,
): Pick<CredentialRow, 'envName' | 'ciphertext' | 'lastFour'> {
  if ('env' in secret) {
    return { envName: secret.env, ciphertext: null, lastFour: lastFourOf(environment[secret.env]) };
  }
  return { envName: null, ciphertext: seal(secret.value), lastFour: lastFourOf(secret.value) };
}

/**
 * Enough to tell keys apart; a short secret shows nothing, since four of eight characters would be half of it, nor does
 * a JSON object, whose last characters are none of a key.
 */
export function lastFourOf(secret: string | undefined): string | null {
  return secret !== undefined && secret.length >= 16 && !secret.startsWith('{') ? secret.slice(-4) : null;
}

/** A repeated key must come with the same secret, and nobody may find the secret from what is kept of it. */
function fingerprint(secret: SecretInput, keyring: Keyring): SecretInput {
  return 'env' in secret ? secret : { value: keyring.hash('credential', secret.value).toString('base64') };
}

function difference(before: CredentialRow | null, after: CredentialRow | null): FieldChange[] {
  const label = (after ?? before)?.label ?? '';
  const changes = diffOf(before && shown(before), after && shown(after));
  const stored = before?.ciphertext ?? after?.ciphertext;
  const masked: FieldChange = {
    path: ['secret'],
    op: before && after ? 'REPLACE' : after ? 'ADD' : 'REMOVE',
    before: null,
    after: null,
    masked: true,
  };
  return [...changes, ...(stored ? [masked] : [])].map((change) => ({
    ...change,
    path: ['credentials', label, ...change.path],
  }));
}

function shown({ envName, lastFour, weight }: CredentialRow) {
  return { envName, lastFour, weight };
}
