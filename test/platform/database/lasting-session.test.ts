import pg from 'pg';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { surviveLostConnections } from '../../../src/platform/database/backend.ts';
import { type LastingSession, openLastingSession } from '../../../src/platform/database/lasting-session.ts';
import { throughWire } from '../../../src/platform/database/wire-socket.ts';
import { type TestRuntime, testRuntime } from '../../support/manual-clock.ts';

let runtime: TestRuntime;
let session: LastingSession;

beforeEach(async () => {
  runtime = testRuntime();
  session = await openLastingSession({ dump: inject('databaseDump') }, runtime);
});

afterEach(() => session.close());

it('ends a statement that never ends after a minute, and serves again by itself', async () => {
  const pool = new pg.Pool(throughWire(session.wire));
  surviveLostConnections(pool);
  await pool.query('SELECT 1');

  const endless = expect(pool.query('SELECT count(*) FROM generate_series(1, 1e12)')).rejects.toThrow(/stopped/);
  await runtime.clock.advance(60_000);
  await endless;

  await expect.poll(session.alive, { timeout: 15_000 }).toBe(true);
  expect((await pool.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
  expect(runtime.log.lines).toHaveLength(1);
  await pool.end();
  expect(runtime.clock.waiting).toBe(0);
});

it('stays closed when it was closed', async () => {
  await session.close();

  expect(session.alive()).toBe(false);
  await expect(session.wire().exchange(new Uint8Array())).rejects.toThrow('has stopped');
});

it('takes its connections along when it ends: nobody goes on with what the next session has not been told', async () => {
  const pool = new pg.Pool(throughWire(session.wire));
  surviveLostConnections(pool);
  const known = { name: 'known', text: 'SELECT 3 AS three' };
  await pool.query(known);
  const other = new pg.Client(throughWire(session.wire)).on('error', () => {});
  await other.connect();
  const endless = expect(other.query('SELECT count(*) FROM generate_series(1, 1e12)')).rejects.toThrow(/stopped/);
  await runtime.clock.advance(60_000);
  await endless;

  await expect.poll(session.alive, { timeout: 15_000 }).toBe(true);
  expect((await pool.query(known)).rows).toEqual([{ three: 3 }]);
  expect(pool.totalCount).toBe(1);
  await pool.end();
});
