import { afterAll, beforeAll, expect, test } from 'vitest';
import { operation } from '../support/operations.ts';
import { complete, type House, openHouse } from './calls.ts';

/** What policies say of a call, where its caller sees it, before it is made, and added up. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
  house.says('Fine.');
});
afterAll(() => house.close());

const masking = { redaction: { detectors: ['EMAIL'] } };
const watching = {
  guardrail: { name: 'w', check: 'KEYWORDS', forbid: ['moonlight'], direction: 'INPUT', onFail: 'BLOCK' },
};
const messages = [{ role: 'USER', parts: [{ text: 'Tell a@example.org about moonlight.' }] }];
const both = [
  expect.objectContaining({ policySlug: 'verdicts-mask', mode: 'ENFORCE', outcome: 'REDACTED' }),
  expect.objectContaining({ policySlug: 'verdicts-watch', mode: 'MONITOR', outcome: 'BLOCKED' }),
];

async function ask(): Promise<{ id: string; verdicts: object[] }> {
  const { completionCreate } = await house.gateway.ask<{ completionCreate: { completion: never } }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
       ... on CompletionAccepted { completion { id verdicts { policySlug mode outcome } } } } }`,
    { input: { target: { model: 'wire/gpt-4o' }, messages } },
  );
  return completionCreate.completion;
}

test('a completion says what rules had to say, watching ones too, and what found nothing says nothing', async () => {
  expect((await ask()).verdicts).toEqual([]);
  await house.under('verdicts-mask', [masking], 'ENFORCE', () =>
    house.under('verdicts-watch', [watching], 'MONITOR', async () => {
      const { id, verdicts } = await ask();
      expect(verdicts).toHaveLength(2);
      expect(verdicts).toEqual(expect.arrayContaining(both));
      const again = await house.gateway.ask<{ completion: { verdicts: object[] } }>(
        'query ($id: ID!) { completion(id: $id) { verdicts { policySlug mode outcome } } }',
        { id },
      );
      expect(again.completion.verdicts).toEqual(verdicts);
    }),
  );
});

test('an explanation says it before the call is made, and of whom it would ask', async () => {
  const explain = async () => {
    const { routeExplain } = await house.gateway.ask<{ routeExplain: { refusal: string; verdicts: object[] } }>(
      await operation('RouteExplain'),
      { input: { target: { model: 'wire/gpt-4o' }, messages } },
    );
    return routeExplain;
  };
  const denied = [{ access: { denyModels: ['wire/*'] } }];
  await house.under('explain-mask', [masking], 'ENFORCE', () =>
    house.under('explain-models', denied, 'MONITOR', async () => {
      expect(await explain()).toMatchObject({
        refusal: null,
        verdicts: expect.arrayContaining([
          expect.objectContaining({ policySlug: 'explain-mask', outcome: 'REDACTED' }),
          expect.objectContaining({ policySlug: 'explain-models', mode: 'MONITOR', outcome: 'BLOCKED' }),
        ]),
      });
    }),
  );
  await house.under('explain-block', [watching, ...denied], 'ENFORCE', async () => {
    const { refusal, verdicts } = await explain();
    expect(refusal).toContain("Policy 'explain-block'");
    expect(verdicts).toEqual([
      expect.objectContaining({ ruleIndex: 0, outcome: 'BLOCKED' }),
      expect.objectContaining({ ruleIndex: 1, outcome: 'BLOCKED' }),
    ]);
  });
});

test('hits count the calls in which a policy had something to say, by what came of it, in a range', async () => {
  const blocking = { redaction: { detectors: ['EMAIL'], action: 'BLOCK' } };
  await house.under('hits-mask', [masking, masking], 'ENFORCE', () =>
    house.under('hits-watch', [watching], 'MONITOR', () => ask()),
  );
  await house.under('hits-block', [blocking], 'ENFORCE', async () => {
    for (const _ of [1, 2]) {
      expect((await complete(house.gateway, { messages })).type).toBe('PolicyBlockedError');
    }
  });
  const hitsOf = async (range: object) => {
    const { policies } = await house.gateway.ask<{ policies: { slug: string; hits: object }[] }>(
      await operation('PolicyHits'),
      { range },
    );
    return Object.fromEntries(policies.map(({ slug, hits }) => [slug, hits]));
  };
  const none = { requests: 0, blocked: 0, redacted: 0, flagged: 0, monitored: 0 };
  expect(await hitsOf({ last: 'PT1H' })).toMatchObject({
    'hits-mask': { ...none, requests: 1, redacted: 1 },
    'hits-watch': { ...none, requests: 1, monitored: 1 },
    'hits-block': { ...none, requests: 2, blocked: 2 },
  });
  const before = { between: { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' } };
  expect(await hitsOf(before)).toMatchObject({ 'hits-mask': none, 'hits-block': none });
});
