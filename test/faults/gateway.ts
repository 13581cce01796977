import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { type OpenGateway, openGateway } from '../../src/gateway.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type Server, serve } from '../../src/server.ts';
import type { Door } from './house.ts';

export interface OwnGateway extends Door {
  readonly gateway: OpenGateway;
  readonly server: Server;
  close(): Promise<void>;
}

/** A gateway in this process as `npm start` opens it, over a folder of its own. */
export async function openOwnGateway(environment: Readonly<Record<string, string>> = {}): Promise<OwnGateway> {
  const key = `gp_live_faults_${randomBytes(16).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'glidepath-faults-'));
  const config = readConfig({
    GLIDEPATH_ADMIN_KEY: key,
    GLIDEPATH_DATA_DIR: folder,
    GLIDEPATH_LOG_LEVEL: 'silent',
    GLIDEPATH_EGRESS_ALLOW: '127.0.0.1,nobody.invalid',
    ...environment,
  });
  const gateway = await openGateway(config);
  const server = await serve(gateway, { schema, host: '127.0.0.1', port: 0 });
  return {
    url: server.url,
    key,
    gateway,
    server,
    async close() {
      await server.close(1000);
      await gateway.close(1000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
