import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { spokenTokens } from '../core/call.ts';
import { type CompletionRequest, callOf, type InputPart, textOfResult } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { noUsage, settledUsage, type Usage, type UsageReport } from '../core/usage.ts';
import { countTokens } from './tokens.ts';
import { usageDetailsIn } from './usage-details.ts';

/** What one attempt consumed: the provider's word where it gave one, counted here where it did not. */
export interface UsageMeter {
  see(event: ContentEvent): void;
  /** An explicit zero is zero; only what was not said is estimated. */
  reported(report: UsageReport): Usage;
  /** For an answer that was cut off: the whole input, and the output seen so far. */
  estimated(): Usage;
}

export function usageMeter(request: CompletionRequest): UsageMeter {
  let text = '';
  let reasoning = '';
  /** By part: arguments may come in pieces, or all at once. */
  const calls = new Map<number, string>();

  const estimated = (): Usage => {
    const reasoningTokens = countTokens(reasoning);
    const written = [text, ...calls.values()].reduce((sum, piece) => sum + countTokens(piece), 0);
    const call = callOf(request);
    const said = call?.kind === 'SPEECH' ? spokenTokens(call.text) : written;
    return {
      ...noUsage,
      inputTokens: countTokens(inputText(request)),
      outputTokens: said + reasoningTokens,
      reasoningTokens,
      source: 'ESTIMATED',
    };
  };

  return {
    estimated,
    see(event) {
      if (event.kind === 'textDelta') text += event.text;
      else if (event.kind === 'reasoningDelta') reasoning += event.text;
      else if (event.kind === 'toolCallDelta') {
        calls.set(event.index, (calls.get(event.index) ?? '') + event.argumentsDelta);
      } else if (event.kind === 'partFinished' && event.part.kind === 'toolCall') {
        calls.set(event.index, event.part.rawArguments);
      }
    },
    reported(report) {
      const complete = report.inputTokens !== undefined && report.outputTokens !== undefined;
      // Counting is for the few answers that need it.
      return settledUsage([report], complete ? noUsage : estimated());
    },
  };
}

/** The port's form of what a provider has said, as the house speaks of it. */
export function reportOf({ inputTokens: input, outputTokens: output, raw }: LanguageModelV4Usage): UsageReport {
  return {
    ...usageDetailsIn(raw),
    inputTokens: input.total,
    outputTokens: output.total,
    reasoningTokens: output.reasoning,
    cacheReadTokens: input.cacheRead,
    cacheWriteTokens: input.cacheWrite,
  };
}

/** All that a model reads of a request, but for media, whose tokens nobody can tell from outside. */
function inputText({ messages, tools }: CompletionRequest): string {
  const parts = messages.flatMap((message) => message.parts.map(partText));
  const schemas = tools.map(
    ({ name, description, inputSchema }) => `${name} ${description} ${JSON.stringify(inputSchema)}`,
  );
  return [...parts, ...schemas].join('\n');
}

function partText(part: InputPart): string {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
      return part.text;
    case 'toolCall':
      return `${part.name} ${JSON.stringify(part.arguments)}`;
    case 'toolResult':
      return textOfResult(part.result);
    case 'media':
      return '';
  }
}
