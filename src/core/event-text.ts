import { textOfDecision } from './decision-text.ts';
import type { CompletionEvent } from './event.ts';
import { encodeJson, withFields } from './json.ts';

/** An event of a run as `encodeJson` would write it, but for the order of fields. */
export function textOfEvent(logged: unknown): string {
  const event = logged as CompletionEvent;
  if (event.kind !== 'routeDecided') return encodeJson(event);
  const { kind, decision } = event;
  return withFields(encodeJson({ kind }), { decision: textOfDecision(decision) });
}
