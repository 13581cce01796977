import { afterAll, beforeAll, expect, test } from 'vitest';
import { operation } from '../support/operations.ts';
import { systemRuntime } from '../support/runtime.ts';
import { complete, type House, openHouse } from './calls.ts';

/** Rules tried on what was said in calls of the past, where a policy had it kept. */

/** How far the house's date is ahead. */
let aheadMs = 0;
const { clock } = systemRuntime;
const runtime = { ...systemRuntime, clock: { ...clock, now: () => clock.now() + aheadMs } };

let house: House;
let about: Record<'mail' | 'plain' | 'answer' | 'notKept', string>;
beforeAll(async () => {
  house = await openHouse(runtime);
  const say = async (text: string, answer: string) => {
    house.says(answer);
    return (await complete(house.gateway, { messages: [{ role: 'USER', parts: [{ text }] }] })).requestId;
  };
  const notKept = await say('Nobody keeps nobody@example.org.', 'Fine.');
  about = await house.under('keep', [{ logging: { level: 'FULL' } }], 'ENFORCE', async () => ({
    notKept,
    mail: await say('Please write to frida@example.org about the moonlight.', 'Done.'),
    plain: await say('Nothing to see here.', 'Fine.'),
    answer: await say('Who knows?', 'Ask hans@example.org.'),
  }));
});
afterAll(() => house.close());

interface Simulated {
  readonly replayed: number;
  readonly read: number;
  readonly cutShort: boolean;
  readonly examples: readonly { requestId: string; outcome: string; reason: string; excerpt: string | null }[];
}

async function simulate(rules: readonly object[], more: object = {}, key?: string): Promise<Simulated> {
  const { policySimulate } = await house.gateway.ask<{ policySimulate: Simulated }>(
    await operation('PolicySimulate'),
    { input: { rules, range: { last: 'PT1H' }, ...more } },
    key,
  );
  return policySimulate;
}

const masking = { redaction: { detectors: ['EMAIL'], direction: 'BOTH' } };
const moonlight = (onFail: string) => ({
  guardrail: { name: 'm', check: 'KEYWORDS', forbid: ['moonlight'], direction: 'INPUT', onFail },
});
const notKept = { unjudged: 1, unjudgedBecause: ['of some calls nothing is kept of what was said'] };

async function readings(): Promise<string[]> {
  const { auditEvents } = await house.gateway.ask<{
    auditEvents: { edges: { node: { action: string; resourceId: string } }[] };
  }>('{ auditEvents(first: 100) { edges { node { action resourceId } } } }');
  return auditEvents.edges.flatMap(({ node }) => (node.action === 'content.read' ? [node.resourceId] : []));
}

test('redaction counts the calls it would have changed, and shows some as they would have been passed on', async () => {
  const simulated = await simulate([masking]);
  expect(simulated).toMatchObject({ replayed: 4, read: 3, redacted: 2, blocked: 0, cutShort: false, ...notKept });
  expect(simulated.examples.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
    [about.answer, 'REDACTED'],
    [about.mail, 'REDACTED'],
  ]);
  expect(simulated.examples[0]).toMatchObject({ reason: '1 EMAIL were masked.', excerpt: 'Who knows?\nAsk [EMAIL].' });
  expect(simulated.examples[1]!.excerpt).toContain('write to [EMAIL] about');
  const after = await readings();
  expect(after).toEqual(expect.arrayContaining(['the organization', about.answer, about.mail]));
  expect(after).not.toContain(about.plain);
});

test('a guard-rail counts what it would have blocked or flagged; what is blocked is nothing else besides', async () => {
  expect(await simulate([moonlight('FLAG'), masking])).toMatchObject({ flagged: 0, redacted: 2, blocked: 0 });
  expect(await simulate([moonlight('FLAG')])).toMatchObject({ flagged: 1, blocked: 0, ...notKept });
  const denied = { access: { denyModels: ['wire/*'] } };
  const blocked = await simulate([moonlight('BLOCK'), masking]);
  expect(blocked).toMatchObject({ blocked: 1, redacted: 1, ...notKept });
  expect(blocked.examples.find(({ outcome }) => outcome === 'BLOCKED')).toMatchObject({
    requestId: about.mail,
    excerpt: 'Please write to [EMAIL] about the moonlight.\nDone.',
  });
  // Which model would have answered is known without the text, so nothing is read.
  expect(await simulate([denied, masking])).toMatchObject({ blocked: 4, redacted: 0, read: 0, unjudged: 0 });
});

test('a webhook is not asked about the past', async () => {
  const hook = { name: 'h', check: 'WEBHOOK', url: 'https://hooks.invalid/', direction: 'INPUT', onFail: 'BLOCK' };
  expect(await simulate([{ guardrail: hook }])).toMatchObject({
    blocked: 0,
    unjudged: 4,
    unjudgedBecause: expect.arrayContaining(['webhooks are not asked about calls of the past']),
  });
});

test('whoever may not read content learns nothing about it, and nothing is read', async () => {
  const before = await readings();
  const key = await house.gateway.keyWith('POLICIES_READ');
  const simulated = await simulate([masking], {}, key);
  expect(simulated).toMatchObject({
    ...{ replayed: 4, read: 0, redacted: 0, examples: [], unjudged: 4 },
    unjudgedBecause: ['to read what was said, an API key needs CONTENT_READ'],
  });
  expect(await readings()).toEqual(before);
});

test('it keeps to the range, the scope and the most that was asked for, and says when there was more', async () => {
  expect(await simulate([masking], { maxRequests: 2 })).toMatchObject({ replayed: 2, redacted: 1, cutShort: true });
  expect(await simulate([masking], { maxRequests: 4 })).toMatchObject({ replayed: 4, cutShort: false });
  const past = { between: { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' } };
  expect(await simulate([masking], { range: past })).toMatchObject({ replayed: 0, cutShort: false });
  expect(await simulate([masking], { scope: { route: 'nowhere' } })).toMatchObject({ replayed: 0 });
});

test('calls that another model of their route would have answered are moved, and old records are expired', async () => {
  const { ask } = house.gateway;
  const saved = await ask<{ routeSave: { route: { id: string; revision: number } } }>(
    `mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } } }`,
    {
      input: {
        slug: 'moving',
        name: 'M',
        rules: [{ name: 'all', targets: [{ model: 'sim/echo-1' }, { model: 'wire/gpt-4o' }] }],
      },
    },
  );
  const { id, revision } = saved.routeSave.route;
  await ask(await operation('RoutePublish'), { id, version: 1, expectedRevision: revision });
  const messages = [{ role: 'USER', parts: [{ text: 'Hi' }] }];
  const { requestId } = await complete(house.gateway, { target: { route: 'moving' }, messages });
  const rules = [{ access: { denyModels: ['sim/*'] } }, { retention: { metadata: 'PT1M' } }];
  expect(await simulate(rules, { scope: { route: 'moving' } })).toMatchObject({ moved: 1, expired: 0 });
  aheadMs = 61_000;
  const simulated = await simulate(rules, { scope: { route: 'moving' } });
  expect(simulated).toMatchObject({ replayed: 1, moved: 1, expired: 1, blocked: 0 });
  expect(simulated.examples).toContainEqual({
    ...{ requestId, outcome: 'MOVED', excerpt: null },
    reason: expect.stringContaining('wire/gpt-4o would have been asked.'),
  });
});
