import type { Caller } from '../core/caller.ts';
import type { SaidInCall, WithheldReason } from '../core/content.ts';
import { type Happening, type NoteOnce, reading } from '../core/happening.ts';

/** What somebody gets to see of what was said in a call. Either there is something, or it is said why there is not. */
export interface Shown {
  readonly said: SaidInCall | null;
  readonly withheld: Hidden | null;
}

interface Hidden {
  readonly reason: WithheldReason;
  /** The slug of the policy that says so, where one does. */
  readonly policy: string | null;
  /** Until when it was there; null: it never was, or nobody knows. */
  readonly until: Date | null;
}

/** Why there is nothing to read, whoever asks. */
export interface Withheld extends Omit<Hidden, 'reason'> {
  readonly withheld: Exclude<WithheldReason, 'NO_PERMISSION'>;
}

interface Rooms {
  readonly content: { read(organizationId: string, requestId: string): Promise<SaidInCall | Withheld> };
  readonly audit: { readonly noteOnce: NoteOnce; write(happening: Happening): Promise<void> };
}

/**
 * The one way for what is kept to come before people: with CONTENT_READ, and audited, also where it is refused.
 * @throws UnavailableProblem
 */
export async function show({ content, audit }: Rooms, caller: Caller, requestId: string): Promise<Shown> {
  const happening = reading(caller, 'GatewayRequest', requestId, null);
  if (!caller.scopes.has('CONTENT_READ')) {
    audit.noteOnce({ ...happening, outcome: 'DENIED', reason: 'Missing: CONTENT_READ' });
    return { said: null, withheld: { reason: 'NO_PERMISSION', policy: null, until: null } };
  }
  const found = await content.read(caller.organizationId, requestId);
  if ('withheld' in found) {
    const { withheld: reason, policy, until } = found;
    return { said: null, withheld: { reason, policy, until } };
  }
  // Nobody reads it before it is written down that they did.
  await audit.write(happening);
  return { said: found, withheld: null };
}
