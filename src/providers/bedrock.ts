import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Connection, fieldsOfSecret } from './catalogue-row.ts';

/**
 * Amazon Bedrock's Converse API, with an API key of its own or with a signature made of AWS keys (SigV4). Every value
 * is given, also the empty ones: what is left out, the package looks for in the process's environment.
 */
export async function bedrockModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  return (await bedrock(connection)).languageModel(modelId);
}

export async function bedrock({ baseUrl, secret, settings, fetch }: Connection) {
  const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
  const keys = fieldsOfSecret(secret?.reveal() ?? '');
  const proof = keys
    ? { apiKey: '', credentialProvider: async () => credentialsOf(keys) }
    : { apiKey: secret?.reveal() ?? 'none' };
  const region = settings.region ?? regionOf(baseUrl);
  return createAmazonBedrock({ region, baseURL: baseUrl ?? '', fetch, ...proof });
}

function credentialsOf({ accessKeyId = '', secretAccessKey = '', sessionToken }: Readonly<Record<string, string>>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Of an address of Amazon's; one's own proxies are told the region AWS takes for the default. */
function regionOf(baseUrl: string | null): string {
  return /bedrock-runtime\.([a-z0-9-]+)\./.exec(baseUrl ?? '')?.[1] ?? 'us-east-1';
}
