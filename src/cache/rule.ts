import { createHash } from 'node:crypto';
import { type Admission, type Sharing, sharings } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { canonicalJson } from '../core/json.ts';
import { deadlineOf } from '../core/retention.ts';

export interface CacheRule {
  /** Callers with the same partition share answers. */
  readonly partition: string;
  readonly maxAgeMs: number;
}

/**
 * Pure. What the policies come to for one call; null: its answer is neither looked for nor kept. Answers are shared only
 * among those who may ask the same models: a remembered one goes past the rules by which targets are chosen. None is kept
 * for longer than what was said may be, or, where a rule says so, embeddings.
 */
export function cacheRuleOf(
  { caching, models, retention }: Pick<Admission, 'caching' | 'models' | 'retention'>,
  caller: Caller,
  { endUser, call }: Pick<CompletionRequest, 'endUser' | 'call'>,
): CacheRule | null {
  const held = caching.filter(({ source }) => source.mode === 'ENFORCE').map(({ config }) => config);
  if (held.length === 0) return null;
  const kept = (call?.kind === 'EMBEDDING' && deadlineOf(retention, 'embeddings')) || deadlineOf(retention, 'content');
  const maxAgeMs = Math.min(...held.map((demand) => demand.maxAgeMs), kept?.keptMs ?? Number.POSITIVE_INFINITY);
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
