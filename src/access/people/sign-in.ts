import { type Actor, diffOf } from '../../core/change.ts';
import type { NoteOnce } from '../../core/happening.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Secret } from '../../core/secret.ts';
import type { Changes } from '../../platform/changes.ts';
import type { Database, Transaction } from '../../platform/database/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { peopleTopic } from '../rights.ts';
import type { Claims, Client, Issuers, Question } from './issuer.ts';
import { placeOfSecret } from './provider.ts';
import { rolesOf, scopesOf } from './roles.ts';
import { hashOfToken, newToken } from './sessions.ts';
import {
  endSurplusSessions,
  firstProject,
  insertSession,
  organizationBySlug,
  type ProviderRow,
  readProvider,
  type UserRow,
  userByEmail,
  userBySubject,
  writeUser,
} from './store.ts';
import { roleIdsOf } from './users.ts';

/** The way of a person into the house: out to the issuer of his organization, and back with an answer. */
export interface SignIn {
  /**
   * @param slug of the organization; null for the one that was first here
   * @param returnTo where the person wanted to go
   * @throws SignInRefused
   */
  begin(slug: string | null, redirectUri: string, returnTo: string): Promise<Begun>;
  /**
   * @param pending what `begin` gave to this browser
   * @param address of the answer: `redirectUri` with what the issuer added
   * @throws SignInRefused
   */
  finish(pending: string, address: URL, visitor: Visitor): Promise<SignedIn>;
}

export interface Begun {
  readonly location: string;
  /** Sealed: for this browser to bring back, and of no use to any other. */
  readonly pending: string;
  readonly maxAgeMs: number;
}

export interface Visitor {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface SignedIn {
  readonly token: Secret;
  readonly maxAgeMs: number;
  readonly returnTo: string;
}

/** Says what the person or an admin can do about it; the log has the rest. */
export class SignInRefused extends Error {}

interface Pending extends Question {
  readonly organizationId: string;
  readonly issuer: string;
  readonly returnTo: string;
  /** Unix ms */
  readonly until: number;
}

export interface SignInNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly keyring: Keyring;
  readonly issuers: Issuers;
  readonly note: NoteOnce;
  readonly runtime: Runtime;
}

/** Long enough for a password and a second factor. */
const PATIENCE_MS = 10 * 60 * 1000;
const MAX_SESSIONS = 20;
const PENDING = 'sign-in';

