import type { Candidate, ProviderCard } from '../core/decision.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../core/secret.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import type { ReachableModel } from './attempt.ts';
import { type Connection, rowOf } from './catalogue.ts';
import { type CredentialRow, credentialsOf, type ProviderRow, providersOf } from './store.ts';

/** An organization's providers as the data plane sees them: from a snapshot, with secrets already opened. */
export interface Directory {
  cards(organizationId: string): Promise<readonly ProviderCard[]>;
  /** @throws NotFoundProblem when the provider has gone since the decision was made */
  reach(organizationId: string, candidate: Candidate): Promise<ReachableModel>;
}

export interface DirectoryNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly keyring: Keyring;
  readonly egress: { readonly fetch: typeof fetch };
  readonly runtime: Runtime;
  readonly environment: Environment;
}

/** Provider keys under their usual names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Organizations whose providers are kept in memory; the others are read again when they call. */
const KEPT = 1000;

export function createDirectory(needs: DirectoryNeeds): Directory {
  const { database, snapshots } = needs;
  const known = snapshots.of('providers', KEPT, async (organizationId) => {
    const [rows, credentials] = await Promise.all([
      providersOf(database, organizationId),
      credentialsOf(database, organizationId),
    ]);
    return new Map(rows.map((row) => [row.id, entryOf(row, organizationId, credentials, needs)]));
  });

  return {
    async cards(organizationId) {
      return Array.from((await known.get(organizationId)).values(), ({ card }) => card);
    },
    async reach(organizationId, { model: { providerId, providerSlug, modelId } }) {
      const entry = (await known.get(organizationId)).get(providerId);
      if (!entry) throw new NotFoundProblem('Provider', providerSlug);
      const row = rowOf(entry.card.kind);
      return { row, model: row.model(entry.connection, modelId) };
    },
  };
}

interface Entry {
  readonly card: ProviderCard;
  readonly connection: Connection;
}

function entryOf(
  provider: ProviderRow,
  organizationId: string,
  credentials: readonly CredentialRow[],
  needs: DirectoryNeeds,
): Entry {
  const row = rowOf(provider.kind);
  const own = credentials.filter(({ providerId }) => providerId === provider.id);
  const secret = own.map((credential) => secretOf(credential, organizationId, needs)).find((found) => found !== null);
  const connection: Connection = {
    baseUrl: provider.baseUrl ?? row.baseUrl,
    secret: secret ?? null,
    fetch: needs.egress.fetch,
    runtime: needs.runtime,
  };
  const has = { secret: connection.secret !== null, baseUrl: connection.baseUrl !== null };
  const { id, slug, kind, enabled } = provider;
  const { priceBook, anyModel, models, signedBy } = row;
  const hasCredential = row.needs.every((need) => has[need]);
  return { card: { id, slug, kind, enabled, hasCredential, priceBook, anyModel, models, signedBy }, connection };
}

/** Null when the variable is not set, or the secret was sealed with another key: then there is no credential. */
function secretOf(
  { id, envName, ciphertext }: CredentialRow,
  organizationId: string,
  { environment, keyring, runtime }: DirectoryNeeds,
): Secret | null {
  if (envName !== null) return environment[envName] ? new Secret(environment[envName]) : null;
  if (ciphertext === null) return null;
  try {
    return new Secret(keyring.open(ciphertext, placeOf(organizationId, id)));
  } catch (error) {
    runtime.log.error({ credentialId: id, err: error }, 'a stored provider credential cannot be opened');
    return null;
  }
}

/** What a stored secret is bound to: moved to another row or organization, it does not open. */
export function placeOf(organizationId: string, credentialId: string): string {
  return `${organizationId}/${credentialId}`;
}
