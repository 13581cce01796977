import { createSign } from 'node:crypto';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type Connection, fieldsOfSecret } from './catalogue-row.ts';

/**
 * Gemini on Google Cloud: the same format as Google's own API, at a project's address, opened with a token that a
 * service account signs for (RFC 7523). Google's own library would do it through a way out of its own; tokens are
 * fetched through ours.
 */
export async function vertexModel(connection: Connection, modelId: string): Promise<LanguageModelV4> {
  const { createGoogle } = await import('@ai-sdk/google');
  const account = fieldsOfSecret(connection.secret?.reveal() ?? '');
  // The location "global" has no host of its own.
  const baseURL = (connection.baseUrl ?? '').replace('//global-aiplatform.', '//aiplatform.');
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.delete('x-goog-api-key');
    if (account) headers.set('authorization', `Bearer ${await tokenFor(account, connection, init?.signal)}`);
    return connection.fetch(input, { ...init, headers });
  };
  return createGoogle({ baseURL, apiKey: 'none', fetch: send })(modelId);
}

interface Token {
  readonly text: string;
  /** Unix ms. */
  readonly until: number;
}

/** By e-mail and key id of the account. Accounts are few; the oldest goes when there are more. */
const tokens = new Map<string, Token>();
const KEPT_TOKENS = 1000;
/** Google gives tokens an hour; a call may run for ten minutes. */
const LEAST_LEFT_MS = 900_000;

async function tokenFor(
  account: Readonly<Record<string, string>>,
  { fetch: send, runtime: { clock } }: Connection,
  signal: AbortSignal | null | undefined,
): Promise<string> {
  const { client_email: email = '', private_key: key = '', private_key_id: keyId = '' } = account;
  const place = `${email}/${keyId}`;
  const known = tokens.get(place);
  if (known && known.until - clock.now() > LEAST_LEFT_MS) return known.text;
  const address = account.token_uri ?? 'https://oauth2.googleapis.com/token';
  const now = Math.floor(clock.now() / 1000);
  const scope = 'https://www.googleapis.com/auth/cloud-platform';
  const claims = { iss: email, scope, aud: address, iat: now, exp: now + 3600 };
  const unsigned = `${encoded({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${encoded(claims)}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url');
  const response = await send(address, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    }).toString(),
    ...(signal && { signal }),
  });
  if (!response.ok) return refused(response, address);
  const { access_token: text, expires_in: seconds } = (await response.json()) as {
    access_token: string;
    expires_in: number;
  };
  tokens.set(place, { text, until: clock.now() + seconds * 1000 });
  const [oldest] = tokens.keys();
  if (tokens.size > KEPT_TOKENS && oldest !== undefined) tokens.delete(oldest);
  return text;
}

/** In the port's own error, so that a refused account is told like a refused key. */
async function refused(response: Response, url: string): Promise<never> {
  const { APICallError } = await import('@ai-sdk/provider');
  throw new APICallError({
    message: `Google gave the service account no token (${response.status})`,
    url,
    requestBodyValues: {},
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody: await response.text(),
  });
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
