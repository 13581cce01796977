import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { CompletionRequest } from '../core/chat.ts';
import { complaintOfType } from '../core/media.ts';
import { mediaIn, type PlacedMedia, replaceMedia } from '../core/parts.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import { DownloadFailed, download } from '../platform/download.ts';
import type { CatalogueRow, Connection } from './catalogue-row.ts';

/** As much as providers take of one file, and as long as a caller may wait for a stranger's server. */
const LIMIT = { maxBytes: 20 * 1024 * 1024, timeoutMs: 20_000 } as const;
/** All of them are in memory while the call runs. */
const MAX_FETCHED = 16;

/**
 * The request with every address that the model's provider would not follow replaced by what is there: fetched by the
 * gateway, through its guard.
 * @throws ValidationProblem naming the part, for what cannot be fetched or is something else; on abort, the signal's
 * reason
 * @param model null: what its row does not name is followed by nobody
 */
export async function withFetchedMedia(
  row: CatalogueRow,
  model: LanguageModelV4 | null,
  request: CompletionRequest,
  { fetch: send, runtime }: Pick<Connection, 'fetch' | 'runtime'>,
  signal: AbortSignal,
): Promise<CompletionRequest> {
  const candidates = addressesIn(request);
  if (candidates.length === 0) return request;
  const follows = await followerOf(row, model);
  const wanted = candidates.filter((media) => !follows(media));
  const [beyond] = wanted.slice(MAX_FETCHED);
  if (beyond) {
    const message = `At most ${MAX_FETCHED} media are fetched for one call. Send the others as base64 or stored files.`;
    throw ValidationProblem.at(beyond.path, 'TOO_MANY', message);
  }
  const fetched = new Map<string, string>();
  for (const media of wanted) {
    fetched.set(media.path, await contentOf(media, request, send, runtime.clock, signal));
  }
  const messages = replaceMedia(request.messages, ({ part, path }) => {
    const base64 = fetched.get(path);
    return base64 === undefined ? part : { ...part, source: { base64 } };
  });
  return { ...request, messages };
}

/** Whether there is anything that may have to be fetched. */
export function givesAddresses(request: CompletionRequest): boolean {
  return addressesIn(request).length > 0;
}

function addressesIn({ messages }: CompletionRequest): PlacedMedia[] {
  return mediaIn(messages).filter(({ part }) => 'url' in part.source);
}

/** By request, then by address: attempts after the first ask nobody again. Gone with the request. */
const known = new WeakMap<CompletionRequest, Map<string, Buffer>>();

async function contentOf(
  { part, path }: PlacedMedia,
  request: CompletionRequest,
  send: typeof fetch,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const url = 'url' in part.source ? part.source.url : '';
  const seen = known.get(request) ?? new Map<string, Buffer>();
  known.set(request, seen);
  const fail = (why: string) => ValidationProblem.at(`${path}.source.url`, 'NOT_FETCHED', `${path}: ${why}.`);
  try {
    const bytes = seen.get(url) ?? (await download(send, url, LIMIT, clock, signal)).bytes;
    seen.set(url, bytes);
    const complaint = complaintOfType(part.mimeType, bytes);
    if (complaint) throw fail(`what the URL leads to does not fit: ${complaint}`);
    return bytes.toString('base64');
  } catch (error) {
    if (error instanceof DownloadFailed)
      throw fail(`the provider cannot fetch it, and neither can the gateway: ${error.message}`);
    throw error;
  }
}

/** Which addresses the provider follows by itself: as its row says, else as its package does of what users say. */
async function followerOf(
  { fetches, fetchesFromTools = [] }: CatalogueRow,
  model: LanguageModelV4 | null,
): Promise<(media: PlacedMedia) => boolean> {
  const supported = fetches ? [] : Object.entries((await model?.supportedUrls) ?? {});
  return ({ from, part: { mimeType, source } }) => {
    const followed = from === 'TOOL' ? fetchesFromTools : fetches;
    if (followed) return followed.some((type) => mimeType.startsWith(type));
    return (
      'url' in source &&
      supported.some(([type, urls]) => covers(type, mimeType) && urls.some((pattern) => pattern.test(source.url)))
    );
  };
}

/** `image/*` covers image/png, `*` everything. */
function covers(type: string, mimeType: string): boolean {
  return type.startsWith('*') || (type.endsWith('/*') ? mimeType.startsWith(type.slice(0, -1)) : type === mimeType);
}
