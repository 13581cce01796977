import { z } from 'zod';
import { limitMetrics } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { type ScopeRef, scopeKinds } from '../core/scope-ref.ts';
import type { Changes } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { limitById, limitLike, removeLimit, type StoredLimit, topicPrefix, writeLimit } from './store.ts';

export interface RateLimitChange {
  readonly limit: StoredLimit;
  readonly change: ChangeReceipt;
}

/** A week: longer is a budget's business. */
const MAX_WINDOW_MS = 7 * 24 * 3_600_000;

const saveInput = z.object({
  id: z.string().nullish(),
  scope: z.object({ kind: z.enum(scopeKinds), reference: z.string().min(1).max(256).nullable() }),
  metric: z.enum(limitMetrics),
  amount: z.number().int().min(1, 'must be at least 1; to allow nothing, take a scope away from the key').max(1e15),
  windowMs: z.number().int().min(1000, 'must be at least 1000').max(MAX_WINDOW_MS, 'must be at most a week'),
  whenUnavailable: z.enum(['FAIL_CLOSED', 'LOCAL_SHARE']),
  localSharePercent: z.number().int().min(1).max(100),
  idempotencyKey,
});
export type RateLimitSaveInput = z.input<typeof saveInput>;

/** Writes a limit: with an id that one, otherwise the one of the same scope, metric and window, or a new one. */
export function saveLimit(
  changes: Changes,
  scopeExists: (tx: Transaction, organizationId: string, scope: ScopeRef) => Promise<boolean>,
  { ids, clock }: Runtime,
) {
  return async (caller: Caller, given: RateLimitSaveInput): Promise<RateLimitChange> => {
    const { idempotencyKey, id, ...input } = parse(saveInput, given);
    const wanted = { ...input, windowMs: input.metric === 'CONCURRENT' ? 0 : input.windowMs };
    const { organizationId, apiKeyId } = caller;
    const change = await changes.make(
      `${topicPrefix}:${organizationId}`,
      async (tx) => {
        if (!(await scopeExists(tx, organizationId, wanted.scope))) {
          throw new NotFoundProblem(wanted.scope.kind.toLowerCase(), wanted.scope.reference ?? '');
        }
        const like = await limitLike(tx, organizationId, wanted);
        const before = id ? await limitById(tx, organizationId, id) : like;
        if (id && !before) throw new NotFoundProblem('RateLimit', id);
        if (like && before && like.id !== before.id) {
          const message = `Limit ${like.id} says the same of this scope, metric and window. Change or delete that one.`;
          throw ValidationProblem.at('id', 'TAKEN', message);
        }
        const limit: StoredLimit = { id: before?.id ?? ids.next('lim'), ...wanted };
        await writeLimit(tx, organizationId, limit, new Date(clock.now()));
        return {
          organizationId,
          actor: actorOf(caller),
          action: before ? 'rateLimit.change' : 'rateLimit.create',
          resourceType: 'RateLimit',
          resourceId: limit.id,
          diff: diffOf(shown(before), shown(limit)),
        };
      },
      idempotencyKey
        ? {
            organizationId,
            actorId: apiKeyId,
            key: idempotencyKey,
            input: { operation: 'rateLimitSave', id, ...input },
          }
        : undefined,
    );
    return { limit: { id: change.resourceId, ...wanted }, change };
  };
}

export function deleteLimit(changes: Changes) {
  return async (caller: Caller, id: string): Promise<RateLimitChange> => {
    const { organizationId } = caller;
    let before: StoredLimit | null = null;
    const change = await changes.make(`${topicPrefix}:${organizationId}`, async (tx) => {
      before = await limitById(tx, organizationId, id);
      if (!before) throw new NotFoundProblem('RateLimit', id);
      await removeLimit(tx, id);
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'rateLimit.delete',
        resourceType: 'RateLimit',
        resourceId: id,
        diff: diffOf(shown(before), null),
      };
    });
    return { limit: before!, change };
  };
}

function shown(limit: StoredLimit | null): Json {
  if (!limit) return null;
  const { id: _id, scope, ...rest } = limit;
  return { ...rest, scope: { ...scope } };
}
