import type { JSONValue, SharedV4ProviderMetadata, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { UNSEALED } from '../core/affinity.ts';
import { quickJson } from '../core/json-scan.ts';

/**
 * What a provider attaches to a part and wants back unchanged (proof of its own reasoning, or the reasoning itself
 * in encrypted form), as one opaque string: JSON of `{ [signer]: { [field]: value } }`.
 * Fields a provider would not accept back, or does not need, are not in it. The directory adds an `account` where only the
 * account it was made under can read it (core/affinity.ts).
 */
export function signatureOf(metadata: SharedV4ProviderMetadata | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  const kept: Record<string, Record<string, JSONValue>> = {};
  for (const [signer, fields] of Object.entries(metadata)) {
    const signed = Object.entries(fields).filter(
      (entry): entry is [string, JSONValue] => SIGNED_FIELDS.has(entry[0]) && entry[1] != null,
    );
    if (signed.length > 0) kept[signer] = Object.fromEntries(signed);
  }
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept);
}

/**
 * The way back. @param signer the only provider it may be shown to, see CatalogueRow.signedBy
 * @returns undefined when there is no signature, when it is another provider's, or not one of ours.
 */
export function providerOptionsOf(
  signature: string | undefined,
  signer: string | null,
): SharedV4ProviderOptions | undefined {
  if (signature === undefined || signer === null) return undefined;
  try {
    const fields = (quickJson(signature) as SharedV4ProviderOptions)[signer];
    return fields && typeof fields === 'object' ? { [signer]: fields } : undefined;
  } catch {
    return undefined;
  }
}

const SIGNED_FIELDS = new Set([
  // Anthropic; Bedrock, which calls what is redacted by another name too.
  ...['signature', 'redactedData', 'redactedContent'],
  // OpenAI: its name for the thought, and the thought.
  ...['itemId', 'reasoningEncryptedContent'],
  // Google.
  'thoughtSignature',
  // OpenRouter; and what it or Cohere likes back.
  ...['reasoningDetails', UNSEALED],
]);
