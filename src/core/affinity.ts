import type { Message } from './chat.ts';
import { quickJson } from './json-scan.ts';

/** Who alone can read what a call brings back. */
export interface Affinity {
  /** The key of the signature, see providers/signature.ts; every model signed by it can read it. */
  readonly signer: string;
  /** The credential it was signed under, where the vendor binds signatures to its account; null: any of the signer's. */
  readonly account: string | null;
}

/**
 * Reasoning signed since the last user message belongs to a turn that is not over: providers refuse its tool results
 * without it (Anthropic's thinking blocks, OpenAI's encrypted items, Gemini's thought signatures), and only the
 * signer can read it. What was signed in earlier turns may be left out, and binds nobody.
 */
export function affinityOf(messages: readonly Message[]): Affinity | null {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'USER') + 1);
  for (const { parts } of turn) {
    for (const part of parts) {
      if (part.kind !== 'reasoning' && part.kind !== 'toolCall') continue;
      const signed = part.signature === undefined ? null : read(part.signature);
      if (signed && (part.kind === 'reasoning' ? isSealed(signed) : isProof(signed))) return signed;
    }
  }
  return null;
}

/** Whether nobody but its signer can read a thought: of one that is not sealed, the words are all there is to it. */
export function seals(signature: string): boolean {
  const signed = read(signature);
  return signed !== null && isSealed(signed);
}

function isSealed({ fields }: { readonly fields: readonly string[] }): boolean {
  return fields.some((field) => field !== UNSEALED);
}

/** The field for what a provider likes back and anybody can do without, like where in its answer a thought stood. */
export const UNSEALED = 'unsealed';

/** Who signed it; null when it is none of ours. */
export function signerOf(signature: string): string | null {
  return read(signature)?.signer ?? null;
}

/** Whether a call's signature is more than its bare name at its provider, without which anybody can read the call. */
export function proves(signature: string): boolean {
  const signed = read(signature);
  return signed !== null && isProof(signed);
}

function isProof({ fields }: { readonly fields: readonly string[] }): boolean {
  return fields.some((field) => field !== NAME);
}

/** The one more field of a signature that vendors do not make. */
const ACCOUNT = 'account';

/** Adds the credential that a signature was made under. */
export function boundTo(account: string, signature: string): string {
  return JSON.stringify({ ...JSON.parse(signature), [ACCOUNT]: account });
}

/** OpenAI's name of a part. */
const NAME = 'itemId';

/** A signature is JSON of `{ [signer]: { [field]: value }, account? }`; null for anything else, which nobody needs back. */
function read(signature: string): (Affinity & { readonly fields: readonly string[] }) | null {
  try {
    const signed: unknown = quickJson(signature);
    if (signed === null || typeof signed !== 'object') return null;
    const signer = Object.keys(signed).find((key) => key !== ACCOUNT);
    if (signer === undefined) return null;
    const account: unknown = Reflect.get(signed, ACCOUNT);
    const fields = Object.keys(Object(Reflect.get(signed, signer)));
    return { signer, account: typeof account === 'string' ? account : null, fields };
  } catch {
    return null;
  }
}
