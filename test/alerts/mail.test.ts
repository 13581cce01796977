import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { type SmtpServer, smtpServer } from '../support/smtp.ts';

let smtp: SmtpServer;
let gateway: TestGateway;
beforeAll(async () => {
  smtp = await smtpServer();
  gateway = await openTestGateway({
    environment: {
      GLIDEPATH_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      GLIDEPATH_SMTP_FROM: 'Glidepath <alerts@example.com>',
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await smtp?.close();
});

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly responseSnippet: string | null;
}

async function deliveries(): Promise<Delivery[]> {
  const { alertChannels } = await gateway.ask<{ alertChannels: { deliveries: { nodes: Delivery[] } }[] }>(
    '{ alertChannels { deliveries(first: 5) { nodes { id status attempt responseSnippet } } } }',
  );
  return alertChannels[0]!.deliveries.nodes;
}

test('an alert reaches people by e-mail, and a mail that was not taken is sent again', async () => {
  const { channelSave } = await gateway.ask<{ channelSave: { channel: { id: string; summary: string } } }>(
    'mutation ($input: ChannelSaveInput!) { channelSave(input: $input) { ... on ChannelSaved { channel { id summary } } } }',
    { input: { name: 'people', config: { email: ['ops@example.com', 'cto@example.com'] }, kinds: ['LOOP'] } },
  );
  const { id, summary } = channelSave.channel;
  expect(summary).toBe('ops@example.com, cto@example.com');

  smtp.refuse(1);
  await gateway.ask('mutation ($id: ID!) { channelTest(id: $id) { __typename } }', { id });
  await expect.poll(deliveries, { timeout: 10_000 }).toMatchObject([{ status: 'FAILED', attempt: 1 }]);
  const [failed] = await deliveries();
  expect(failed?.responseSnippet).toContain('451');
  expect(smtp.received).toEqual([]);

  await gateway.ask('mutation ($id: ID!) { deliveryRetry(id: $id) { __typename } }', { id: failed!.id });
  await expect.poll(deliveries, { timeout: 10_000 }).toMatchObject([{ status: 'DELIVERED', attempt: 2 }]);
  const [mail] = smtp.received;
  expect(mail).toMatchObject({ from: 'alerts@example.com', to: ['ops@example.com', 'cto@example.com'] });
  expect(mail?.data).toContain('Subject: [INFO] A test of this channel');
  expect(mail?.data).toContain('Nothing is wrong.');
});
