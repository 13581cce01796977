import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listening } from './listening.ts';
import type { Metrics } from './platform/telemetry/metrics.ts';
import { SecuredResponse } from './secured-response.ts';

/**
 * `GET /metrics` on a port of its own, which is the operator's: it tells of all organizations together, to whoever reaches
 * it.
 * @throws Error when it cannot listen there
 */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  metrics: Pick<Metrics, 'read'>,
): Promise<{ readonly port: number; close(): void }> {
  const server = createServer(
    { ServerResponse: SecuredResponse, headersTimeout: 10_000, requestTimeout: 30_000 },
    async ({ method, url }, response) => {
      if (method !== 'GET' || url?.split('?', 1)[0] !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      try {
        const { contentType, text } = await metrics.read();
        response.writeHead(200, { 'content-type': contentType }).end(text);
      } catch {
        response.writeHead(503).end();
      }
    },
  );
  server.timeout = 60_000;
  await listening(server, { host, port }, 'GLIDEPATH_METRICS_PORT');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
