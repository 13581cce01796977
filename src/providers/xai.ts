import type { LanguageModelV4 } from '@ai-sdk/provider';
import { fieldsOf } from '../core/json.ts';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { changed, demandingIfAny, type MendEvent, mendedBy, mendingOf } from './mended-events.ts';
import type { Unread } from './unread.ts';

/**
 * xAI's Responses API. Its package breaks a stream at an item of a kind it does not know, and again at the last event, which
 * repeats all of them: they are taken out, and laid beside the others in the last event.
 */
export async function xaiModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const { createXai } = await import('@ai-sdk/xai');
  return createXai({ ...settings, fetch: mendedBy(mending, settings.fetch) })(modelId);
}

/** What its package reads. */
const ITEMS = [
  ...['message', 'reasoning', 'function_call', 'custom_tool_call', 'mcp_call', 'image_generation_call'],
  ...['web_search_call', 'x_search_call', 'file_search_call', 'code_interpreter_call', 'code_execution_call'],
  ...['view_image_call', 'view_x_video_call'],
];

const BESIDE = 'output_of_new_kinds';

/** Of a message it reads the words: `text`, and not `refusal`. */
const SPOKEN = { types: ['output_text', 'text', 'summary_text', 'reasoning_text'] };

export const xaiUnread: Unread = {
  content: [
    { at: `response.${BESIDE}.*`, reads: { types: [] } },
    { at: 'response.output.*.content.*', reads: SPOKEN },
    { at: 'output.*.content.*', reads: SPOKEN },
  ],
  sources: [],
};

const mending = mendingOf(/"(item|usage|output_index)"/, () => {
  /** Places of items that are taken out: whatever is said of them is theirs. */
  const out = new Set<unknown>();
  const mend: MendEvent = (event) => {
    // What is refused is said again at the end; its package knows no such event.
    if (String(event.type).startsWith('response.refusal.')) return null;
    if ('item' in event && !isKnown(event.item)) out.add(event.output_index);
    if ('output_index' in event) return out.has(event.output_index) ? null : event;
    const { output } = fieldsOf(event.response);
    const items = Array.isArray(output) ? output : [];
    const { known = [], strange = [] } = Object.groupBy(items, (item) => (isKnown(item) ? 'known' : 'strange'));
    const sorted =
      strange.length === 0
        ? event
        : changed(event, ['response'], (response) => ({ ...fieldsOf(response), output: known, [BESIDE]: strange }));
    return 'response' in event
      ? changed(sorted, ['response', 'usage'], demandingIfAny('input_tokens', 'output_tokens'))
      : event;
  };
  return mend;
});

function isKnown(item: unknown): boolean {
  return ITEMS.includes(String(fieldsOf(item).type));
}
