import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, Unauthenticated, ValidationProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { hashOf } from './authenticate.ts';
import {
  type ApiKeyCreateInput,
  type ApiKeyRevokeInput,
  type ApiKeyRotateInput,
  apiKeyCreateInput,
  apiKeyRevokeInput,
  apiKeyRotateInput,
} from './inputs.ts';
import { holdEnabledUser } from './people/store.ts';
import { demandAnyDocument, topicOf } from './rights.ts';
import { newSecret, prefixOf } from './secrets.ts';
import { insertKey, keyById, type ManagedKey, projectById, revokeKey, rotateSecret, workingKeysOf } from './store.ts';

export interface ApiKeys {
  create(caller: Caller, input: ApiKeyCreateInput): Promise<ApiKeyChanged>;
  rotate(caller: Caller, input: ApiKeyRotateInput): Promise<ApiKeyChanged>;
  revoke(caller: Caller, input: ApiKeyRevokeInput): Promise<ApiKeyChanged>;
  /** Every key whose secret this person or key was shown, one change for each; done again, it does what is left. */
  revokeAllOf(caller: Caller, issuedTo: string, reason: string): Promise<void>;
}

export interface ApiKeyChanged {
  readonly apiKeyId: string;
  /** Shown once: null for a revocation, and for the replay of an idempotency key. */
  readonly secret: Secret | null;
  readonly change: ChangeReceipt;
}

export function createApiKeys(
  database: Database,
  changes: Changes,
  keyring: Keyring,
  { clock, ids }: Runtime,
): ApiKeys {
  return {
    async create(caller, given) {
      demand(caller, ['KEYS_WRITE']);
      const input = parse(apiKeyCreateInput, given);
      // Nobody makes a key, or gets hold of the secret of one, that may do more than his own.
      demand(caller, input.scopes);
      if (input.documents === 'ANY') demandAnyDocument(caller);
      const secret = newSecret();
      const write = async (tx: Transaction) => {
        const issuedTo = await holderOf(tx, caller);
        const project = await projectById(tx, caller.organizationId, input.project);
        if (!project) throw new NotFoundProblem('Project', input.project);
        const now = clock.now();
        if (input.expiresAt !== null && input.expiresAt <= now) throw inThePast();
        const { name, scopes, expiresAt, documents } = input;
        const { organizationId } = caller;
        const [id, prefix, hash] = [ids.next('key'), prefixOf(secret), hashOf(keyring, secret.reveal())];
        await insertKey(tx, {
          id,
          organizationId,
          projectId: project.id,
          name,
          prefix,
          hash,
          scopes,
          everyScope: false,
          issuedTo,
          createdAt: now,
          expiresAt,
          documents,
        });
        const made = {
          name,
          project: project.id,
          scopes,
          prefix,
          secret: 'new',
          expiresAt: isoOf(expiresAt),
          documents,
        };
        return { ...aboutKey(caller, 'create', id), diff: diffOf(null, made, ['secret']) };
      };
      const change = await changes.make(
        topicOf(caller.organizationId),
        write,
        idempotencyOf(caller, 'apiKeyCreate', input),
      );
      return { apiKeyId: change.resourceId, secret: change.replayed ? null : secret, change };
    },

    async rotate(caller, given) {
      demand(caller, ['KEYS_WRITE']);
      const input = parse(apiKeyRotateInput, given);
      const secret = newSecret();
      const write = async (tx: Transaction) => {
        const key = await ownKey(tx, caller, input.id);
        demand(caller, key.scopes);
        const issuedTo = await holderOf(tx, caller);
        const now = clock.now();
        if (key.revokedAt) throw ended('revoked');
        if (key.expiresAt && key.expiresAt.getTime() <= now) throw ended('expired');
        const graceUntil = input.grace > 0 ? now + input.grace : null;
        const prefix = prefixOf(secret);
        const hash = hashOf(keyring, secret.reveal());
        await rotateSecret(tx, key.id, { hash, prefix, graceUntil, issuedTo });
        const before = { prefix: key.prefix, secret: 'old', graceUntil: key.graceUntil?.toISOString() ?? null };
        const after = { prefix, secret: 'new', graceUntil: isoOf(graceUntil) };
        return { ...aboutKey(caller, 'rotate', key.id), diff: diffOf(before, after, ['secret']) };
      };
      const change = await changes.make(
        topicOf(caller.organizationId),
        write,
        idempotencyOf(caller, 'apiKeyRotate', input),
      );
      return { apiKeyId: change.resourceId, secret: change.replayed ? null : secret, change };
    },

    revoke,

    async revokeAllOf(caller, issuedTo, reason) {
      const keys = await workingKeysOf(database, caller.organizationId, [issuedTo], clock.now());
      for (const { id } of keys) await revoke(caller, { id, reason });
    },
  };

  async function revoke(caller: Caller, given: ApiKeyRevokeInput): Promise<ApiKeyChanged> {
    demand(caller, ['KEYS_WRITE']);
    const { id, reason } = parse(apiKeyRevokeInput, given);
    const change = await changes.make(topicOf(caller.organizationId), async (tx) => {
      const key = await ownKey(tx, caller, id);
      const now = clock.now();
      await revokeKey(tx, id, now);
      const before = key.revokedAt?.toISOString() ?? null;
      const diff = diffOf({ revokedAt: before }, { revokedAt: before ?? isoOf(now) });
      return { ...aboutKey(caller, 'revoke', id), reason, diff };
    });
    return { apiKeyId: id, secret: null, change };
  }
}

/**
 * Who sees a secret that is shown to this caller: the person, or whoever has seen the calling key's own.
 *
 * Sessions that have ended are accepted for up to a second by instances that have not heard of it: enough to make a key
 * that would outlive them. The person's row is held, so that he is disabled before or after, with all his keys known.
 * @throws Unauthenticated
 */
async function holderOf(tx: Transaction, { organizationId, apiKeyId, sessionId }: Caller): Promise<string> {
  if (sessionId === undefined) return (await keyById(tx, organizationId, apiKeyId))?.issuedTo ?? apiKeyId;
  if (!(await holdEnabledUser(tx, organizationId, apiKeyId))) throw new Unauthenticated();
  return apiKeyId;
}

async function ownKey(tx: Transaction, caller: Caller, id: string): Promise<ManagedKey> {
  const key = await keyById(tx, caller.organizationId, id);
  if (!key) throw new NotFoundProblem('ApiKey', id);
  return key;
}

function aboutKey(caller: Caller, verb: string, id: string) {
  const { organizationId } = caller;
  return { organizationId, actor: actorOf(caller), action: `apiKey.${verb}`, resourceType: 'ApiKey', resourceId: id };
}

function inThePast(): ValidationProblem {
  return ValidationProblem.at('expiresAt', 'IN_THE_PAST', 'expiresAt is in the past. Choose a later time, or none.');
}

function ended(how: 'revoked' | 'expired'): ValidationProblem {
  return ValidationProblem.at(
    'id',
    'KEY_ENDED',
    `This API key has ${how === 'revoked' ? 'been revoked' : 'expired'}. Create a new one.`,
  );
}

function isoOf(unixMs: number | null): string | null {
  return unixMs === null ? null : new Date(unixMs).toISOString();
}
