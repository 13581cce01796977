import type { Caller } from './caller.ts';
import type { Json } from './json.ts';

/** One change of the control plane, as it goes into the audit log. */
export interface Change {
  readonly organizationId: string;
  readonly actor: Actor;
  /** noun.verb, e.g. route.publish */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly reason?: string | null;
  readonly diff: readonly FieldChange[];
}

export interface Actor {
  /** An API key's id, or `system`. */
  readonly id: string;
  readonly name: string;
  readonly ip: string | null;
}

export const systemActor: Actor = { id: 'system', name: 'Glidepath', ip: null };

export function actorOf({ apiKeyId, apiKeyName, ip }: Caller): Actor {
  return { id: apiKeyId, name: apiKeyName, ip };
}

export interface FieldChange {
  readonly path: readonly string[];
  readonly op: 'ADD' | 'REMOVE' | 'REPLACE';
  readonly before: Json;
  readonly after: Json;
  /** A secret: shown as changed, never as a value. */
  readonly masked: boolean;
}

export interface ChangeReceipt {
  readonly auditEventId: string;
  readonly revision: bigint;
  /** True when an idempotency key matched an earlier change and nothing was done now. */
  readonly replayed: boolean;
}

/**
 * Field by field, down to plain values; arrays are compared as a whole, since a list's order usually means something.
 * @param secret names of top-level fields whose values must not be shown
 */
export function diffOf(before: Json, after: Json, secret: readonly string[] = []): FieldChange[] {
  return differences([], before, after).map((change) => {
    const field = change.path[0];
    if (field === undefined || !secret.includes(field)) return change;
    return { ...change, before: null, after: null, masked: true };
  });
}

function differences(path: readonly string[], before: Json, after: Json): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences([...path, name], before[name] ?? null, after[name] ?? null));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(after) && before === null) return differences(path, {}, after);
  if (isObject(before) && after === null) return differences(path, before, {});
  const op = before === null ? 'ADD' : after === null ? 'REMOVE' : 'REPLACE';
  return [{ path, op, before, after, masked: false }];
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
