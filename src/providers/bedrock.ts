import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Connection, fieldsOfSecret, type OtherModels } from './catalogue-row.ts';
import { mendedFrames } from './event-frames.ts';
import { converseMending } from './mended-events.ts';

/**
 * Amazon Bedrock's Converse API, with an API key of its own or with a signature made of AWS keys (SigV4). Every value
 * is given, also the empty ones: what is left out, the package looks for in the process's environment.
 */
export async function bedrockModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const mended = { ...connection, fetch: mendedFrames(converseMending, connection.fetch) };
  return (await bedrock(mended)).languageModel(modelId);
}

async function bedrock({ baseUrl, secret, settings, fetch }: Connection) {
  const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
  const keys = fieldsOfSecret(secret?.reveal() ?? '');
  const proof = keys
    ? { apiKey: '', credentialProvider: async () => credentialsOf(keys) }
    : { apiKey: secret?.reveal() ?? 'none' };
  const region = settings.region ?? regionOf(baseUrl);
  return createAmazonBedrock({ region, baseURL: baseUrl ?? '', fetch, ...proof });
}

/**
 * Its models that are no conversation. Those that rank are asked at an address of their own; the package knows it, but
 * asks at the one that it is given.
 */
export async function bedrockOthers(connection: Connection): Promise<OtherModels> {
  const { embeddingModel, imageModel } = await bedrock(connection);
  const baseUrl = connection.baseUrl?.replace('://bedrock-runtime.', '://bedrock-agent-runtime.') ?? null;
  const { rerankingModel } = await bedrock({ ...connection, baseUrl });
  return { embeddingModel, imageModel, rerankingModel };
}

/** Each family of models has its own word for how long an embedding is to be. */
export function bedrockEmbeddingOptions(dimensions: number, modelId: string) {
  if (modelId.includes('cohere.embed-')) return { amazonBedrock: { outputDimension: dimensions } };
  if (modelId.includes('amazon.nova-')) return { amazonBedrock: { embeddingDimension: dimensions } };
  return { amazonBedrock: { dimensions } };
}

function credentialsOf({ accessKeyId = '', secretAccessKey = '', sessionToken }: Readonly<Record<string, string>>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Of an address of Amazon's; one's own proxies are told the region AWS takes for the default. */
function regionOf(baseUrl: string | null): string {
  return /bedrock(?:-agent)?-runtime\.([a-z0-9-]+)\./.exec(baseUrl ?? '')?.[1] ?? 'us-east-1';
}
