import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeFor, type ReplayServer, startReplayServer } from '../recordings/doors/house.ts';
import { type Exchange, nameOf, readExchanges } from '../recordings/exchange.ts';
import type { Wire } from '../recordings/reading.ts';
import { defaultFile } from '../recordings/replay.ts';
import { anthropic } from '../recordings/wires/anthropic.ts';
import { google } from '../recordings/wires/google.ts';
import { openaiChat } from '../recordings/wires/openai-chat.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { readers, toldOf } from './readers.ts';

/** Every client, and behind the gateway what every vendor was recorded to answer: the same is read as was said. */
let gateway: TestGateway;
let server: ReplayServer;
let exchanges: Exchange[] = [];
const recorded = existsSync(defaultFile);
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  server = await startReplayServer();
  if (recorded) exchanges = await readExchanges(defaultFile);
});
afterAll(async () => {
  await server.close();
  await gateway.close();
});

interface Behind {
  readonly vendor: string;
  readonly wire: Wire;
  readonly kind: string;
  readonly host: string;
}

const vendors: readonly Behind[] = [
  { vendor: 'Anthropic', wire: anthropic, kind: 'ANTHROPIC', host: 'api.anthropic.com' },
  { vendor: 'OpenAI', wire: openaiChat, kind: 'OPENAI_CHAT', host: 'api.openai.com' },
  { vendor: 'Gemini', wire: google, kind: 'GOOGLE', host: 'generativelanguage.googleapis.com' },
];
const pairs = readers.flatMap((reader) =>
  vendors.map((behind) => [reader.name, behind.vendor, reader, behind] as const),
);

describe.skipIf(!recorded)('recorded answers (skipped where ../shared/recordings is not checked out)', () => {
  test.each(pairs)(
    '%s reads what %s answered',
    async (_name, vendor, reader, { wire, kind, host }) => {
      const slug = `${vendor}-${readers.indexOf(reader)}`.toLowerCase();
      const place = await placeFor(gateway.ask, slug, kind, server.port);
      let met = 0;
      for (const exchange of exchanges) {
        const { request, response } = exchange;
        const url = new URL(request.url);
        const address = url.host === host && response.status === 200 ? wire.address(url) : null;
        if (!address) continue;
        server.answer(exchange);
        const streamed = address.stream || wire.streams(request.json);
        const model = await place.modelFor(address.modelId ?? wire.modelId(request.json), streamed);
        const told = await reader.read(gateway, { model, streamed });
        expect(told, nameOf(exchange)).toEqual([toldOf(wire, exchange, reader)]);
        met += 1;
      }
      expect(met).toBeGreaterThan(20);
    },
    120_000,
  );
});
