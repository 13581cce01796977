import type { Runtime } from '../../core/runtime.ts';
import type { Database } from './database.ts';

const ROUND_MS = 60_000;
/** In rounds. */
const ALL_EVERY = 60;
/** For one table. The first time may take seconds where it has some GB; from then on only what has changed is read. */
const TABLE_LIMIT_MS = 120_000;

/**
 * What autovacuum does on a server, and nobody in the embedded database: lets new rows have the room of those that are
 * gone, and tells the planner how tables have grown. Each minute for tables whose migration sets autovacuum for them, as
 * they change with every call, each hour for all. One table after the other: calls have their turn in between.
 * @returns ends it, after the table under way
 */
export function startUpkeep(database: Pick<Database, 'query'>, { clock, log }: Runtime): () => Promise<void> {
  let rounds = 0;
  let closed = false;
  let underWay = Promise.resolve();
  let cancel = () => {};

  const round = async () => {
    const all = ++rounds % ALL_EVERY === 0;
    try {
      for (const { name } of await database.query<{ name: string }>(TABLES, [all])) {
        if (closed) return;
        await database.query(`VACUUM (ANALYZE) ${name}`, [], TABLE_LIMIT_MS);
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

const TABLES = `
SELECT quote_ident(relname) AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND ($1 OR reloptions::text LIKE '%autovacuum%')
ORDER BY relname`;
