import type { Caller } from '../core/caller.ts';
import type { Idempotency } from '../platform/changes.ts';

/** What snapshots of an organization's providers are refreshed by. */
export function topicOf(organizationId: string): string {
  return `providers:${organizationId}`;
}

/** @param operation keeps one key from standing for two different writes */
export function idempotencyOf<Input extends { readonly idempotencyKey?: string | null | undefined }>(
  { organizationId, apiKeyId }: Caller,
  operation: string,
  input: Input,
): Idempotency | undefined {
  const key = input.idempotencyKey;
  return key ? { organizationId, actorId: apiKeyId, key, input: { operation, input } } : undefined;
}
