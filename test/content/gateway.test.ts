import { afterAll, beforeAll, expect, test } from 'vitest';
import { RequestContentDocument } from '../../src/client/index.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

let gateway: TestGateway;
let project: string;
beforeAll(async () => {
  gateway = await openTestGateway();
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  project = viewer.projects[0]!.id;
});
afterAll(() => gateway.close());

interface Content {
  readonly input: { role: string; parts: { text?: string; result?: { text: string } }[] }[] | null;
  readonly output: { kind: string; text?: string }[] | null;
  readonly withheld: { reason: string; policy: string | null; until: string | null } | null;
}

async function contentOf(id: string, key?: string): Promise<Content> {
  const { request } = await gateway.ask<{ request: { content: Content } }>(
    RequestContentDocument.toString(),
    { id },
    key,
  );
  return request.content;
}

/** Has a rule hold for the whole organization, or a narrower scope, until the answer is called. */
async function rule(
  rule: object,
  scope: object = { organization: true },
  mode = 'ENFORCE',
): Promise<() => Promise<void>> {
  const slug = `rule-${Math.random().toString(36).slice(2)}`;
  const saved = await gateway.ask<{ policySave: { id: string } }>(await operation('PolicySave'), {
    input: { slug, name: slug, rules: [rule] },
  });
  const { id } = saved.policySave;
  await gateway.ask(await operation('PolicyBind'), { input: { policy: id, scope, mode } });
  return async () => {
    await gateway.ask(await operation('PolicyUnbind'), { policy: id, scope });
  };
}

const ask = async (text: string, key?: string) => {
  const { completion } = await complete(gateway, { ...to('sim/echo-1', text), endUser: 'ann' }, 10_000, key);
  return completion!;
};

test('nothing is kept unless a policy asks for it, and one that only watches does not', async () => {
  const { requestId } = await ask('a secret of mine');
  expect(await contentOf(requestId)).toEqual({
    input: null,
    output: null,
    withheld: { reason: 'NOT_LOGGED', policy: null, until: null },
  });
  const over = await rule({ logging: { level: 'FULL' } }, { organization: true }, 'MONITOR');
  expect((await contentOf((await ask('watched')).requestId)).withheld).toMatchObject({ reason: 'NOT_LOGGED' });
  await over();
});

test('what FULL keeps is read by who may, sealed in the database, and each reading is audited', async () => {
  const over = await rule({ logging: { level: 'FULL' } });
  const { requestId, text } = await ask('my cat is called Mimi');
  const { input, output, withheld } = await contentOf(requestId);
  expect(input).toMatchObject([{ role: 'USER', parts: [{ text: 'my cat is called Mimi' }] }]);
  expect(output).toMatchObject([{ kind: 'text', text }]);
  expect(withheld).toBeNull();

  const blind = await gateway.keyWith('USAGE_READ');
  expect((await contentOf(requestId, blind)).withheld).toMatchObject({ reason: 'NO_PERMISSION', policy: null });
  await expect
    .poll(async () => {
      const { auditEvents } = await gateway.ask<{ auditEvents: { nodes: { resourceId: string; outcome: string }[] } }>(
        '{ auditEvents(first: 10, filter: { action: ["content.read"] }) { nodes { resourceId outcome } } }',
      );
      return auditEvents.nodes.map(({ resourceId, outcome }) => [resourceId, outcome]);
    })
    .toEqual([
      [requestId, 'DENIED'],
      [requestId, 'ALLOWED'],
    ]);

  const rows = await gateway.gateway.prisma.content.findMany({ where: { requestId } });
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows.map((row) => Buffer.from(row.sealed!).toString('latin1')))).not.toContain('Mimi');
  await over();
});

test('the strictest of all rules holds, and payloads of tools are left out unless asked for', async () => {
  const all = await rule({ logging: { level: 'FULL' } });
  const here = await rule({ logging: { level: 'METADATA' } }, { project });
  expect((await contentOf((await ask('both')).requestId)).withheld).toMatchObject({ reason: 'NOT_LOGGED' });
  await here();

  const messages = [
    { role: 'USER', parts: [{ text: 'how warm is it?' }] },
    { role: 'ASSISTANT', parts: [{ toolCall: { toolCallId: 'c1', name: 'weather', arguments: { city: 'Bern' } } }] },
    { role: 'TOOL', parts: [{ toolResult: { toolCallId: 'c1', result: { text: '21 degrees' } } }] },
  ];
  const { completion } = await complete(gateway, { target: { model: 'sim/echo-1' }, messages });
  const kept = JSON.stringify((await contentOf(completion!.requestId)).input);
  expect(kept).toContain('how warm');
  expect(kept).not.toMatch(/Bern|21 degrees/);
  await all();
});

test('where it may be kept for a second only, it can be followed for no longer, and what rules had to say stays', async () => {
  const over = [
    await rule({ retention: { content: 'PT1S' } }),
    await rule({ redaction: { detectors: ['EMAIL'], action: 'MASK' } }),
  ];
  const { id, text } = await ask('short-lived, from a@example.org');
  expect(text).toContain('short-lived');
  const known = async () => {
    const { completion } = await gateway.ask<{ completion: object }>(
      'query ($id: ID!) { completion(id: $id) { status text withheld { reason } verdicts { outcome } } }',
      { id },
    );
    return completion;
  };
  await expect.poll(known, { timeout: 20_000 }).toEqual({
    ...{ status: 'SUCCEEDED', text: null, withheld: { reason: 'NOT_LOGGED' } },
    verdicts: [{ outcome: 'REDACTED' }],
  });
  for (const free of over) await free();
});
