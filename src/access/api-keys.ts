import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import type { Changes } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
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
import { demandAnyDocument, idempotencyOf, topicOf } from './rights.ts';
import { newSecret, prefixOf } from './secrets.ts';
import { insertKey, keyById, type ManagedKey, projectById, revokeKey, rotateSecret } from './store.ts';

export interface ApiKeys {
  create(caller: Caller, input: ApiKeyCreateInput): Promise<ApiKeyChanged>;
  rotate(caller: Caller, input: ApiKeyRotateInput): Promise<ApiKeyChanged>;
  revoke(caller: Caller, input: ApiKeyRevokeInput): Promise<ApiKeyChanged>;
}

export interface ApiKeyChanged {
  readonly apiKeyId: string;
  /** Shown once: null for a revocation, and for the replay of an idempotency key. */
  readonly secret: Secret | null;
  readonly change: ChangeReceipt;
}

export function createApiKeys(changes: Changes, keyring: Keyring, { clock, ids }: Runtime): ApiKeys {
  return {
    async create(caller, given) {
      demand(caller, ['KEYS_WRITE']);
      const input = parse(apiKeyCreateInput, given);
      // Nobody makes a key, or gets hold of the secret of one, that may do more than his own.
      demand(caller, input.scopes);
      if (input.documents === 'ANY') demandAnyDocument(caller);
      const secret = newSecret();
      const write = async (tx: Transaction) => {
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
        const now = clock.now();
        if (key.revokedAt) throw ended('revoked');
        if (key.expiresAt && key.expiresAt.getTime() <= now) throw ended('expired');
        const graceUntil = input.grace > 0 ? now + input.grace : null;
        const prefix = prefixOf(secret);
        await rotateSecret(tx, key.id, { hash: hashOf(keyring, secret.reveal()), prefix, graceUntil });
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

    async revoke(caller, given) {
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
    },
  };
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
