import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Connection, sdkSettings } from './catalogue-row.ts';
import { namelessEvents, tidyEventStreams } from './event-stream.ts';
import { mistralMending } from './mended-events.ts';

/** Mistral's models, in OpenAI's chat format but for content that comes as a list, which its package knows. */
export async function mistralModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const settings = sdkSettings(connection);
  const { createMistral } = await import('@ai-sdk/mistral');
  return createMistral({ ...settings, fetch: tidyEventStreams(namelessEvents, mistralMending, settings.fetch) })(
    modelId,
  );
}
