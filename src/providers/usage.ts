import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { spokenTokens } from '../core/call.ts';
import { type CompletionRequest, callOf, type InputPart, textOfResult } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { noUsage, settledUsage, type Usage, type UsageReport } from '../core/usage.ts';
import { countTokens } from './tokens.ts';

/** What one attempt consumed: the provider's word where it gave one, counted here where it did not. */
export interface UsageMeter {
  see(event: ContentEvent): void;
  /** What the provider has said so far. */
  hear(report: UsageReport): void;
  /** Of an answer that came to its end. An explicit zero is zero; only what was not said is estimated. */
  whole(): Usage;
  /**
   * Of one that was cut off: the input, reported where it was by then, and the output seen so far. How much of that the
   * provider will charge is an estimate, even where it has counted along.
   */
  brokenOff(): Usage;
}

export function usageMeter(request: CompletionRequest): UsageMeter {
  let said: UsageReport = {};
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
    see(event) {
      if (event.kind === 'textDelta') text += event.text;
      else if (event.kind === 'reasoningDelta') reasoning += event.text;
      else if (event.kind === 'toolCallDelta') {
        calls.set(event.index, (calls.get(event.index) ?? '') + event.argumentsDelta);
      } else if (event.kind === 'partFinished' && event.part.kind === 'toolCall') {
        calls.set(event.index, event.part.rawArguments);
      }
    },
    hear(report) {
      said = report;
    },
    whole() {
      const complete = said.inputTokens !== undefined && said.outputTokens !== undefined;
      // Counting is for the few answers that need it.
      return settledUsage([said], complete ? noUsage : estimated());
    },
    brokenOff() {
      const guess = estimated();
      const { outputTokens = 0, reasoningTokens = 0, totalTokens: _, ...input } = said;
      return settledUsage([input], {
        ...guess,
        outputTokens: Math.max(guess.outputTokens, outputTokens),
        reasoningTokens: Math.max(guess.reasoningTokens, reasoningTokens),
      });
    },
  };
}

/** What the port says has been used, for models that are not behind a network. */
export function reportOf({ inputTokens: input, outputTokens: output }: LanguageModelV4Usage): UsageReport {
  return {
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
