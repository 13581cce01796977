import { PGlite } from '@electric-sql/pglite';
import { settings } from './first-files.ts';

/** The short-lived process of first-files.ts: makes a data folder at the path it is given. */
const database = await PGlite.create({ dataDir: process.argv[2]!, postgresqlconf: settings });
await database.close();
