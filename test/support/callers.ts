import { type Caller, type Scope, scopes } from '../../src/core/caller.ts';

/** A caller of an organization of that name, who may do everything unless told otherwise. */
export function aCaller(organizationId: string, allowed: readonly Scope[] = scopes): Caller {
  return {
    organizationId,
    teamId: `team_of_${organizationId}`,
    projectId: `prj_of_${organizationId}`,
    apiKeyId: `key_of_${organizationId}`,
    apiKeyName: 'test',
    scopes: new Set(allowed),
    ip: '127.0.0.1',
  };
}
