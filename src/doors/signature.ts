import { proves, signerOf } from '../core/affinity.ts';
import { quickJson } from '../core/json-scan.ts';

/**
 * What a provider wants back unchanged (core/chat.ts) goes out to clients who know another provider's form of it: as it
 * is where the vendor is the signer, and wrapped where it is not. Clients treat either as opaque.
 */
const WRAPPED = 'glidepath.';

/** @returns the vendor's own field of what it signed itself; undefined when it is another's */
export function fieldOf(signature: string, signer: string, field: string): string | undefined {
  if (signerOf(signature) !== signer) return undefined;
  const value = (JSON.parse(signature) as Record<string, Record<string, unknown>>)[signer]?.[field];
  return typeof value === 'string' ? value : undefined;
}

/** A call's signature, when the call cannot do without: a mere name of the provider's own it can give anew. */
export function bindingOf(signature: string | undefined): string | undefined {
  return signature !== undefined && proves(signature) ? signature : undefined;
}

/** @param toolCallId the call it belongs to, where it is no thought's */
export function wrap(signature: string, toolCallId?: string): string {
  const packed = JSON.stringify({ signature, ...(toolCallId !== undefined && { toolCallId }) });
  return WRAPPED + Buffer.from(packed).toString('base64url');
}

export interface Unwrapped {
  readonly signature: string;
  readonly toolCallId?: string;
}

/** @returns null when it is not one of ours */
export function unwrap(text: string): Unwrapped | null {
  if (!text.startsWith(WRAPPED)) return null;
  try {
    const packed: unknown = quickJson(Buffer.from(text.slice(WRAPPED.length), 'base64url').toString('utf8'));
    const { signature, toolCallId } = packed as Partial<Record<string, unknown>>;
    if (typeof signature !== 'string') return null;
    return typeof toolCallId === 'string' ? { signature, toolCallId } : { signature };
  } catch {
    return null;
  }
}
