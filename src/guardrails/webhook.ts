import { z } from 'zod';
import { follow } from '../core/abort.ts';
import type { GuardrailDemand } from '../core/admission.ts';
import type { Clock } from '../core/runtime.ts';
import type { Egress } from '../platform/egress.ts';
import type { Found } from './checks.ts';

/** A webhook that would be sent more sees nothing: half a text looks harmless more often than the whole. */
const MAX_CHARACTERS = 1_000_000;
const MAX_REASON = 200;

const LATE = new Error('the webhook is late');

const answerShape = z.object({ allow: z.boolean(), reason: z.string().max(10_000).nullish() });

/**
 * Asks somebody else, within the rule's time. What they say as a reason is shown to callers: it is theirs to keep free
 * of the text. Never throws.
 */
export async function askWebhook(
  egress: Egress,
  clock: Clock,
  { url, timeoutMs, direction }: GuardrailDemand,
  text: string,
  signal: AbortSignal,
): Promise<{ readonly found: Found | null; readonly errored: boolean }> {
  if (text.length > MAX_CHARACTERS) {
    const message = `the text has more than ${MAX_CHARACTERS} characters, so it cannot be looked at as a whole.`;
    return { found: { message, unseen: true, findings: { UNSEEN: 1 } }, errored: true };
  }
  const over = new AbortController();
  const leave = follow(over, signal);
  const stop = clock.after(timeoutMs, () => over.abort(LATE));
  try {
    const response = await egress.fetch(url!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ direction, text }),
      signal: over.signal,
    });
    if (!response.ok) return failed(`its webhook answered ${response.status}`);
    const { data, error } = answerShape.safeParse(await response.json());
    if (error) return failed('its webhook answered in other words than `{ allow, reason }`');
    if (data.allow) return { found: null, errored: false };
    const reason = data.reason ? `: ${data.reason.slice(0, MAX_REASON)}` : '';
    return { found: { message: `refused by its webhook${reason}`, findings: { REFUSED: 1 } }, errored: false };
  } catch {
    return failed(
      over.signal.reason === LATE
        ? `its webhook did not answer within ${timeoutMs} ms`
        : 'its webhook cannot be reached',
    );
  } finally {
    leave();
    stop();
  }
}

function failed(why: string) {
  return { found: { message: `${why}.`, findings: { ERROR: 1 } }, errored: true };
}
