import { follow } from '../core/abort.ts';
import type { Clock } from '../core/runtime.ts';
import { EgressRefused } from './egress-guard.ts';

export interface Downloaded {
  readonly bytes: Buffer;
  /** As the server calls it; null when it does not. */
  readonly mimeType: string | null;
}

/** Why there is nothing, in words for whoever named the URL; says nothing of our network. */
export class DownloadFailed extends Error {
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge = false) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

export interface DownloadLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const MAX_REDIRECTS = 3;

/**
 * Fetches what a user names by URL: through the egress with its guard at every hop, without any credential, within a
 * size and a time. Redirects are followed here, since nothing secret goes along.
 * @param send the egress's fetch
 * @throws DownloadFailed; on abort, the signal's reason
 */
export async function download(
  send: typeof fetch,
  url: string,
  { maxBytes, timeoutMs }: DownloadLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<Downloaded> {
  const over = new AbortController();
  const cancelTimeout = clock.after(timeoutMs, () => over.abort());
  const leave = follow(over, signal);
  try {
    const response = await arrive(send, url, over.signal);
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    return { bytes: await readUpTo(response, maxBytes), mimeType: response.headers.get('content-type') };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DownloadFailed) throw error;
    if (over.signal.aborted) throw new DownloadFailed(`it has not come within ${timeoutMs / 1000} s`);
    const cause = error instanceof Error ? error.cause : undefined;
    throw new DownloadFailed(cause instanceof EgressRefused ? cause.message : 'its server cannot be reached');
  } finally {
    leave();
    cancelTimeout();
  }
}

async function arrive(send: typeof fetch, url: string, signal: AbortSignal): Promise<Response> {
  let place = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (!/^https?:$/.test(URL.parse(place)?.protocol ?? '')) throw new DownloadFailed('it is no http or https URL');
    const response = await send(place, { signal });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) {
      if (response.ok) return response;
      await response.body?.cancel();
      throw new DownloadFailed(`its server answers ${response.status}`);
    }
    await response.body?.cancel();
    place = URL.parse(location, place)?.href ?? '';
  }
  throw new DownloadFailed(`it leads elsewhere more than ${MAX_REDIRECTS} times`);
}

async function readUpTo({ body }: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let seen = 0;
  for await (const chunk of body ?? []) {
    seen += chunk.byteLength;
    if (seen > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): DownloadFailed {
  return new DownloadFailed(`it has more than ${maxBytes} bytes`, true);
}
