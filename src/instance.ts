import { flushCompileCache } from 'node:module';
import { banner } from './banner.ts';
import type { Config } from './config.ts';
import { openGateway } from './gateway.ts';
import { readOperations } from './graphql/given-operations.ts';
import { schema } from './graphql/schema.ts';
import { serveMetrics } from './metrics-server.ts';
import { serve } from './server.ts';
import { isSupervised, onLeave, sayReady, speaksForAll } from './workers.ts';

/** Opens the house and listens; when it is to leave, finishes what runs and ends the process. */
export async function runInstance(config: Config): Promise<void> {
  const given = config.operations === null ? [] : await readOperations(config.operations, schema);
  const gateway = await openGateway(config);
  gateway.rooms.operations.give(given);
  // What was read of compiled code has been made into code by now, and would stay beside it for good: 20 MB.
  flushCompileCache();
  const server = await serve(gateway, { ...config, schema });
  const { metricsPort: port } = config;
  const metrics = port === null || isSupervised ? null : await serveMetrics({ ...config, port }, gateway.metrics!);
  if (speaksForAll()) process.stdout.write(banner(gateway, server.url, config));

  let leaving = false;
  onLeave(config, async (noticeMs) => {
    if (leaving) process.exit(1); // asked twice: they mean it
    leaving = true;
    await server.close(config.drainMs, noticeMs);
    await gateway.close(config.drainMs);
    metrics?.close();
    process.exit(0);
  });
  sayReady();
}
