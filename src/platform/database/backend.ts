import type pg from 'pg';

/** What postgres.ts and embedded.ts give: a migrated database behind a pool. records.ts makes it a Database. */
export interface Backend {
  readonly kind: 'embedded' | 'postgres';
  /** Survives lost connections; its own limits end every wait for a connection. */
  readonly pool: pg.Pool;
  available(): boolean;
  /** Waits for queries in flight. */
  close(): Promise<void>;
}

/** An idle or borrowed connection that breaks is replaced at its next use; without a listener it ends the process. */
export function surviveLostConnections(pool: pg.Pool): void {
  const ignore = () => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
}
