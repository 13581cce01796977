import type { CompletionRequest } from '../../core/chat.ts';
import type { ChatWire } from '../catalogue-row.ts';
import { RAW } from './request.ts';
import { chatUnread } from './unread.ts';

/**
 * OpenAI's own models. Which of those that reason take which effort, temperature or role is known to its package, release
 * by release, and so is what of JSON Schema they do not: what may need that is left to it.
 */
export function openaiChat(call: ChatWire['call']): ChatWire {
  return {
    call,
    unread: chatUnread,
    comesWhole: ({ audio }) => audio?.format !== undefined && audio.format !== RAW,
    speaks: (modelId, request) =>
      // The package cannot ask for anything but text.
      request.modalities !== undefined ||
      (!PARTICULAR.test(modelId) && request.reasoningEffort === null && !schemasOf(request).some(isParticular)),
  };
}

/** Models that reason, and those that search. */
const PARTICULAR = /^(o\d|gpt-([5-9]|\d\d)|.*-search)/;

function schemasOf({ tools, output }: CompletionRequest): readonly unknown[] {
  const asked = tools.map(({ inputSchema }) => inputSchema);
  return output.kind === 'schema' ? [...asked, output.schema] : asked;
}

function isParticular(schema: unknown): boolean {
  return /"(propertyNames|pattern|allOf)":/.test(JSON.stringify(schema));
}
