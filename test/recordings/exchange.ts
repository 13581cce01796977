import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../../src/core/json.ts';

/** One recorded call to a provider and its answer: a line of a recordings file (JSON Lines, gzipped or plain). */
export interface Exchange {
  readonly provider: string;
  readonly case: string;
  /** Its place within the case. */
  readonly n: number;
  readonly request: Body & { readonly method: string; readonly url: string };
  readonly response: Body & { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
}

interface Body {
  readonly json?: Json;
  readonly text?: string;
  readonly base64?: string;
}

export async function readExchanges(path: string): Promise<Exchange[]> {
  const bytes = await readFile(path);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const lines = (gzipped ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Exchange);
}

/** The recorded answer as the network would give it. */
export function responseOf({ response }: Exchange): Response {
  const { status, headers = {} } = response;
  const length = status === 204 || status === 304 ? null : bodyOf(response);
  return new Response(length, { status, headers: { 'content-type': 'application/json', ...headers } });
}

export function nameOf({ provider, case: name, n }: Exchange): string {
  return `${provider} ${name}#${n}`;
}

function bodyOf({ json, text, base64 }: Body): string | Buffer<ArrayBuffer> {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return text ?? JSON.stringify(json ?? null);
}
