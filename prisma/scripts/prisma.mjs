// The Prisma CLI without its native schema engine, which is downloaded from a host of its own. `generate`, `validate`
// and `format` never use that engine, they only insist on finding a file. Plain JavaScript, because npm runs it after
// an install, possibly on a Node older than the project's own.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
const [command, ...rest] = process.argv.slice(2);

if (command === 'migrate' || command === 'db') {
  console.error(`'prisma ${command}' needs the native engine. Use: npm run db:migration NAME`);
  process.exit(2);
}

const { status, error } = spawnSync(process.execPath, [cli, ...(command ? [command] : []), ...rest], {
  stdio: 'inherit',
  env: {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    ...process.env,
  },
});
if (error) throw error;
process.exit(status ?? 1);
