import type { Caller } from './caller.ts';
import { type Actor, actorOf } from './change.ts';

/** Something worth keeping in the audit log that changed nothing: a denial, a reading of content, a use of a key. */
export interface Happening {
  readonly organizationId: string;
  readonly actor: Actor;
  /** noun.verb, e.g. access.denied */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
}

export type AuditOutcome = 'ALLOWED' | 'DENIED' | 'FAILED';

/**
 * Keeps it in the audit log, once for the same actor, action, thing and reason within `repeatMs` (a minute where left
 * out), so that nobody can flood the log. Writes later; what cannot be written is in the process's log.
 */
export type NoteOnce = (happening: Happening, repeatMs?: number) => void;

/** That somebody read what was said. */
export function reading(caller: Caller, resourceType: string, resourceId: string, reason: string | null): Happening {
  const about = { action: 'content.read', resourceType, resourceId };
  return { organizationId: caller.organizationId, actor: actorOf(caller), ...about, outcome: 'ALLOWED', reason };
}

/** That somebody asked for what he may not have. */
export function denial(caller: Caller, resourceType: string, resourceId: string, reason: string): Happening {
  const about = { action: 'access.denied', resourceType, resourceId };
  return { organizationId: caller.organizationId, actor: actorOf(caller), ...about, outcome: 'DENIED', reason };
}
