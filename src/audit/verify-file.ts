import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readConfig } from '../config.ts';
import { keptSecret } from '../platform/kept-secret.ts';
import { createKeyring } from '../platform/keyring.ts';
import { fileCheckpoints } from './chain.ts';
import type { ChainedEntry } from './entry.ts';
import { fromLine } from './line.ts';
import { verifyChain } from './verify.ts';

/**
 * `npm run audit:verify -- EXPORT.jsonl [CHECKPOINTS.jsonl]`: verifies an exported audit log without the database, with
 * the secret of GLIDEPATH_SECRET_KEY or of the data folder. Exit code 1 when the log is not what was written.
 */
const [file, checkpointFile] = process.argv.slice(2);
if (!file) {
  console.error('Usage: npm run audit:verify -- EXPORT.jsonl [CHECKPOINTS.jsonl]');
  process.exit(2);
}
const { secretKey, dataDir, auditCheckpoints } = readConfig();
const keyring = createKeyring(secretKey ?? (await keptSecret(dataDir)));

const first = await entries(file).next();
if (first.done) {
  console.error(`${file} has no entries.`);
  process.exit(2);
}
const { organizationId } = first.value;
const checkpoints = await fileCheckpoints(checkpointFile ?? auditCheckpoints ?? '', organizationId);
const verdict = await verifyChain(keyring, entries(file), null, checkpoints);
console.log(
  verdict.ok
    ? `${verdict.checked} entries of ${organizationId} are what was written; ${checkpoints.length} checkpoints agree.`
    : `Entry ${verdict.firstBrokenSeq} of ${organizationId}: ${verdict.problem} ${verdict.checked} before it are right.`,
);
process.exit(verdict.ok ? 0 : 1);

async function* entries(path: string): AsyncGenerator<ChainedEntry> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.trim() !== '') yield fromLine(line);
  }
}
