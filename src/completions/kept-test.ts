import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { InputPart, OutputPart } from '../core/chat.ts';
import type { SaidInCall } from '../core/content.ts';
import type { PolicyVerdict } from '../core/policy.ts';
import type { KeptTrial, PastCall } from '../policies/index.ts';
import type { RoomsOnTheWay } from './job.ts';
import { nothingAsked } from './policy-test.ts';

/** Of one call: what is longer would keep live calls waiting. */
const MOST_CHARACTERS = 200_000;
const BEFORE_FINDING = 80;
const EXCERPT = 240;

/** Rules tried on what is kept of a call, question and answer. Webhooks are not asked. */
export function tryOnKept({
  redaction,
  guardrails,
  content,
}: Pick<RoomsOnTheWay, 'redaction' | 'guardrails' | 'content'>) {
  return async (
    { organizationId }: Caller,
    { id, projectId }: PastCall,
    admission: Admission,
    signal: AbortSignal,
  ): Promise<KeptTrial> => {
    const said = await content.read(organizationId, id);
    if ('withheld' in said) return { unread: 'of some calls nothing is kept of what was said' };
    if (JSON.stringify(said).length > MOST_CHARACTERS) return { unread: 'in some calls too much was said' };
    const local = admission.guardrails.filter(({ config }) => config.check !== 'WEBHOOK');
    const asked = { ...nothingAsked, messages: said.input };
    const redacted = redaction.redact(asked, admission.redaction, { organizationId, projectId });
    const events = said.output.flatMap((part, index) => redacted.restore({ kind: 'partFinished', index, part }));
    const verdicts = [
      ...guardrails.limit(asked, admission).verdicts,
      ...redacted.verdicts(),
      ...(await guardrails.question(redacted.request, local, signal)),
      ...(await guardrails.answer(events, local, signal)),
    ];
    const output = events.flatMap((event) => (event.kind === 'partFinished' ? [event.part] : []));
    const after = { input: redacted.request.messages, output };
    return trialOf(verdicts, excerptOf(said, after));
  };
}

function trialOf(verdicts: readonly PolicyVerdict[], excerpt: string): KeptTrial {
  for (const outcome of ['BLOCKED', 'REDACTED', 'FLAGGED'] as const) {
    const reasons = verdicts.filter((verdict) => verdict.outcome === outcome).map(({ message }) => message);
    if (reasons.length > 0) return { outcome, reason: reasons.join(' '), excerpt };
  }
  return { outcome: 'PASSED' };
}

/** From where rules changed it; the end of the question, where the latest words are, when they did not. */
function excerptOf(before: SaidInCall, after: SaidInCall): string {
  const [from, to] = [textOf(before), textOf(after)];
  let at = 0;
  while (at < to.length && from[at] === to[at]) at += 1;
  const start = Math.max(0, at - BEFORE_FINDING);
  const shown = from === to ? textOf({ ...after, output: [] }).slice(-EXCERPT) : to.slice(start, start + EXCERPT);
  return shown.toWellFormed();
}

function textOf({ input, output }: SaidInCall): string {
  return [...input.flatMap(({ parts }) => parts), ...output].map(wordsOf).join('\n');
}

function wordsOf(part: InputPart | OutputPart): string {
  if ('text' in part) return part.text;
  return part.kind === 'media' ? `[${part.mimeType}]` : JSON.stringify(part);
}
