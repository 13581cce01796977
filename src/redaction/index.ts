import type { RedactionRule } from '../core/admission.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';

/** What must not leave the house, and how to put it back into the answer. */
export interface Redaction {
  /** Pure. Throws, rather than let a text leave, when a rule names a detector that does not exist. */
  redact(request: CompletionRequest, rules: readonly RedactionRule[]): Redacted;
}

export interface Redacted {
  /** What providers may see. */
  readonly request: CompletionRequest;
  /** Turns an event of the provider into what the caller sees: the same event, or more, or none while text is held. */
  restore(event: ContentEvent): readonly ContentEvent[];
}

/** There are no detectors yet: without rules the request leaves as it is, and any rule is refused. */
export function createRedaction(): Redaction {
  return {
    redact(request, rules) {
      const [first] = rules;
      if (first) throw new Error(`There is no redaction detector '${first.detector}', so nothing may leave.`);
      return { request, restore: (event) => [event] };
    },
  };
}
