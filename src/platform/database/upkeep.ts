import type { Runtime } from '../../core/runtime.ts';
import type { Database } from './database.ts';

const ROUND_MS = 60_000;
/** In rounds. */
const ALL_EVERY = 60;
/** A quarter of a GB, read in some 2 s: calls wait 5 s for their turn, and no statement may take longer than a minute. */
const MOST_PAGES = 32_768;
const TABLE_LIMIT_MS = 60_000;

/**
 * What autovacuum does on a server, and nobody in the embedded database: lets new rows have the room of those that are
 * gone, and tells the planner how tables have grown. Each minute for tables whose migration sets autovacuum for them, as
 * they change with every call, each hour for all. One table after the other: calls have their turn in between.
 * @param mostPages a table with more of them that no earlier round has read is only analyzed, as it would hold up calls
 * @returns ends it, after the table under way
 */
export function startUpkeep(
  database: Pick<Database, 'query'>,
  { clock, log }: Runtime,
  mostPages = MOST_PAGES,
): () => Promise<void> {
  let rounds = 0;
  let closed = false;
  let underWay = Promise.resolve();
  let cancel = () => {};

  const round = async () => {
    const all = ++rounds % ALL_EVERY === 0;
    try {
      for (const { statement } of await database.query<{ statement: string }>(STATEMENTS, [all, mostPages])) {
        if (closed) return;
        await database.query(statement, [], TABLE_LIMIT_MS);
      }
    } catch (error) {
      log.error({ err: error }, 'the upkeep of the database failed; it is tried again in a minute');
    }
    schedule();
  };
  const schedule = () => {
    if (closed) return;
    cancel = clock.after(ROUND_MS, () => {
      underWay = round();
    });
  };
  schedule();
  return async () => {
    closed = true;
    cancel();
    await underWay;
  };
}

const STATEMENTS = `
SELECT CASE WHEN pg_relation_size(oid) / 8192 - relallvisible <= $2::int THEN 'VACUUM (ANALYZE) ' ELSE 'ANALYZE ' END
       || quote_ident(relname) AS statement
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND ($1 OR reloptions::text LIKE '%autovacuum%')
ORDER BY relname`;
