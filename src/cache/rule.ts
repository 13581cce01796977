import { createHash } from 'node:crypto';
import { type Admission, type Sharing, sharings } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { canonicalJson } from '../core/json.ts';

export interface CacheRule {
  /** Callers with the same partition share answers. */
  readonly partition: string;
  readonly maxAgeMs: number;
}

/**
 * Pure. What the policies come to for one call; null: its answer is neither looked for nor kept. Answers are shared only
 * among those who may ask the same models: a remembered one goes past the rules by which targets are chosen.
 */
export function cacheRuleOf(
  { caching, models }: Pick<Admission, 'caching' | 'models'>,
  caller: Caller,
  { endUser }: Pick<CompletionRequest, 'endUser'>,
): CacheRule | null {
  const held = caching.filter(({ source }) => source.mode === 'ENFORCE').map(({ config }) => config);
  if (held.length === 0) return null;
  const maxAgeMs = Math.min(...held.map((demand) => demand.maxAgeMs));
  const narrowest = Math.min(...held.map(({ sharedBy }) => sharings.indexOf(sharedBy)));
  const sharers = sharersOf(sharings[narrowest]!, caller, endUser ?? null);
  if (sharers === null) return null;
  const allowed = createHash('sha256')
    .update(canonicalJson(models.map(({ source, config }) => [source.mode, config])))
    .digest('base64url');
  return { partition: `${sharers}/${allowed}`, maxAgeMs };
}

function sharersOf(sharedBy: Sharing, caller: Caller, endUser: string | null): string | null {
  switch (sharedBy) {
    case 'END_USER':
      return endUser && `${caller.projectId}/${createHash('sha256').update(endUser).digest('base64url')}`;
    case 'API_KEY':
      return caller.apiKeyId;
    case 'PROJECT':
      return caller.projectId;
    case 'TEAM':
      return caller.teamId;
    case 'ORGANIZATION':
      return caller.organizationId;
  }
}
