import type { RedactionDemand } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Demand } from '../core/policy.ts';

/** What must not leave the house, and how to put it back into the answer. */
export interface Redaction {
  /** Pure. Throws, rather than let a text leave, when a rule is enforced that nobody can carry out. */
  redact(request: CompletionRequest, demands: readonly Demand<RedactionDemand>[]): Redacted;
}

export interface Redacted {
  /** What providers may see. */
  readonly request: CompletionRequest;
  /** Turns an event of the provider into what the caller sees: the same event, or more, or none while text is held. */
  restore(event: ContentEvent): readonly ContentEvent[];
}

/** There are no detectors yet: without enforced rules the request leaves as it is, and any such rule is refused. */
export function createRedaction(): Redaction {
  return {
    redact(request, demands) {
      const first = demands.find(({ source }) => source.mode === 'ENFORCE');
      if (first) throw new Error(`There are no detectors, so nothing leaves under '${first.source.policySlug}'.`);
      return { request, restore: (event) => [event] };
    },
  };
}
