import { boundTo } from '../core/affinity.ts';
import type { OutputPart } from '../core/chat.ts';
import type { Candidate, ProviderCard } from '../core/decision.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../core/secret.ts';
import type { Database } from '../platform/database/database.ts';
import type { Egress } from '../platform/egress.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import type { AnswerEvent, AnswerEvents } from './answer-event.ts';
import { asked } from './asked.ts';
import type { ReachableModel } from './attempt-job.ts';
import { type Connection, rowOf } from './catalogue.ts';
import { addressOf, type CatalogueRow, complaintOfSecret } from './catalogue-row.ts';
import { handlingOf } from './data-handling.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import type { Reached } from './probe.ts';
import type { Failure } from './problems.ts';
import { type CredentialRow, credentialsOf, type ProviderRow, providersOf } from './store.ts';

/** An organization's providers as the data plane sees them: from a snapshot, with secrets already opened. */
export interface Directory {
  cards(organizationId: string): Promise<readonly ProviderCard[]>;
  /** For a test of a provider, whether or not it can be reached; null when there is none. */
  reachProvider(organizationId: string, providerId: string): Promise<Reached | null>;
  /**
   * @param account the one credential it must be, for calls that bring back what was sealed under it; null: any
   * @throws NotFoundProblem when the provider has gone since the decision was made
   */
  reach(organizationId: string, candidate: Candidate, account: string | null): Promise<ReachableModel>;
}

export interface DirectoryNeeds {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly keyring: Keyring;
  readonly egress: Pick<Egress, 'fetch' | 'send'>;
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
    const entries = rows.map((row) => entryOf(row, organizationId, credentials, needs));
    // One list for as long as nothing changes: what others make of it, they keep by it.
    return { byId: new Map(entries.map((entry) => [entry.card.id, entry])), cards: entries.map(({ card }) => card) };
  });

  const connected = async (
    organizationId: string,
    { model: { providerId, providerSlug } }: Candidate,
    account: string | null,
  ) => {
    const entry = (await known.get(organizationId)).byId.get(providerId);
    if (!entry) throw new NotFoundProblem('Provider', providerSlug);
    // No other key could read it, so one that had better rest is asked all the same.
    const bound = account === null ? undefined : entry.secrets.all.find(({ id }) => id === account);
    const chosen = bound ?? byWeight(entry.secrets.usable(), needs.runtime.random);
    return {
      row: rowOf(entry.card.kind),
      connection: { ...entry.connection, secret: chosen?.secret ?? null },
      account: chosen?.id ?? null,
      otherKey: (failure: Failure) => chosen !== null && entry.secrets.met(chosen, failure) && !bound,
    };
  };

  return {
    async cards(organizationId) {
      return (await known.get(organizationId)).cards;
    },
    async reach(organizationId, candidate, bound) {
      const { row, connection, account, otherKey } = await connected(organizationId, candidate, bound);
      const { modelId } = candidate.model;
      return {
        ask: async (question, signal) =>
          signedFor(row, account, await asked(row, connection, modelId, question, signal)),
        otherKey,
      };
    },
    async reachProvider(organizationId, providerId) {
      const entry = (await known.get(organizationId)).byId.get(providerId);
      if (!entry) return null;
      const { card, connection, secrets } = entry;
      const secret = byWeight(secrets.usable(), needs.runtime.random)?.secret ?? null;
      const missing = card.hasCredential ? null : 'it has no usable credential, or a setting is missing';
      return { row: rowOf(card.kind), connection: { ...connection, secret }, missing };
    },
  };
}

/** Notes the credential in signatures that only its account can read. */
function signedFor({ signsForAccount }: CatalogueRow, account: string | null, answer: AnswerEvents): AnswerEvents {
  return signsForAccount && account !== null ? bound(account, answer) : answer;
}

async function* bound(account: string, answer: AnswerEvents): AsyncGenerator<readonly AnswerEvent[], void> {
  for await (const events of answer) yield events.map((event) => boundEvent(account, event));
}

function boundEvent(account: string, event: AnswerEvent): AnswerEvent {
  if (event.kind !== 'partFinished') return event;
  const { part } = event;
  const signature = part.kind === 'reasoning' || part.kind === 'toolCall' ? part.signature : undefined;
  if (signature === undefined) return event;
  return { ...event, part: { ...part, signature: boundTo(account, signature) } as OutputPart };
}

interface Entry {
  readonly card: ProviderCard;
  readonly connection: Omit<Connection, 'secret'>;
  /** Of the usable credentials. */
  readonly secrets: KeyRing<WeightedSecret>;
}

interface WeightedSecret {
  /** Of the credential. */
  readonly id: string;
  readonly secret: Secret;
  readonly weight: number;
}

function entryOf(
  provider: ProviderRow,
  organizationId: string,
  credentials: readonly CredentialRow[],
  needs: DirectoryNeeds,
): Entry {
  const row = rowOf(provider.kind);
  const secrets = credentials
    .filter(({ providerId, weight }) => providerId === provider.id && weight > 0)
    .flatMap((credential) => {
      const secret = secretOf(credential, organizationId, needs);
      return secret && complaintOfSecret(row, secret.reveal()) === null
        ? [{ id: credential.id, secret, weight: credential.weight }]
        : [];
    });
  const connection = {
    baseUrl: provider.baseUrl ?? addressOf(row.baseUrl, provider.settings),
    settings: provider.settings,
    fetch: needs.egress.fetch,
    send: needs.egress.send,
    runtime: needs.runtime,
  };
  const has = { secret: secrets.length > 0, baseUrl: connection.baseUrl !== null };
  const { id, slug, kind, enabled } = provider;
  const { priceBook, anyModel, models, signedBy } = row;
  const handling = handlingOf(row, provider);
  const hasCredential = row.needs.every((need) => has[need]) && (row.baseUrl === null || has.baseUrl);
  return {
    card: {
      id,
      slug,
      kind,
      enabled,
      hasCredential,
      priceBook,
      anyModel,
      models,
      signedBy,
      schemas: row.schemas,
      ...(row.signsForAccount && { accounts: secrets.map(({ id }) => id) }),
      ...(handling && { dataHandling: handling }),
      ...(row.offers.length > 0 && { offers: row.offers }),
      ...(row.takes && { takes: row.takes, takesBack: row.takesFrom.ASSISTANT }),
    },
    connection,
    secrets: createKeyRing(secrets, needs.runtime.clock),
  };
}

/** Each credential answers for its share of the calls. Null when there is none. */
function byWeight(secrets: readonly WeightedSecret[], random: Runtime['random']): WeightedSecret | null {
  const total = secrets.reduce((sum, { weight }) => sum + weight, 0);
  let rest = secrets.length > 1 ? random.float() * total : 0;
  for (const candidate of secrets) {
    rest -= candidate.weight;
    if (rest < 0) return candidate;
  }
  return secrets.at(-1) ?? null;
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
