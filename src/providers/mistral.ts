import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { chatEvents } from './chunks.ts';
import { type EventFormat, tidyEventStreams } from './event-stream.ts';
import { mistralMending } from './mended-events.ts';

/** Mistral's models, in OpenAI's chat format but for content that comes as a list, which its package knows. */
export async function mistralModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const { createMistral } = await import('@ai-sdk/mistral');
  return createMistral({ ...settings, fetch: tidyEventStreams(events, settings.fetch) })(modelId);
}

const events: EventFormat = { ...chatEvents, mending: mistralMending };
