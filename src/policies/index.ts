import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';

/** Which rules apply to a call. Answers with data; what it asks for is done by the rooms that follow. */
export interface Policies {
  /** Pure. What comes back holds for this one call. */
  admit(caller: Caller, request: CompletionRequest): Admission;
}

/** There are no policy kinds yet, so there is nothing an organization could demand: every call is admitted as it is. */
export function createPolicies(): Policies {
  return { admit: () => asksForNothing };
}

const asksForNothing: Admission = { allowedModels: null, rates: [], redaction: [], cache: null };
