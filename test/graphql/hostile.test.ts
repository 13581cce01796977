import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, socketClient } from '../server/ask.ts';
import { type House, openHouse } from '../server/house.ts';
import { hostileDocuments } from './hostile-documents.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await ask(house, '{ hello }'); // whatever is made on first use has been made
});
afterAll(() => house.close(0));

test.each(Object.entries(hostileDocuments))('%s', async (name, { query, variables }) => {
  const body = JSON.stringify({ query, variables });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();

  const answer = await ask(house, '', {}, { body });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.body.errors!.length).toBeLessThanOrEqual(5);
  for (const { extensions } of answer.body.errors!) {
    expect(['QUERY_TOO_COMPLEX', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']).toContain(
      extensions.code,
    );
  }

  const payload = JSON.parse(body);
  const client = socketClient(house); // lazy: it hangs up by itself when the operation is over
  // A typed error, or a closed socket for what is no message at all. Never a result.
  const errors = await new Promise((resolve) => {
    client.subscribe(
      { ...payload, variables: payload.variables ?? {} },
      { next: ({ errors }) => resolve(errors), error: resolve, complete: () => resolve(null) },
    );
  });
  expect(errors).toBeTruthy();

  expect((await ask(house, '{ hello }')).body).toEqual({ data: { hello: 'Hello you' } });
  delay.disable();
  process.stdout.write(`  ${name}: longest block, client included: ${(delay.max / 1e6).toFixed(0)} ms\n`);
  expect(({} as Record<string, unknown>)['1']).toBeUndefined();
});
