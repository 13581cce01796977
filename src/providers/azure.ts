import { oncePer } from '../core/once-per.ts';
import type { ChatWire, Connection } from './catalogue-row.ts';

/**
 * OpenAI's models at a resource of one's own on Azure: the same formats, with the key in a header of Azure's. Azure's own
 * package does the same around an older package of OpenAI's, which loses refusals.
 */
export async function azure({ baseUrl, secret, fetch: send }: Connection) {
  const { createOpenAI } = await import('@ai-sdk/openai');
  const toAzure: typeof fetch = (input, init) => {
    const url = new URL(String(input));
    url.searchParams.set('api-version', 'v1');
    const headers = new Headers(init?.headers);
    headers.delete('authorization');
    headers.set('api-key', secret?.reveal() ?? 'none');
    return send(url.href, { ...init, headers });
  };
  // Its options and signatures go by the name.
  return createOpenAI({ name: 'azure', baseURL: `${baseUrl ?? ''}/v1`, apiKey: 'none', fetch: toAzure });
}

/** Its chat completions. */
export const azureCall: ChatWire['call'] = oncePer(({ baseUrl, secret }) => ({
  url: `${baseUrl ?? ''}/v1/chat/completions?api-version=v1`,
  headers: { 'content-type': 'application/json', 'api-key': secret?.reveal() ?? 'none' },
}));
