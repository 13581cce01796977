import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompletionEvent } from '../../src/core/event.ts';
import { startRun } from '../../src/doors/run.ts';
import type { Visit } from '../../src/doors/visit.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { systemRuntime as runtime } from '../support/runtime.ts';

let house: TestGateway;
beforeAll(async () => {
  house = await openTestGateway();
});
afterAll(() => house.close());

async function started(simulate: object) {
  const { rooms } = house.gateway;
  const caller = await rooms.access.authenticate({ authorization: `Bearer ${house.key}`, session: null, ip: null });
  const words = { input: {}, onDisconnect: null };
  const visit = {
    caller,
    rooms,
    runtime,
    words,
    onDisconnect: 'CANCEL',
    signal: new AbortController().signal,
  } as const;
  const input = {
    target: { model: 'sim/echo-1' },
    messages: [{ role: 'USER' as const, parts: [{ text: 'Hello' }] }],
    debug: { simulate },
  };
  return startRun(visit as unknown as Visit, input, true);
}

test('whoever hears a run is told the next event when they have taken the one before, however many lie there', async () => {
  const run = await started({ reply: 'Hi' });
  const heard: CompletionEvent['kind'][] = [];
  let waiting = 0;
  let most = 0;
  await run.tell(async ({ kind }) => {
    heard.push(kind);
    most = Math.max(most, ++waiting);
    // By now all of so short a run lies there.
    await new Promise((resolve) => setTimeout(resolve, 5));
    waiting--;
  });
  expect(heard[0]).toBe('started');
  expect(heard.at(-1)).toBe('finished');
  expect(most).toBe(1);
});

test('a run that fails throws what has ended it', async () => {
  const run = await started({ failWith: 'PROVIDER_ERROR' });
  const heard: CompletionEvent['kind'][] = [];
  await expect(run.tell(({ kind }) => void heard.push(kind))).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  expect(heard).not.toContain('failed');
});
