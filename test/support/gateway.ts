import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { type Config, readConfig } from '../../src/config.ts';
import type { Scope } from '../../src/core/caller.ts';
import type { Runtime } from '../../src/core/runtime.ts';
import { furnish, type OpenGateway } from '../../src/gateway.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type RunsOptions, runDefaults } from '../../src/runs/index.ts';
import { type Server, serve } from '../../src/server.ts';
import { testDatabase } from './database.ts';
import { systemRuntime } from './runtime.ts';

/** A whole gateway on a free port, over a database of its own (and Redis, when the tests have one). */
export interface TestGateway {
  readonly url: string;
  /** An API key with every scope. */
  readonly key: string;
  readonly gateway: OpenGateway;
  /** POSTs an operation with the admin key, or another. Answers `data`; throws on top-level errors. */
  ask<Data = Record<string, never>>(document: string, variables?: object, key?: string): Promise<Data>;
  /** The whole JSON answer, errors and all. */
  raw(document: string, variables?: object, key?: string): Promise<Answer>;
  /** A new API key of the default project with these scopes only. */
  keyWith(...scopes: readonly Scope[]): Promise<string>;
  /** The admin key of a new organization. */
  stranger(): Promise<string>;
  close(): Promise<void>;
}

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

export async function openTestGateway(
  options: {
    readonly runtime?: Runtime;
    readonly environment?: Record<string, string>;
    readonly runs?: Partial<RunsOptions>;
  } = {},
): Promise<TestGateway> {
  const key = `gp_live_test_${randomBytes(16).toString('hex')}`;
  const checkpoints = join(tmpdir(), `${key}.jsonl`);
  const config: Config = readConfig({
    GLIDEPATH_ADMIN_KEY: key,
    GLIDEPATH_SECRET_KEY: randomBytes(32).toString('hex'),
    GLIDEPATH_LOG_LEVEL: 'silent',
    GLIDEPATH_AUDIT_CHECKPOINTS: checkpoints,
    REDIS_URL: process.env.GLIDEPATH_TEST_REDIS_URL,
    ...options.environment,
  });
  const runtime = options.runtime ?? systemRuntime;
  const runs = { ...runDefaults, ...options.runs };
  const gateway = await furnish(await testDatabase(), config, runtime, runs);
  const opened = gatewayAt(gateway, await serve(gateway, { ...config, schema, host: '127.0.0.1', port: 0 }), key);
  return { ...opened, close: () => opened.close().finally(() => rm(checkpoints, { force: true })) };
}

/** What tests do with a gateway, for one that is open and served already. */
export function gatewayAt(gateway: OpenGateway, server: Server, key: string): TestGateway {
  // Fewer connections than a listening socket lets queue: a thousand calls at once must not depend on luck.
  const dispatcher = new Agent({ connections: 200 });
  const raw: TestGateway['raw'] = async (query, variables = {}, as = key) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
      body: JSON.stringify({ query, variables }),
      dispatcher,
    });
    return (await response.json()) as Answer;
  };
  const ask = async <Data>(document: string, variables?: object, as?: string): Promise<Data> => {
    const { data, errors } = await raw(document, variables, as);
    if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '));
    return data as Data;
  };

  let made = 0;
  return {
    url: server.url,
    key,
    gateway,
    raw,
    ask,
    async keyWith(...scopes) {
      const { viewer } = await ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
      const { apiKeyCreate } = await ask<{ apiKeyCreate: { secret: string } }>(
        'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
        { input: { name: `test ${++made}`, project: viewer.projects[0]!.id, scopes } },
      );
      return apiKeyCreate.secret;
    },
    async stranger() {
      const { organizationCreate } = await ask<{ organizationCreate: { secret: string } }>(
        'mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { ... on OrganizationCreated { secret } } }',
        { input: { slug: `stranger-${++made}`, name: 'Strangers' } },
      );
      return organizationCreate.secret;
    },
    async close() {
      await dispatcher.close();
      await server.close(1000);
      await gateway.close(1000);
    },
  };
}
