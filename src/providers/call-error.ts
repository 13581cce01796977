import { APICallError } from '@ai-sdk/provider';

/** An answer that is none, as the packages throw it; without the question, which is nobody else's business. */
export function callError(
  url: string,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  responseBody: string,
  cause?: unknown,
): APICallError {
  return new APICallError({
    ...{ message: `status ${status}`, url, requestBodyValues: {}, statusCode: status },
    ...{ responseHeaders: { ...headers }, responseBody, cause },
  });
}
