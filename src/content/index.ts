import type { ContentRecord, SaidInCall } from '../core/content.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { Runtime } from '../core/runtime.ts';
import { createBatchWriter } from '../platform/batch-writer.ts';
import type { DataKeys, KeyRow } from '../platform/data-keys.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { erasableContent } from './erasable.ts';
import { keptContent } from './kept.ts';
import type { Withheld } from './show.ts';
import { type ContentRow, findContent, insertContent } from './store.ts';
import { keyOwnerOf, subjectsOf } from './subjects.ts';

/**
 * What people and models said, where policies ask for it: apart from the history, what was said in each call under a key of
 * its own, which opens with the key of the person it is about. So either can be taken away by itself.
 */
export interface Content {
  /** To be written within about a tenth of a second. Never waits and never throws; what is too large is left out. */
  keep(record: ContentRecord): void;
  /** What was said in a call, or why it cannot be shown. Another organization's call was never logged. */
  read(organizationId: string, requestId: string): Promise<SaidInCall | Withheld>;
  /** Its part of retention. */
  readonly kept: ReturnType<typeof keptContent>;
  /** Its part of an erasure. */
  readonly erasable: ReturnType<typeof erasableContent>;
  /** Resolves when everything kept so far is in the database. @throws UnavailableProblem */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export { type Shown, show } from './show.ts';

/** Of one call, as JSON. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** Of what waits to be written. */
const QUEUE_CHARACTERS = 64 * 1024 * 1024;

export function createContent(needs: {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly dataKeys: DataKeys;
  readonly runtime: Runtime;
}): Content {
  const { database, keyring, dataKeys, runtime } = needs;
  const subjectOf = subjectsOf(keyring);
  const place = (organizationId: string, requestId: string) => `content ${organizationId} ${requestId}`;

  interface Waiting {
    readonly record: ContentRecord;
    readonly json: string;
  }

  async function sealed({ record, json }: Waiting): Promise<{ readonly row: ContentRow; readonly key: KeyRow }> {
    const { requestId, caller, routeSlug, endUser, level, at } = record;
    const { organizationId, teamId, projectId, apiKeyId } = caller;
    const subject = subjectOf(organizationId, { endUser, apiKeyId });
    const persons = await dataKeys.keyring(organizationId, subject);
    const own = dataKeys.fresh(organizationId, keyOwnerOf(requestId), persons);
    const row = {
      requestId,
      organizationId,
      teamId,
      projectId,
      apiKeyId,
      routeSlug,
      level,
      subject,
      at: new Date(at),
      sealed: own.keyring.seal(json, place(organizationId, requestId)),
    };
    return { row, key: own.row };
  }

  const writer = createBatchWriter<Waiting>(
    async (waiting) => {
      const all: Awaited<ReturnType<typeof sealed>>[] = [];
      for (const one of waiting) all.push(await sealed(one));
      await database.transaction(async (tx) => {
        const written = await insertContent(
          tx,
          all.map(({ row }) => row),
        );
        const keys = all.flatMap(({ row, key }) => (written.has(row.requestId) ? [key] : []));
        await dataKeys.insert(tx, keys);
      });
    },
    { name: 'content', weightOf: ({ json }) => json.length, queue: QUEUE_CHARACTERS },
    runtime,
  );

  return {
    keep(record) {
      writer.add(record.requestId, () => {
        const json = encodeJson(record.said);
        if (json.length > MAX_CHARACTERS) throw new Error(`it has ${json.length} characters`);
        return { record, json };
      });
    },
    async read(organizationId, requestId) {
      await writer.flush();
      const stored = await findContent(database, organizationId, requestId);
      if (!stored) return { withheld: 'NOT_LOGGED', policy: null, until: null };
      if (stored.gone) return { withheld: stored.gone, policy: stored.gonePolicy, until: stored.goneAt };
      const persons = await dataKeys.known(organizationId, stored.subject);
      const own =
        persons && stored.ownKey ? await dataKeys.under(organizationId, keyOwnerOf(requestId), persons) : persons;
      if (!own || !stored.sealed) return { withheld: 'ERASED', policy: null, until: null };
      return decodeJson(own.open(stored.sealed, place(organizationId, requestId))) as SaidInCall;
    },
    kept: keptContent(dataKeys),
    erasable: erasableContent(subjectOf, dataKeys),
    flush: writer.flush,
    close: writer.close,
  };
}
