import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, InputPart } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Passage, PolicyTest } from '../core/policy.ts';
import type { RoomsOnTheWay } from './job.ts';

/** Rules tried on one text: the way of complete.ts as far as it reads, and nothing else. Webhooks are really asked. */
export function tryRules({ redaction, guardrails }: Pick<RoomsOnTheWay, 'redaction' | 'guardrails'>) {
  return async (
    caller: Caller,
    admission: Admission,
    text: string,
    passage: Passage,
    signal: AbortSignal,
  ): Promise<PolicyTest> => {
    const findings = redaction.highlight(text, admission.redaction, passage);
    const tried = passage === 'OUTPUT' ? answered(text) : asked(text, passage);
    const redacted = redaction.redact('messages' in tried ? tried : nothingAsked, admission.redaction, caller);
    const events = 'messages' in tried ? [] : tried.flatMap((event) => redacted.restore(event));
    const read =
      'messages' in tried
        ? [
            ...guardrails.limit(redacted.request, admission).verdicts,
            ...(await guardrails.question(redacted.request, admission.guardrails, signal)),
          ]
        : await guardrails.answer(events, admission.guardrails, signal);
    const verdicts = [...redacted.verdicts(), ...read];
    const blocked = verdicts.some(({ mode, outcome }) => mode === 'ENFORCE' && outcome === 'BLOCKED');
    const result = 'messages' in tried ? textOf(redacted.request) : saidBy(events);
    return { verdicts, blocked, findings, resultingText: blocked ? null : result };
  };
}

function asked(text: string, passage: Passage): CompletionRequest {
  const parts: Record<Exclude<Passage, 'OUTPUT'>, InputPart> = {
    INPUT: { kind: 'text', text },
    TOOL_ARGUMENTS: { kind: 'toolCall', toolCallId: 'test', name: 'test', arguments: text },
    TOOL_RESULTS: { kind: 'toolResult', toolCallId: 'test', result: { text }, isError: false },
  };
  return { ...nothingAsked, messages: [{ role: 'USER', parts: [parts[passage as Exclude<Passage, 'OUTPUT'>]] }] };
}

function answered(text: string): ContentEvent[] {
  return [{ kind: 'partFinished', index: 0, part: { kind: 'text', text, citations: [] } }];
}

function textOf({ messages: [message] }: CompletionRequest): string {
  const [part] = message?.parts ?? [];
  if (part?.kind === 'toolCall') return String(part.arguments);
  if (part?.kind === 'toolResult') return 'text' in part.result ? part.result.text : '';
  return part?.kind === 'text' ? part.text : '';
}

function saidBy(events: readonly ContentEvent[]): string {
  const last = events.at(-1);
  return last?.kind === 'partFinished' && last.part.kind === 'text' ? last.part.text : '';
}

/** A call that says nothing: what is tried is put into it. */
export const nothingAsked: CompletionRequest = {
  target: { route: '' },
  messages: [],
  sampling: {},
  tools: [],
  toolChoice: { mode: 'NONE' },
  output: { kind: 'text' },
  reasoningEffort: null,
  limits: { timeoutMs: 0, maxCostNanos: null },
  endUser: null,
  agent: null,
  tags: [],
  simulation: null,
};
