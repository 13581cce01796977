import { boundTo } from '../core/affinity.ts';
import type { OutputPart } from '../core/chat.ts';
import type { Candidate, ProviderCard } from '../core/decision.ts';
import { oncePer } from '../core/once-per.ts';
import { NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../core/secret.ts';
import { traceparent } from '../core/trace.ts';
import type { Database } from '../platform/database/database.ts';
import type { Egress } from '../platform/egress.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import type { AnswerEvent, Hear, Question } from './answer-event.ts';
import { asked } from './asked.ts';
import type { ReachableModel } from './attempt-job.ts';
import { type Connection, rowOf } from './catalogue.ts';
import { addressOf, type CatalogueRow, complaintOfSecret } from './catalogue-row.ts';
import { handlingOf } from './data-handling.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import type { Reached } from './probe.ts';
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
    return { byId: new Map(entries.map((entry) => [entry.card.id, entry])), cards: entries.map(({ card }) => card) };
  });

  return {
    cards: (organizationId) => cardsOf(known.get(organizationId)),
    async reach(organizationId, { model: { providerId, providerSlug, modelId } }, account) {
      const entry = (await known.get(organizationId)).byId.get(providerId);
      if (!entry) throw new NotFoundProblem('Provider', providerSlug);
      const { row, keys } = entry;
      // No other key could read it, so one that had better rest is asked all the same.
      const bound = account === null ? undefined : keys.all.find(({ id }) => id === account);
      const key = bound ?? byWeight(keys.usable(), needs.runtime.random);
      return {
        ask: (question, signal, hear) =>
          asked(
            row,
            within(question, row, key?.connection ?? entry.keyless),
            modelId,
            question,
            signal,
            signedFor(row, key, hear),
          ),
        otherKey: (failure) => key !== null && keys.met(key, failure) && !bound,
      };
    },
    async reachProvider(organizationId, providerId) {
      const entry = (await known.get(organizationId)).byId.get(providerId);
      if (!entry) return null;
      const { card, row, keyless, keys } = entry;
      const connection = byWeight(keys.usable(), needs.runtime.random)?.connection ?? keyless;
      const missing = card.hasCredential ? null : 'it has no usable credential, or a setting is missing';
      return { row, connection, missing };
    },
  };
}

/** One promise for as long as nothing changes: what others make of it, they keep by it. */
const cardsOf = oncePer((read: Promise<{ readonly cards: readonly ProviderCard[] }>) =>
  read.then(({ cards }) => cards),
);

/** The same connection, over which a server of one's own hears which trace it is part of: vendors are told nothing of it. */
function within({ place }: Question, { joinsTraces }: CatalogueRow, connection: Connection): Connection {
  const trace = joinsTraces ? place?.() : null;
  if (!trace) return connection;
  const told = { traceparent: traceparent(trace) };
  return {
    ...connection,
    send: (url, sending) => connection.send(url, { ...sending, headers: { ...sending?.headers, ...told } }),
    fetch: (input, init) => {
      const request = new Request(input, init);
      request.headers.set('traceparent', told.traceparent);
      return connection.fetch(request);
    },
  };
}

/** Notes the credential in signatures that only its account can read. */
function signedFor({ signsForAccount }: CatalogueRow, key: Key | null, hear: Hear): Hear {
  if (!signsForAccount || key === null) return hear;
  return (events) => hear(events.map((event) => boundEvent(key.id, event)));
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
  readonly row: CatalogueRow;
  /** For providers that want no key. */
  readonly keyless: Connection;
  /** Of the usable credentials. */
  readonly keys: KeyRing<Key>;
}

/** A usable credential. */
interface Key {
  readonly id: string;
  readonly weight: number;
  readonly connection: Connection;
}

function entryOf(
  provider: ProviderRow,
  organizationId: string,
  credentials: readonly CredentialRow[],
  needs: DirectoryNeeds,
): Entry {
  const row = rowOf(provider.kind);
  const keyless: Connection = {
    baseUrl: provider.baseUrl ?? addressOf(row.baseUrl, provider.settings),
    secret: null,
    settings: provider.settings,
    fetch: needs.egress.fetch,
    send: needs.egress.send,
    runtime: needs.runtime,
  };
  const keys = credentials
    .filter(({ providerId, weight }) => providerId === provider.id && weight > 0)
    .flatMap((credential): Key[] => {
      const secret = secretOf(credential, organizationId, needs);
      return secret && complaintOfSecret(row, secret.reveal()) === null
        ? [{ id: credential.id, weight: credential.weight, connection: { ...keyless, secret } }]
        : [];
    });
  const has = { secret: keys.length > 0, baseUrl: keyless.baseUrl !== null };
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
      ...(row.signsForAccount && { accounts: keys.map(({ id }) => id) }),
      ...(handling && { dataHandling: handling }),
      ...(row.offers.length > 0 && { offers: row.offers }),
      ...(row.takes && { takes: row.takes, takesBack: row.takesFrom.ASSISTANT }),
    },
    row,
    keyless,
    keys: createKeyRing(keys, needs.runtime.clock),
  };
}

/** Each credential answers for its share of the calls. Null when there is none. */
function byWeight(keys: readonly Key[], random: Runtime['random']): Key | null {
  if (keys.length < 2) return keys[0] ?? null;
  let rest = random.float() * keys.reduce((sum, { weight }) => sum + weight, 0);
  for (const key of keys) {
    rest -= key.weight;
    if (rest < 0) return key;
  }
  return keys.at(-1)!;
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