export function createSignIn({ database, changes, keyring, issuers, note, runtime }: SignInNeeds): SignIn {
  const { clock, ids, log } = runtime;

  async function providerOf(organizationId: string | null): Promise<ProviderRow> {
    const provider = organizationId && (await readProvider(database, organizationId));
    if (!provider) throw new SignInRefused('Nobody can sign in here: an admin sets it up with identityProviderSave.');
    return provider;
  }

  function clientOf(organizationId: string, { issuer, clientId, clientSecret, scopes }: ProviderRow): Client {
    const secret = clientSecret && keyring.open(clientSecret, placeOfSecret(organizationId));
    return { issuer, clientId, clientSecret: secret, scopes };
  }

  function opened(sealed: string): Pending {
    try {
      const pending = JSON.parse(keyring.open(Buffer.from(sealed, 'base64url'), PENDING)) as Pending;
      if (clock.now() < pending.until) return pending;
    } catch {
      // Another gateway's, or nobody's.
    }
    throw new SignInRefused('This sign-in was not begun in this browser, or it took too long. Begin again.');
  }

  /** Tells the person what he may know, and the audit log all that matters. */
  function refused(
    organizationId: string,
    { ip }: Visitor,
    message: string,
    actor = { id: 'unknown', name: '' },
  ): never {
    const about = { resourceType: 'IdentityProvider', resourceId: organizationId };
    note({
      organizationId,
      actor: { ...actor, ip },
      action: 'user.signIn',
      ...about,
      outcome: 'DENIED',
      reason: message,
    });
    throw new SignInRefused(message);
  }

  return {
    async begin(slug, redirectUri, returnTo) {
      const organizationId = await organizationBySlug(database, slug);
      const provider = await providerOf(organizationId);
      const { issuer } = provider;
      const asked = await issuers.ask(clientOf(organizationId!, provider), redirectUri).catch((error: unknown) => {
        log.warn({ err: error, issuer }, 'an identity provider does not answer');
        throw new SignInRefused('The identity provider does not answer. Try again later.');
      });
      const { location, ...question } = asked;
      const until = clock.now() + PATIENCE_MS;
      const pending: Pending = { ...question, organizationId: organizationId!, issuer, returnTo, until };
      const sealed = keyring.seal(JSON.stringify(pending), PENDING).toString('base64url');
      return { location, pending: sealed, maxAgeMs: PATIENCE_MS };
    },

    async finish(sealed, address, visitor) {
      const pending = opened(sealed);
      const { organizationId } = pending;
      const provider = await providerOf(organizationId);
      if (provider.issuer !== pending.issuer)
        throw new SignInRefused('The identity provider has changed. Begin again.');
      const claims = await issuers
        .answer(clientOf(organizationId, provider), pending, address)
        .catch((error: unknown) => {
          log.warn({ err: error, issuer: provider.issuer }, 'a sign-in failed');
          return refused(organizationId, visitor, 'The identity provider did not confirm who you are. Begin again.');
        });
      const person = personOf(claims, provider);
      const token = newToken();
      const session = { id: ids.next('ses'), hash: hashOfToken(keyring, token.reveal()), ...visitor };
      // Refusals are noted when the transaction, which keeps nothing of them, is over.
      let refusal: Refusal | null = null;
      await changes
        .make(peopleTopic(organizationId), async (tx) => {
          const at = new Date(clock.now());
          const before = await known(tx, organizationId, person);
          const user =
            before instanceof Refusal ? before : await admitted(tx, organizationId, provider, person, before);
          if (user instanceof Refusal) {
            refusal = user;
            throw user;
          }
          await writeUser(tx, organizationId, user, at);
          const expiresAt = new Date(at.getTime() + provider.maxAgeMs);
          const { idleMs } = provider;
          await insertSession(tx, organizationId, { ...session, userId: user.id, createdAt: at, expiresAt, idleMs });
          await endSurplusSessions(tx, user.id, MAX_SESSIONS, at);
          const actor = { id: user.id, name: user.name, ip: visitor.ip };
          const about = { resourceType: 'UserSession', resourceId: session.id };
          const diff = diffOf(shown(before instanceof Refusal ? null : before), shown(user));
          return { organizationId, actor, action: 'user.signIn', ...about, diff };
        })
        .catch((error: unknown) => {
          if (refusal) return refused(organizationId, visitor, refusal.message, refusal.actor);
          throw error;
        });
      return { token, maxAgeMs: provider.maxAgeMs, returnTo: pending.returnTo };
    },
  };

  /** The one whom the issuer has signed in before, or who was invited by this address. */
  async function known(tx: Transaction, organizationId: string, person: Person): Promise<UserRow | Refusal | null> {
    const { issuer, subject, email, emailVerified } = person;
    const before = await userBySubject(tx, organizationId, issuer, subject);
    if (before) return before;
    if (email === null) return new Refusal('The identity provider did not tell your e-mail address.', person);
    const invited = await userByEmail(tx, organizationId, email);
    // Whoever can name an address that is not his would be whom he likes.
    if (!emailVerified) return new Refusal('The identity provider has not verified your e-mail address.', person);
    if (invited?.issuer === issuer) return new Refusal('Somebody else has signed in with this address.', person);
    return invited;
  }

  async function admitted(
    tx: Transaction,
    organizationId: string,
    provider: ProviderRow,
    person: Person,
    before: UserRow | null,
  ): Promise<UserRow | Refusal> {
    if (before?.disabledAt) return new Refusal('This person is disabled.', { ...person, id: before.id });
    const { issuer, subject, groups } = person;
    const projectId = before?.projectId ?? (await firstProject(tx, organizationId));
    const user: UserRow = {
      ...(before ?? { id: ids.next('usr'), email: person.email!, roles: [], disabledAt: null }),
      name: person.name ?? before?.name ?? person.email!,
      projectId: projectId!,
      issuer,
      subject,
      groups,
    };
    const roles = await rolesOf(tx, organizationId);
    if (scopesOf(roles, roleIdsOf(user, provider.groupRoles)).length > 0) return user;
    return new Refusal('Neither you nor a group of yours has a role here. Ask an admin.', {
      ...person,
      id: before?.id,
    });
  }
}

/** Thrown inside the transaction so that nothing of it is kept. */
class Refusal extends Error {
  readonly actor: Actor;

  constructor(
    message: string,
    { id, email, subject }: Pick<Person, 'email' | 'subject'> & { readonly id?: string | undefined },
  ) {
    super(message);
    this.actor = { id: id ?? 'unknown', name: email ?? subject, ip: null };
  }
}

interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly groups: readonly string[];
}

const MAX_GROUPS = 500;

function personOf(claims: Claims, { issuer, groupsClaim, trustEmail }: ProviderRow): Person {
  const { sub, email, email_verified: verified, name } = claims;
  const groups = claims[groupsClaim];
  const list = Array.isArray(groups) ? groups : [groups];
  return {
    issuer,
    subject: sub,
    email: typeof email === 'string' ? email.trim().toLowerCase() : null,
    emailVerified: verified === true || (trustEmail && verified === undefined),
    name: typeof name === 'string' && name.trim() ? name.trim().slice(0, 100) : null,
    groups: list.filter((group): group is string => typeof group === 'string').slice(0, MAX_GROUPS),
  };
}

/** What a sign-in can change of a person. */
function shown(user: UserRow | null) {
  return user && { name: user.name, groups: user.groups, issuer: user.issuer, subject: user.subject };
}
