import { createHash } from 'node:crypto';
import type { Caller } from './caller.ts';
import type { CompletionRequest } from './chat.ts';
import { EACH, type ScopeKind, type ScopeRef } from './scope-ref.ts';

/** What a call must tell to find out which scopes it falls under. */
export interface ScopedCall {
  readonly caller: Pick<Caller, 'teamId' | 'projectId' | 'apiKeyId'>;
  readonly request: Pick<CompletionRequest, 'endUser' | 'agent' | 'tags'>;
  /** Null when the caller named a model. */
  readonly routeSlug: string | null;
  /** `provider/model` that is asked; null while none is chosen: then no scope of models takes part. */
  readonly model: string | null;
}

/**
 * As whom a call falls under a scope: not at all, as the one that the scope names (`''`), or as one among each (its
 * name). Whatever is counted per scope is counted per subject.
 */
export function subjectsOf({ kind, reference }: ScopeRef, call: ScopedCall): readonly string[] {
  if (kind === 'ORGANIZATION') return itself;
  const subjects: string[] = [];
  for (const name of namesOf(kind, call)) {
    if (reference === name) subjects.push('');
    else if (reference === EACH || (kind === 'TAG' && isValueOf(reference, name))) subjects.push(name);
  }
  return subjects;
}

const itself = [''];

/**
 * What one among each is called in keys and ids that cannot be changed later, an append-only ledger's for instance:
 * people's names do not stand there. @param salt of the thing that counts them, so that no two counts can be joined
 */
export function unnamed(kind: ScopeKind, salt: string, subject: string): string {
  if (subject === '' || (kind !== 'END_USER' && kind !== 'TAG')) return subject;
  return createHash('sha256').update(`${salt} ${subject}`).digest('base64url');
}

/** Whether a scope counts each of its subjects by itself: `*`, or of tags every value of one key, `key=*`. */
export function isForEach({ kind, reference }: ScopeRef): boolean {
  return reference === EACH || (kind === 'TAG' && isEachOf(reference));
}

function isEachOf(tag: string | null): boolean {
  return tag?.endsWith(`=${EACH}`) ?? false;
}

function isValueOf(reference: string | null, tag: string): boolean {
  return isEachOf(reference) && tag.startsWith(reference!.slice(0, -EACH.length));
}

function namesOf(
  kind: Exclude<ScopeKind, 'ORGANIZATION'>,
  { caller, request, routeSlug, model }: ScopedCall,
): readonly string[] {
  switch (kind) {
    case 'TEAM':
      return [caller.teamId];
    case 'PROJECT':
      return [caller.projectId];
    case 'API_KEY':
      return [caller.apiKeyId];
    case 'ROUTE':
      return routeSlug === null ? [] : [routeSlug];
    case 'END_USER':
      return request.endUser === null ? [] : [request.endUser];
    case 'TAG':
      return request.tags.map(({ key, value }) => `${key}=${value}`);
    case 'MODEL':
      return model === null ? [] : [model];
    case 'AGENT_RUN':
      return request.agent === null ? [] : [request.agent.runId];
  }
}
