import { APICallError } from '@ai-sdk/provider';
import type { Simulation } from '../../core/chat.ts';
import type { Script } from './script.ts';

/** The script's faults hold for this attempt: for all, unless it says how many come first. */
export function isFaulty({ failFirstAttempts, attempt }: Script): boolean {
  return failFirstAttempts === undefined || attempt <= failFirstAttempts;
}

/** What the script makes this attempt fail with before it says a word; null when it lets it live. */
export function failureOf(script: Script): APICallError | null {
  const cutLater = script.breakStreamAfterTokens !== undefined;
  const unnamed = script.failFirstAttempts !== undefined && !cutLater ? 'PROVIDER_ERROR' : undefined;
  const failure = script.failWith ?? unnamed;
  return failure && isFaulty(script) ? wireErrors[failure]() : null;
}

/** Failures look as a real provider's do, so that everything above treats them alike. */
const wireErrors: Readonly<Record<NonNullable<Simulation['failWith']>, () => APICallError>> = {
  PROVIDER_ERROR: () => wireError(500, 'server_error', 'The simulator was told to fail.'),
  PROVIDER_OVERLOADED: () => wireError(529, 'overloaded_error', 'The simulator was told to be overloaded.'),
  RATE_LIMITED: () =>
    wireError(429, 'rate_limit_exceeded', 'The simulator was told to limit its rate.', { 'retry-after-ms': '20' }),
  PROVIDER_TIMEOUT: () => wireError(504, 'timeout', 'The simulator was told to take too long.'),
};

function wireError(statusCode: number, type: string, message: string, responseHeaders?: Record<string, string>) {
  return new APICallError({
    message,
    url: 'simulator:',
    requestBodyValues: {},
    statusCode,
    ...(responseHeaders && { responseHeaders }),
    responseBody: JSON.stringify({ error: { type, message } }),
  });
}

/** A connection that ends in the middle of an answer nobody streamed. */
export class CutOff extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('The simulator was told to break off.');
  }
}
