import type { LanguageModelV4 } from '@ai-sdk/provider';
import { fieldsOf } from '../core/json.ts';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { changed, demanding, type MendEvent, mendedBy, mendingOf } from './mended-events.ts';

/**
 * Cohere's models. Its package breaks a stream at a call whose arguments are no JSON: such a call is left open, and
 * answer.ts closes it as it is.
 */
export async function cohereModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const { createCohere } = await import('@ai-sdk/cohere');
  return createCohere({ ...settings, fetch: mendedBy(mending, settings.fetch) })(modelId);
}

const demandBoth = demanding('input_tokens', 'output_tokens');

/** `tokens` must be there; what is billed stands in for it, as in usage-reader.ts. */
function demandTokens(usage: unknown) {
  const { tokens, billed_units: billed, ...rest } = fieldsOf(usage);
  return { ...rest, tokens: demandBoth(tokens ?? billed), ...(billed != null && { billed_units: demandBoth(billed) }) };
}

const mending = mendingOf(/"(message-end|tool-call-(start|delta|end))"/, () => {
  let written = '';
  const mend: MendEvent = (event) => {
    const { arguments: piece } = fieldsOf(fieldsOf(fieldsOf(fieldsOf(event.delta).message).tool_calls).function);
    switch (event.type) {
      case 'tool-call-start':
        written = String(piece ?? '');
        return event;
      case 'tool-call-delta':
        written += String(piece ?? '');
        return event;
      case 'tool-call-end':
        return isJson(written) ? event : null;
      case 'message-end':
        return changed(event, ['delta', 'usage'], demandTokens);
      default:
        return event;
    }
  };
  return mend;
});

/** Nothing at all stands for no arguments. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.trim() || '{}');
    return true;
  } catch {
    return false;
  }
}
