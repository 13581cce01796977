import type { LanguageModelV4 } from '@ai-sdk/provider';
import { fieldsOf } from '../core/json.ts';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { chatMessage } from './chat-message.ts';
import { chatEvents } from './chunks.ts';
import { type EventFormat, tidyEventStreams } from './event-stream.ts';
import { changed, demandingIfAny, mendingOf } from './mended-events.ts';
import type { Unread } from './unread.ts';

/**
 * Mistral's models, in OpenAI's chat format but for content that comes as a list. Its package breaks a stream at an element
 * of a kind it does not know, and at usage without one of its counts: the first is laid beside the others.
 */
export async function mistralModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const { createMistral } = await import('@ai-sdk/mistral');
  return createMistral({ ...settings, fetch: tidyEventStreams(events, settings.fetch) })(modelId);
}

const ELEMENTS = ['text', 'thinking', 'reference', 'image_url'];

const demand = demandingIfAny('prompt_tokens', 'completion_tokens', 'total_tokens');

const mending = mendingOf(/"usage" *: *\{|"content" *: *\[/, () => (event) => {
  const choices = Array.isArray(event.choices) ? event.choices.map(sorted) : event.choices;
  return { ...event, choices, ...('usage' in event && { usage: demand(event.usage) }) };
});

function sorted(choice: unknown): unknown {
  const { content } = fieldsOf(fieldsOf(choice).delta);
  if (!Array.isArray(content)) return choice;
  const isKnown = (element: unknown) => ELEMENTS.includes(String(fieldsOf(element).type));
  const strange = content.filter((element) => !isKnown(element));
  const beside = strange.length > 0 ? { content_of_new_kinds: strange } : {};
  return changed(fieldsOf(choice), ['delta'], (delta) => ({
    ...fieldsOf(delta),
    content: content.filter(isKnown),
    ...beside,
  }));
}

const events: EventFormat = { ...chatEvents, mending };

const pieces = ['choices.*.message.content.*', 'choices.*.delta.content.*'];

/** Of content that is a list, the package reads words and thoughts; a reference is the source of the words before it. */
export const mistralUnread: Unread = {
  content: [...chatMessage(), ...pieces.map((at) => ({ at, reads: { types: ['text', 'thinking', 'reference'] } }))],
  sources: pieces,
};
