import pg from 'pg';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { openSession, type Session } from '../../../src/platform/database/session.ts';
import { throughWire } from '../../../src/platform/database/wire-socket.ts';

let session: Session;

beforeEach(async () => {
  session = await openSession({ dump: inject('databaseDump') });
});

afterEach(() => session.close());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(throughWire(() => session));
  await client.connect();
  return client;
}

it('leaves the next client nothing of a transaction and settings it goes away with', async () => {
  const first = await connect();
  await first.query(`SET TimeZone = 'Asia/Tokyo'`);
  await first.query('BEGIN');
  await first.query(`INSERT INTO revision (topic, revision) VALUES ('left', 1)`);
  await first.end();

  const second = await connect();
  expect((await second.query('SELECT topic FROM revision')).rows).toEqual([]);
  expect((await second.query('SHOW TimeZone')).rows).toEqual([{ TimeZone: 'UTC' }]);
  await expect(second.query('SAVEPOINT probe')).rejects.toMatchObject({ code: '25P01' });
  await second.end();
});

it('carries statements and values far larger than one chunk', async () => {
  const client = await connect();
  const text = 'é'.repeat(1_000_000);

  const { rows } = await client.query('SELECT $1::text AS text', [text]);
  expect(rows[0].text === text).toBe(true);
  await client.end();
});

it('serves the next query after one that fails', async () => {
  const client = await connect();

  await expect(client.query('SELECT $1::int', ['seven'])).rejects.toMatchObject({ code: '22P02' });
  expect((await client.query('SELECT $1::int AS seven', [7])).rows).toEqual([{ seven: 7 }]);
  await client.end();
});

/** As PostgreSQL's protocol has it: a letter, the length of what follows with its own four bytes, the text. */
function message(letter: string, text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + text.length);
  return Buffer.concat([Buffer.from(letter), length, Buffer.from(text)]);
}

it.each([1, 2, 3, 7, 11, 100])('passes whole messages on, cut into pieces of %i bytes on their way', async (size) => {
  // The first message of a connection has no letter.
  const messages = [message('', 'hello'), message('Q', 'SELECT 1'), message('S', ''), message('Q', 'SELECT 2')];
  const bytes = Buffer.concat(messages);
  const passed: Buffer[] = [];
  const exchange = async (whole: Uint8Array) => {
    passed.push(Buffer.from(whole));
    return new Uint8Array();
  };
  const socket = throughWire(() => ({ exchange, ended: new Promise(() => {}) })).stream();
  for (let from = 0; from < bytes.length; from += size) {
    await new Promise((written) => socket.write(bytes.subarray(from, from + size), written));
  }

  expect(Buffer.concat(passed)).toEqual(bytes);
  const ends = messages.map((_, place) => Buffer.concat(messages.slice(0, place + 1)).length);
  for (const place of passed.keys()) expect(ends).toContain(Buffer.concat(passed.slice(0, place + 1)).length);
});
