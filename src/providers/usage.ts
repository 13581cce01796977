import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { spokenTokens } from '../core/call.ts';
import { type CompletionRequest, callOf, type InputPart, textOfResult } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { readableText } from '../core/readable.ts';
import { noUsage, settledUsage, type Usage, type UsageReport } from '../core/usage.ts';
import { countTokens } from './tokens.ts';

/** What one attempt consumed: the provider's word where it gave one, counted here where it did not. */
export class UsageMeter {
  readonly #request: CompletionRequest;
  #said: UsageReport = {};
  #text = '';
  #reasoning = '';
  /** By part: arguments may come in pieces, or all at once. */
  #calls: Map<number, string> | null = null;

  constructor(request: CompletionRequest) {
    this.#request = request;
  }

  see(event: ContentEvent): void {
    if (event.kind === 'textDelta') this.#text += event.text;
    else if (event.kind === 'reasoningDelta') this.#reasoning += event.text;
    else if (event.kind === 'toolCallDelta') {
      this.#calls ??= new Map();
      this.#calls.set(event.index, (this.#calls.get(event.index) ?? '') + event.argumentsDelta);
    } else if (event.kind === 'partFinished' && event.part.kind === 'toolCall') {
      this.#calls ??= new Map();
      this.#calls.set(event.index, event.part.rawArguments);
    }
  }

  /** What the provider has said so far. */
  hear(report: UsageReport): void {
    this.#said = report;
  }

  /** Of an answer that came to its end. An explicit zero is zero; only what was not said is estimated. */
  whole(): Usage {
    const said = this.#said;
    const complete = said.inputTokens !== undefined && said.outputTokens !== undefined;
    // Counting is for the few answers that need it.
    return settledUsage([said], complete ? noUsage : this.#estimated());
  }

  /**
   * Of one that was cut off: the input, reported where it was by then, and the output seen so far. How much of that the
   * provider will charge is an estimate, even where it has counted along.
   */
  brokenOff(): Usage {
    const guess = this.#estimated();
    const { outputTokens = 0, reasoningTokens = 0, totalTokens: _, ...input } = this.#said;
    return settledUsage([input], {
      ...guess,
      outputTokens: Math.max(guess.outputTokens, outputTokens),
      reasoningTokens: Math.max(guess.reasoningTokens, reasoningTokens),
    });
  }

  #estimated(): Usage {
    const reasoningTokens = countTokens(this.#reasoning);
    const written = countTokens(this.#text, ...(this.#calls?.values() ?? []));
    const call = callOf(this.#request);
    const said = call?.kind === 'SPEECH' ? spokenTokens(call.text) : written;
    return {
      ...noUsage,
      inputTokens: countTokens(inputText(this.#request)),
      outputTokens: said + reasoningTokens,
      reasoningTokens,
      source: 'ESTIMATED',
    };
  }
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

/** All that a model reads of a request, but for media that are no text, whose tokens nobody can tell from outside. */
function inputText({ messages, tools, output }: CompletionRequest): string {
  const parts = messages.flatMap((message) => message.parts.map(partText));
  const schemas = tools.map(
    ({ name, description, inputSchema }) => `${name} ${description} ${JSON.stringify(inputSchema)}`,
  );
  const wanted = output.kind === 'schema' ? [JSON.stringify(output.schema)] : [];
  return [...parts, ...schemas, ...wanted].join('\n');
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
      return readableText(part) ?? '';
  }
}
