import { banner } from './banner.ts';
import { ConfigError, readConfig } from './config.ts';
import { openGateway } from './gateway.ts';
import { readOperations } from './graphql/given-operations.ts';
import { schema } from './graphql/schema.ts';
import { serve } from './server.ts';

/** Reads the environment, opens the house, listens; on SIGTERM or SIGINT finishes what runs and leaves. */
async function main(): Promise<void> {
  const config = readConfig();
  const given = config.operations === null ? [] : await readOperations(config.operations, schema);
  const gateway = await openGateway(config);
  gateway.rooms.operations.give(given);
  const server = await serve(gateway, { ...config, schema });
  process.stdout.write(banner(gateway, server.url, config));

  let leaving = false;
  const leave = async (noticeMs: number) => {
    if (leaving) process.exit(1); // asked twice: they mean it
    leaving = true;
    await server.close(config.drainMs, noticeMs);
    await gateway.close(config.drainMs);
    process.exit(0);
  };
  process.on('SIGTERM', () => leave(config.noticeMs));
  // Whoever sits before the screen has no balancer to be told.
  process.on('SIGINT', () => leave(0));
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n${error.mistakes.map((mistake) => `  - ${mistake}\n`).join('')}`);
    process.exit(2);
  }
  process.stderr.write(`Glidepath cannot start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
