import { openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { settings } from './first-files.ts';
import type { SessionReply, SessionRequest, SessionSource } from './session.ts';

/**
 * The thread of one embedded database: exchanges wire-protocol messages, strictly one batch after the other. SQL
 * errors are answers; an exception means that PGlite itself has ended, and it ends this thread.
 */
const port = parentPort!;
const { dataDir, dump } = workerData as SessionSource;
const database = await PGlite.create({
  ...(dataDir && { dataDir }),
  ...(dump && { loadDataDir: await openAsBlob(dump) }),
  postgresqlconf: settings,
});

let last = Promise.resolve();
port.on('message', (request: SessionRequest) => {
  last = last.then(() => serve(request));
});
reply({ kind: 'ready' });

async function serve(request: SessionRequest): Promise<void> {
  if (request.kind === 'exchange') {
    reply({ kind: 'answer', bytes: await database.execProtocolRaw(request.bytes) });
  } else {
    await database.close();
    port.close();
  }
}

function reply(message: SessionReply): void {
  port.postMessage(message);
}
