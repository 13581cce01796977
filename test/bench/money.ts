import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * All figures about money, one after the other; each of them is a program of its own, for whoever wants only one.
 * `npm run bench:money -- --url postgres://…`; the kills need PostgreSQL and Redis installed, and run servers of their own.
 */
const options = {
  url: { type: 'string', default: 'postgresql://postgres@127.0.0.1:5432/postgres' },
  points: { type: 'string', default: '10000' },
  kills: { type: 'string', default: '200' },
} as const;
const { url, points, kills } = parseArgs({ options }).values;

const dollar = ['--calls', '1000', '--at-once', '1000', '--limit', '1.00'];
const figures: readonly (readonly [what: string, program: string, ...given: string[]])[] = [
  ['one hot budget', 'money-rows.ts', '--url', url],
  ['a thousand at once against $1.00, embedded', 'money-crowd.ts', ...dollar],
  ['the same on PostgreSQL', 'money-crowd.ts', '--url', url, '--processes', '1', ...dollar],
  ['ten thousand in four processes', 'money-crowd.ts', '--url', url],
  ['one key', 'money-key.ts'],
  ['crash points', 'money-crash.ts', '--points', points],
  ['kills', 'money-kills.ts', '--kills', kills],
];

for (const [what, program, ...given] of figures) {
  console.log(`\n--- ${what} (load ${loadavg()[0]!.toFixed(1)})`);
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [code] = await once(spawn(process.execPath, [path, ...given], { stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exitCode = 1;
}
