import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { surviveLostConnections } from '../../../src/platform/database/backend.ts';
import { clientWithin } from '../../../src/platform/database/client.ts';
import { testDatabase } from '../../support/database.ts';
import { leftBehind } from '../../support/left-behind.ts';
import { systemRuntime } from '../../support/runtime.ts';

const MEGABYTE = 1_000_000;

it('leaves parameters and rows to collections of the young generation', async () => {
  const database = await testDatabase();
  const ask = async () => {
    const answer = await database.query('SELECT length($1::bytea) AS bytes', [Buffer.alloc(MEGABYTE)]);
    expect(answer).toEqual([{ bytes: MEGABYTE }]);
  };
  expect(await leftBehind(30, ask)).toBeLessThan(10 * MEGABYTE);
  await database.close();
});

const server = inject('databaseServer');
const opened: pg.Pool[] = [];
afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.end())));

describe.skipIf(!server)('with a limit', () => {
  function open(limitMs: number | null): pg.Pool {
    const Client = clientWithin(limitMs, systemRuntime.clock);
    const pool = new pg.Pool({ connectionString: server!.url, max: 1, Client });
    surviveLostConnections(pool);
    opened.push(pool);
    return pool;
  }

  it('answers as node-postgres does, whichever way it is asked', async () => {
    const client = await open(5_000).connect();
    const one = { rows: [{ n: 1 }] };

    expect(await client.query('SELECT 1 AS n')).toMatchObject(one);
    expect(await client.query('SELECT $1::int AS n', [1])).toMatchObject(one);
    expect(await client.query({ text: 'SELECT $1::int AS n', values: [1], name: 'known' })).toMatchObject(one);
    expect(await client.query({ text: 'SELECT 1', rowMode: 'array' })).toMatchObject({ rows: [[1]] });
    const told = await new Promise((resolve) => client.query('SELECT 1 AS n', (_, result) => resolve(result)));
    expect(told).toMatchObject(one);
    const query = await new Promise((resolve) =>
      client.query(new pg.Query('SELECT 1 AS n', (_, result) => resolve(result))),
    );
    expect(query).toMatchObject(one);
    await expect(client.query('SELECT nothing')).rejects.toMatchObject({ code: '42703' });
    expect(await client.query('SELECT 1 AS n')).toMatchObject(one);
    client.release();
  });

  it('says where a question was asked that the server refuses', async () => {
    const refused = async () => open(5_000).query('SELECT nothing');
    const error = await refused().catch((thrown: Error) => thrown);
    expect((error as Error).stack).toContain('client.test.ts');
  });

  it('gives up the connection of a question that takes too long, and takes another', async () => {
    const pool = open(1_000);
    const client = await pool.connect();
    const slow = client.query('SELECT pg_sleep(20)');
    const patient = client.query({ text: 'SELECT 1 AS n', query_timeout: 60_000 } as pg.QueryConfig);
    let told = 0;
    client.query('SELECT pg_sleep(20)', () => told++);
    await expect(slow).rejects.toThrow('no answer within 1000 ms');
    await expect(patient).rejects.toThrow('Connection terminated');
    expect(told).toBe(1);
    client.release(true);

    expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    await expect(pool.query('SELECT pg_sleep(20)')).rejects.toThrow('no answer within 1000 ms');
    expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  it('lets a question have a limit of its own', async () => {
    const own = { text: 'SELECT pg_sleep(20)', query_timeout: 100 };
    await expect(open(null).query(own)).rejects.toThrow('no answer within 100 ms');
    const patient = { text: 'SELECT pg_sleep(0.3)', query_timeout: 5_000 };
    expect((await open(100).query(patient)).rowCount).toBe(1);
  });
});
