import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The section of the README on routing, as its reader would paste it. */
const section = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .find((text) => text.startsWith('Routes that decide'))!;
const operations = [...section.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text]) => text!);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

test('every operation of the README on routing does what it says', async () => {
  expect(operations).toHaveLength(4);
  const [save, why, rehearse, tryIt] = operations;
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string }; warnings: unknown[] } }>(save!);
  expect(routeSave.warnings).toEqual([]);
  const route = routeSave.route.id;
  const { routeDiff, routeExplain } = await gateway.ask<{
    routeDiff: { changes: unknown[] };
    routeExplain: { refusal: null; decision: { rulesEvaluated: { matched: boolean }[]; summary: string } };
  }>(why!, { route });
  expect(routeDiff.changes.length).toBeGreaterThan(5);
  expect(routeExplain.decision.summary).toBe(
    'Route support, version 1, rule chat: sim/small-1, then sim/large-1 if it fails.',
  );
  expect(await gateway.ask(rehearse!, { route })).toMatchObject({
    routeSimulate: { status: 'RUNNING' },
    routePublish: { route: { published: { version: 1 } } },
  });
  const { requestId: request } = (await complete(gateway, to('sim/small-1', 'Hi'))).completion!;
  expect(await gateway.ask(tryIt!, { route, request })).toMatchObject({
    experimentCreate: { experiment: { status: 'DRAFT' } },
    scoreCreate: { score: { id: expect.stringMatching(/^scr_/) } },
  });
});
