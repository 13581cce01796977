import { readFile } from 'node:fs/promises';
import { certified } from './certificate.ts';

/**
 * `npm run erasure:verify -- CERTIFICATE PUBLIC-KEY.pem`: checks a certificate of erasure without the gateway, its
 * database or its secret. Exit code 1 when it is not what was signed.
 */
const [certificate, key] = process.argv.slice(2);
if (!certificate || !key) {
  console.error('Usage: npm run erasure:verify -- CERTIFICATE PUBLIC-KEY.pem');
  process.exit(2);
}
const said = certified(await readFile(certificate, 'utf8'), await readFile(key, 'utf8'));
console.log(said ? JSON.stringify(said, null, 2) : 'This was not signed with that key, or has been changed since.');
process.exit(said ? 0 : 1);
