import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { settings } from '../../src/platform/database/first-files.ts';
import { type Migration, migrate, readMigrations } from '../../src/platform/database/migrate.ts';
import { throughWire } from '../../src/platform/database/wire-socket.ts';
import { administer, type DatabaseServer, urlOf } from './database-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of a dump of a migrated embedded database. */
    databaseDump: string;
    databaseServer: DatabaseServer | null;
  }
}

const ROOT = resolve(import.meta.dirname, '../..');

/** Makes the migrated database that `testDatabase()` copies, once per run: loading one takes a sixth of making one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const migrations = await readMigrations(resolve(ROOT, 'prisma/migrations'));
  const url = process.env.GLIDEPATH_TEST_DATABASE_URL;
  const server = url ? await makeTemplate(url, migrations) : null;
  project.provide('databaseServer', server);
  project.provide('databaseDump', await makeDump(migrations));
  return async () => {
    if (server) await administer(server.url, `DROP DATABASE ${server.template} WITH (FORCE)`);
  };
}

/** Kept between runs for as long as the migrations and PGlite stay the same. */
async function makeDump(migrations: readonly Migration[]): Promise<string> {
  const pglite = await readFile(resolve(ROOT, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([pglite, settings, migrations]))
    .digest('hex')
    .slice(0, 16);
  const path = resolve(ROOT, `node_modules/.cache/glidepath/migrated-${key}.tar`);
  if (existsSync(path)) return path;

  const database = await PGlite.create({ postgresqlconf: settings });
  const wire = {
    exchange: (messages: Uint8Array) => database.execProtocolRaw(messages),
    ended: new Promise<void>(() => {}),
  };
  const client = new pg.Client(throughWire(() => wire));
  await client.connect();
  await migrate(client, migrations);
  await client.end();
  const dump = await database.dumpDataDir('none');
  await database.close();

  await mkdir(resolve(path, '..'), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  await rename(unfinished, path);
  return path;
}

/** Named after the URL's database, so that several people can share a server. */
async function makeTemplate(url: string, migrations: readonly Migration[]): Promise<DatabaseServer> {
  const template = `${new URL(url).pathname.slice(1)}_template_${process.pid}`;
  await administer(url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await administer(url, `CREATE DATABASE ${template}`);
  const client = new pg.Client({ connectionString: urlOf(url, template) });
  await client.connect();
  await migrate(client, migrations);
  await client.end();
  return { url, template };
}
