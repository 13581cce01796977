import { GraphQLError } from 'graphql';
import type { Caller } from '../core/caller.ts';
import { denial } from '../core/happening.ts';
import type { Rooms } from '../rooms.ts';
import { refusal } from './refusals.ts';

/** What a client may send instead of a document, or beside it. */
export interface DocumentParams {
  readonly query?: string | null | undefined;
  /** As the GraphQL over HTTP draft has it: `sha256:` and 64 hex digits. */
  readonly documentId?: unknown;
  /** As Apollo's clients have it: `persistedQuery: { version: 1, sha256Hash }`. */
  readonly extensions?: unknown;
}

/**
 * The text of the document that is meant: sent as it is, or registered and called by its hash. A key that may run
 * registered documents only is refused any other, by whichever door it comes.
 * @returns null when there is neither, for whoever complains about that
 * @throws GraphQLError PERSISTED_QUERY_NOT_FOUND as Apollo's clients know it, after which they send the document;
 *   BAD_USER_INPUT for an id that is none, or another document's; FORBIDDEN
 */
export async function documentOf(
  { operations, audit }: Pick<Rooms, 'operations' | 'audit'>,
  caller: Caller,
  params: DocumentParams,
): Promise<string | null> {
  const { organizationId, documents } = caller;
  const hash = hashIn(params);
  const { query } = params;
  const trustedOnly = documents === 'TRUSTED_ONLY';
  // Whoever sends documents of their own need not be known here.
  if (hash === null && !trustedOnly) return query ?? null;
  const book = await operations.book(organizationId);
  const registered = hash === null ? null : book.hashed(hash);
  if (hash !== null && !registered && query == null) throw notFound();
  const text = registered && query == null ? registered.document : (query ?? null);
  if (registered && query != null && query !== registered.document) {
    throw refusal('BAD_USER_INPUT', 'The hash is of another document than the one that was sent.');
  }
  if (text !== null && trustedOnly && !book.knows(text)) {
    audit.noteOnce(denial(caller, 'StoredOperation', organizationId, 'The document is not registered.'));
    throw refusal('FORBIDDEN', 'This API key may run registered operations only, and this is none.', 403);
  }
  return text;
}

function hashIn({ documentId, extensions }: DocumentParams): string | null {
  if (documentId != null) {
    const hash = typeof documentId === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(documentId)?.[1] : undefined;
    if (hash === undefined) throw refusal('BAD_USER_INPUT', 'documentId is sha256: and 64 lower-case hex digits.');
    return hash;
  }
  const { persistedQuery } =
    ((typeof extensions === 'object' ? extensions : null) as { persistedQuery?: unknown }) ?? {};
  if (persistedQuery == null) return null;
  const { sha256Hash } = persistedQuery as { sha256Hash?: unknown };
  if (typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash;
  throw refusal('BAD_USER_INPUT', 'extensions.persistedQuery.sha256Hash is 64 lower-case hex digits.');
}

function notFound(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http: { status: 404 } },
  });
}
