import type { LanguageModelV4 } from '@ai-sdk/provider';
import { chatEvents } from './chunks.ts';
import { tidyEventStreams } from './event-stream.ts';

interface Settings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

/** The name under which its options and metadata travel. */
export const COMPATIBLE = 'compatible';

/** Servers that speak OpenAI's chat format. Usage in streams must be asked for. */
export async function compatibleModel(settings: Settings, modelId: string): Promise<LanguageModelV4> {
  return (await compatibleProvider(settings)).languageModel(modelId);
}

export async function compatibleProvider(settings: Settings) {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    ...settings,
    fetch: tidyEventStreams(chatEvents, settings.fetch),
    name: COMPATIBLE,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
}
