import { textOfCost } from './cost-text.ts';
import type { Attempt } from './decision.ts';
import { sizeOfDecision, textOfDecision } from './decision-text.ts';
import type { CompletionEvent } from './event.ts';
import { encodeJson, sizeOfJson, withFields } from './json.ts';

/** An event of a run as `encodeJson` would write it, but for the order of fields: what is written once already is not again. */
export function textOfEvent(logged: unknown): string {
  const event = logged as CompletionEvent;
  switch (event.kind) {
    case 'routeDecided':
      return withFields(encodeJson({ kind: event.kind }), { decision: textOfDecision(event.decision) });
    case 'attemptStarted':
    case 'attemptFailed':
    case 'attemptSucceeded':
      return withFields(encodeJson({ ...event, attempt: undefined }), { attempt: textOfAttempt(event.attempt) });
    case 'usageUpdated':
      return withFields(encodeJson({ ...event, cost: undefined }), { cost: textOfCost(event.cost) });
    default:
      return encodeJson(event);
  }
}

/** About as many UTF-16 units as the event has as JSON, without making it; of a decision, they are written soon anyway. */
export function sizeOfEvent(logged: unknown): number {
  const event = logged as CompletionEvent;
  return event.kind === 'routeDecided' ? sizeOfDecision(event.decision) : sizeOfJson(event);
}

function textOfAttempt(attempt: Attempt): string {
  return withFields(encodeJson({ ...attempt, cost: undefined }), { cost: textOfCost(attempt.cost) });
}
