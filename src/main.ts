import { ConfigError, readConfig } from './config.ts';
import { systemClock } from './core/runtime.ts';
import { serveMetrics } from './metrics-server.ts';
import { createLogger } from './platform/telemetry/log.ts';
import { supervise, supervises } from './workers.ts';

/** Starts one instance, or several and looks after them. A start that fails says why and ends the process. */
export async function main(): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n${error.mistakes.map((mistake) => `  - ${mistake}\n`).join('')}`);
      process.exit(2);
    }
    process.stderr.write(`Glidepath cannot start: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const config = readConfig();
  if (supervises(config)) {
    if (config.metricsPort !== null) {
      const { openMetricsOfWorkers } = await import('./platform/telemetry/metrics.ts');
      await serveMetrics({ host: config.host, port: config.metricsPort }, openMetricsOfWorkers());
    }
    process.exit(await supervise(config, { clock: systemClock, log: createLogger(config.logLevel) }));
  }
  // Who only looks after others need not carry the house.
  const { runInstance } = await import('./instance.ts');
  await runInstance(config);
}
