import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { schema } from '../../src/graphql/schema.ts';
import { serve } from '../../src/server.ts';
import { testDatabaseUrl } from './database.ts';
import { gatewayAt, type TestGateway } from './gateway.ts';
import { systemRuntime } from './runtime.ts';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';

/** Gateways over one PostgreSQL and one Redis, which they reach by a wire that can go bad. */
export interface Instances {
  readonly wire: TcpProxy;
  open(): Promise<TestGateway>;
  /** The gateways, too. */
  close(): Promise<void>;
}

const server = inject('databaseServer');
const redis = process.env.GLIDEPATH_TEST_REDIS_URL;

/** What a suite that needs both adds to its name when it is skipped; '' when it is not. */
export const whySkipped =
  server && redis ? '' : ' (skipped: needs GLIDEPATH_TEST_DATABASE_URL and GLIDEPATH_TEST_REDIS_URL)';

export async function manyInstances(environment: Record<string, string> = {}): Promise<Instances> {
  const copy = await testDatabaseUrl(server!);
  const store = new URL(redis!);
  const wire = await tcpProxy({ host: store.hostname, port: Number(store.port || 6379) });
  store.host = `127.0.0.1:${wire.port}`;
  const key = `gp_live_test_${randomBytes(16).toString('hex')}`;
  const config = readConfig({
    DATABASE_URL: copy.url.reveal(),
    REDIS_URL: store.href,
    GLIDEPATH_ADMIN_KEY: key,
    GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
    GLIDEPATH_LOG_LEVEL: 'silent',
    GLIDEPATH_DATABASE_POOL: '4',
    ...environment,
  });
  const opened = new Set<TestGateway>();
  return {
    wire,
    async open() {
      const gateway = await openGateway(config, systemRuntime);
      const served = gatewayAt(gateway, await serve(gateway, { schema, host: '127.0.0.1', port: 0 }), key);
      const close = async () => {
        if (opened.delete(instance)) await served.close();
      };
      const instance = { ...served, close };
      opened.add(instance);
      return instance;
    },
    async close() {
      await Promise.all([...opened].map((instance) => instance.close()));
      await wire.close();
      await copy.drop();
    },
  };
}
