import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

const broken = createServer((_request, response) => response.writeHead(500).end('{}'));
let gateway: TestGateway;
beforeAll(async () => {
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const { port } = broken.address() as AddressInfo;
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: `127.0.0.1:${port}` } });
  await gateway.ask('mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { __typename } }', {
    input: { slug: 'acme', kind: 'OPENAI_COMPATIBLE', displayName: 'Acme', baseUrl: `http://127.0.0.1:${port}/v1` },
  });
});
afterAll(async () => {
  await gateway?.close();
  broken.closeAllConnections();
  await new Promise((resolve) => broken.close(resolve));
});

test('a model whose breaker opens is told of once, by its name', async () => {
  for (let count = 0; count < 12; count++) await complete(gateway, to('acme/llama', 'Hi'));
  const list = async () => {
    const { alerts } = await gateway.ask<{ alerts: { nodes: object[] } }>(
      `{ alerts(first: 5, filter: { kinds: [PROVIDER] }) { nodes { severity title scope { kind reference }
         ... on ProviderAlert { provider model breaker failures attempts } } } }`,
    );
    return alerts.nodes;
  };
  await expect.poll(list, { timeout: 10_000 }).toEqual([
    {
      severity: 'CRITICAL',
      title: 'acme/llama is failing and rests',
      scope: { kind: 'MODEL', reference: 'acme/llama' },
      provider: 'acme',
      model: 'acme/llama',
      breaker: 'OPENED',
      failures: 5,
      attempts: 5,
    },
  ]);
});
