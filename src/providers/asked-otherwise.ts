import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';

/** A model that is asked with other options, or another one in its place, call by call. */
export function askedOtherwise(
  { provider, modelId, supportedUrls }: LanguageModelV4,
  otherwise: (options: LanguageModelV4CallOptions) => {
    readonly model: LanguageModelV4;
    readonly options: LanguageModelV4CallOptions;
  },
): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls,
    doStream: (given) => {
      const { model, options } = otherwise(given);
      return model.doStream(options);
    },
    doGenerate: (given) => {
      const { model, options } = otherwise(given);
      return model.doGenerate(options);
    },
  };
}
