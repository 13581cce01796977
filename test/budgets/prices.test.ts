import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, completion, to, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { budget, saveBudget } from './money.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const price = (input: object) =>
  gateway.ask('mutation ($input: PriceSetInput!) { priceSet(input: $input) { ... on Error { message } } }', { input });

test('G3: a call is charged the prices it was held for, though they change while it runs', async () => {
  const model = 'sim/echo-1';
  await price({ model, meter: 'INPUT_TOKEN', amount: '0' });
  await price({ model, meter: 'OUTPUT_TOKEN', amount: '1000' });
  const id = await saveBudget(gateway, 1_000_000_000_000n, { scope: { endUser: 'pinned' } });
  const debug = { simulate: { reply: 'one two three four five six', tokensPerSecond: 10 } };
  const input = { ...to(model, 'x'), endUser: 'pinned', sampling: { maxOutputTokens: 100 }, debug };
  const started = await complete(gateway, input, 0);
  const find = () => completion(gateway, started.completion!.id);
  await expect.poll(async () => (await find())?.attempts.length).toBe(1);
  await price({ model, meter: 'OUTPUT_TOKEN', amount: '5000' });
  await expect.poll(async () => (await find())?.status, { timeout: 10_000 }).toBe('SUCCEEDED');
  const { usage, cost } = (await find())!;
  expect(cost.total.nanos).toBe(String(usage.outputTokens * 1_000_000));
  await expect.poll(async () => (await budget(gateway, id)).status.spent.nanos).toBe(cost.total.nanos);
});

test('G5: a call that may reach a dearer step of context is held for at its price', async () => {
  const model = 'sim/large-1';
  await price({ model, meter: 'INPUT_TOKEN', amount: '1' });
  await price({ model, meter: 'INPUT_TOKEN', amount: '1000', fromInputTokens: 1000 });
  await price({ model, meter: 'OUTPUT_TOKEN', amount: '0' });
  await saveBudget(gateway, 1_000_000n, { scope: { endUser: 'stepped' } });
  const ask = (words: number) =>
    complete(gateway, { target: { model }, messages: [user('word '.repeat(words))], endUser: 'stepped' });
  expect((await ask(2)).__typename).toBe('CompletionAccepted');
  expect((await ask(5000)).__typename).toBe('BudgetExceededError');
});
