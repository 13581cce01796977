import type { LanguageModelV4 } from '@ai-sdk/provider';
import { chatEvents } from './chunks.ts';
import { tidyEventStreams } from './event-stream.ts';

interface Settings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

/** The name under which options and signatures of most of them travel. */
export const COMPATIBLE = 'compatible';

/** Servers that speak OpenAI's chat format. Usage in streams must be asked for. */
export async function compatibleModel(
  settings: Settings,
  modelId: string,
  name: string = COMPATIBLE,
): Promise<LanguageModelV4> {
  return (await compatibleProvider(settings, name)).languageModel(modelId);
}

/** @param name of its options and signatures */
export async function compatibleProvider(settings: Settings, name: string = COMPATIBLE) {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    ...settings,
    fetch: tidyEventStreams(chatEvents, settings.fetch),
    name,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
}
