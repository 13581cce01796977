import { type Scope, scopes } from '../core/caller.ts';
import { adminScopes } from './people/built-in.ts';

/**
 * What a key may do: what was written down when it was made, and, for a key that organizations begin with, whatever
 * admins may, so that no later release leaves an organization without anybody who may use what is new in it.
 * @param stored may hold what a newer release wrote, which means nothing to this one
 */
export function scopesOfKey(stored: readonly string[], everyScope: boolean): Scope[] {
  return scopes.filter((scope) => stored.includes(scope) || (everyScope && adminScopes.includes(scope)));
}
