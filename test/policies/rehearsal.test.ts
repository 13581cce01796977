import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operation } from '../support/operations.ts';
import { calls, complete, type House, openHouse, verdictsOf } from './calls.ts';
import { doorCalls } from './door-calls.ts';

/** Rules tried before they hold, webhooks, and answers. */

let house: House;
let webhook: Server;
let hook = '';
let hookSays: object | ((text: string) => object) | 'nothing' | 'nonsense' = { allow: true };
let hookHeard: unknown[] = [];
beforeAll(async () => {
  house = await openHouse();
  webhook = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const heard = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    hookHeard.push(heard);
    if (hookSays === 'nothing') return;
    const says = typeof hookSays === 'function' ? hookSays(heard.text) : hookSays;
    response.end(says === 'nonsense' ? 'yes' : JSON.stringify(says));
  });
  await new Promise<void>((ready) => webhook.listen(0, '127.0.0.1', ready));
  hook = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/judge`;
});
afterAll(async () => {
  webhook.closeAllConnections();
  webhook.close();
  await house.close();
});

interface Tested {
  readonly policyTest: {
    readonly blocked: boolean;
    readonly resultingText: string | null;
    readonly findings: readonly { start: number; end: number; label: string; enforced: boolean }[];
  };
}

async function tried(input: object): Promise<Tested['policyTest']> {
  const { policyTest } = await house.gateway.ask<Tested>(await operation('PolicyTest'), { input });
  return policyTest;
}

describe('policyTest', () => {
  test('shows what is found, where, and what would be left', async () => {
    const rules = [
      { redaction: { detectors: ['EMAIL', 'IBAN'], customPatterns: [{ name: 'PROJECT', regex: 'falcon-[0-9]+' }] } },
    ];
    const text = 'Mail a@example.org about falcon-7.';
    const { blocked, resultingText, findings } = await tried({ rules, text });
    expect({ blocked, resultingText }).toEqual({ blocked: false, resultingText: 'Mail [EMAIL] about [PROJECT].' });
    expect(findings.map(({ start, end, label }) => [text.slice(start, end), label])).toEqual([
      ['a@example.org', 'EMAIL'],
      ['falcon-7', 'PROJECT'],
    ]);
  });

  test.each(['INPUT', 'OUTPUT', 'TOOL_ARGUMENTS', 'TOOL_RESULTS'])('reads %s', async (direction) => {
    const rules = [{ redaction: { detectors: ['EMAIL'], direction: 'BOTH' } }];
    expect((await tried({ rules, text: 'a@example.org', direction })).resultingText).toBe('[EMAIL]');
  });

  test('without a draft, tries what holds', async () => {
    await house.under('tried', [{ redaction: { detectors: ['EMAIL'], action: 'BLOCK' } }], 'ENFORCE', async () => {
      expect(await tried({ text: 'a@example.org' })).toMatchObject({ blocked: true, resultingText: null });
    });
    expect(await tried({ text: 'a@example.org' })).toMatchObject({ blocked: false, resultingText: 'a@example.org' });
  });
});

test('policySimulate says what rules would have done to calls of the past, and of which it cannot tell', async () => {
  await calls.message!(house.gateway, 'A question of some length, for the books.');
  const simulate = async (rules: object[]) => {
    const input = { rules, range: { last: 'PT1H' } };
    const { policySimulate } = await house.gateway.ask<{ policySimulate: Record<string, unknown> }>(
      await operation('PolicySimulate'),
      { input },
    );
    return policySimulate;
  };
  const small = await simulate([{ contentLimit: { maxInputTokens: 2 } }]);
  expect(small).toMatchObject({ blocked: small.replayed, moved: 0, expired: 0, unjudged: 0 });
  expect(small.examples).toContainEqual(expect.objectContaining({ outcome: 'BLOCKED' }));
  expect(await simulate([{ access: { denyModels: ['wire/*'] } }])).toMatchObject({ blocked: small.replayed });
  expect(await simulate([{ access: { denyModels: ['other/*'] } }])).toMatchObject({ blocked: 0 });
  expect(await simulate([{ retention: { metadata: 'P1D' } }])).toMatchObject({ expired: 0 });
  expect(await simulate([{ redaction: { detectors: ['EMAIL'] } }])).toMatchObject({
    unjudged: small.replayed,
    unjudgedBecause: ['of some calls nothing is kept of what was said'],
  });
});

describe('a webhook', () => {
  const rule = (different: object = {}) => ({
    guardrail: {
      name: 'hook',
      check: 'WEBHOOK',
      url: hook,
      direction: 'INPUT',
      onFail: 'BLOCK',
      timeoutMs: 300,
      ...different,
    },
  });
  const asked = (rules: object[], slug: string) =>
    house.under(slug, rules, 'ENFORCE', () => calls.message!(house.gateway, 'Dear a@example.org'));

  test('sees what providers would see, and its word counts', async () => {
    hookHeard = [];
    hookSays = { allow: false, reason: 'not today' };
    const refused = await asked([{ redaction: { detectors: ['EMAIL'] } }, rule()], 'hook-no');
    expect(refused).toMatchObject({ type: 'PolicyBlockedError', message: expect.stringContaining('not today') });
    expect(hookHeard).toEqual(
      [{ direction: 'INPUT', text: 'Dear [EMAIL]' }].map((one) =>
        expect.objectContaining({ direction: one.direction, text: expect.stringContaining(one.text) }),
      ),
    );
    hookSays = { allow: true };
    expect((await asked([rule()], 'hook-yes')).type).toBe('CompletionAccepted');
  });

  test.each([
    ['nothing', 'did not answer within 300 ms'],
    ['nonsense', 'cannot be reached'],
  ] as const)('that says %s closes or opens, as its rule has it', async (answer, why) => {
    hookSays = answer;
    expect(await asked([rule()], `closed-${answer}`)).toMatchObject({
      type: 'PolicyBlockedError',
      message: expect.stringContaining(why),
    });
    const open = await asked([rule({ onError: 'FLAG' })], `open-${answer}`);
    expect(open.type).toBe('CompletionAccepted');
    expect(await verdictsOf(house.gateway, open.requestId)).toContainEqual(
      expect.objectContaining({ outcome: 'ERRORED' }),
    );
  });
});

describe('an answer', () => {
  const EVIL = 'The plan is codename moonlight, tell b@example.org.';

  test('is held back until it has been looked at, and not shown when a guard-rail stops it', async () => {
    house.says(EVIL);
    const rule = {
      guardrail: { name: 'g', check: 'KEYWORDS', forbid: ['moonlight'], direction: 'OUTPUT', onFail: 'BLOCK' },
    };
    const answer = await house.under('answers', [rule], 'ENFORCE', () => calls.message!(house.gateway, 'Hi'));
    expect(answer.type).toBe('PolicyBlockedError');
    expect(JSON.stringify(answer)).not.toContain('The plan');
  });

  describe('that is streamed past a window', () => {
    const LONG = 'Quite harmless words. '.repeat(40);
    const streamed = () => doorCalls['streamed chat']!(house.gateway, 'Hi');
    const textOf = (sse: string | null) =>
      [...(sse ?? '').matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join('');
    const byWords = { name: 'g', check: 'KEYWORDS', forbid: ['moonlight'], windowCharacters: 30 };
    const byHook = { name: 'g', check: 'WEBHOOK', url: hook, windowCharacters: 100 };

    test.each([
      ['words', byWords],
      ['a webhook', byHook],
    ])('of %s is passed on while it is given, and ends before what is found', async (_name, config) => {
      const answers = { ...config, url: 'url' in config ? hook : null, direction: 'OUTPUT', onFail: 'BLOCK' };
      hookSays = (text) => ({ allow: !text.includes('moonlight') });
      hookHeard = [];
      await house.under(`window-${config.check.toLowerCase()}`, [{ guardrail: answers }], 'ENFORCE', async () => {
        house.says(LONG);
        expect(textOf((await streamed()).said)).toBe(LONG);
        house.says(`${LONG}By moonlight. ${LONG}`);
        const stopped = await streamed();
        expect(stopped.said).toContain("Policy 'window-");
        const text = textOf(stopped.said);
        expect(LONG.startsWith(text)).toBe(true);
        expect(text.length).toBeGreaterThan(LONG.length / 2);
        expect(await verdictsOf(house.gateway, stopped.requestId)).toContainEqual(
          expect.objectContaining({ outcome: 'BLOCKED', mode: 'ENFORCE' }),
        );
      });
      // No text of the webhook's is longer than what is new with what was before.
      for (const { text } of hookHeard.slice(0, 3) as { text: string }[]) expect(text.length).toBeLessThan(350);
    });

    test('of a webhook that does not answer is stopped', async () => {
      hookSays = 'nothing';
      house.says(LONG);
      const guardrail = { ...byHook, url: hook, direction: 'OUTPUT', onFail: 'BLOCK', timeoutMs: 200 };
      const stopped = await house.under('window-mute', [{ guardrail }], 'ENFORCE', streamed);
      expect(textOf(stopped.said)).toBe('');
      expect(stopped.said).toContain('did not answer within 200 ms');
    });

    test('is refused where a window cannot show what is to be found', async () => {
      const save = async (guardrail: object) => {
        const { policySave } = await house.gateway.ask<{ policySave: { message: string } }>(
          await operation('PolicySave'),
          {
            input: {
              slug: 'narrow',
              name: 'n',
              rules: [{ guardrail: { direction: 'OUTPUT', onFail: 'BLOCK', ...guardrail } }],
            },
          },
        );
        return policySave.message;
      };
      const topic = { name: 'g', check: 'TOPIC', forbid: ['a', 'b', 'c'], windowCharacters: 100 };
      expect(await save(topic)).toContain('known when an answer is whole');
      expect(await save({ ...byWords, windowCharacters: 16, forbid: ['fifteen letters'] })).toContain('must be 17');
    });
  });

  test('is masked where a rule says so', async () => {
    house.says(EVIL);
    const rule = { redaction: { detectors: ['EMAIL'], direction: 'OUTPUT' } };
    const answer = await house.under('masked', [rule], 'ENFORCE', () => calls.message!(house.gateway, 'Hi'));
    expect(answer.said).toBe('The plan is codename moonlight, tell [EMAIL].');
  });

  test('has what was taken out of the question put back, also as JSON that is held to a schema', async () => {
    const rule = { redaction: { detectors: ['EMAIL'], action: 'TOKENIZE' } };
    await house.under('tokens', [rule], 'ENFORCE', async () => {
      const messages = [{ role: 'USER', parts: [{ text: 'Write to c@example.org' }] }];
      await complete(house.gateway, { messages });
      const token = /\[EMAIL_[a-z2-7]+\]/.exec(JSON.stringify(house.provider.asked.at(-1)))![0];
      house.says(`Dear ${token}, and not [EMAIL_aaaaaaaa].`);
      const answer = await complete(house.gateway, { messages });
      expect(answer.said).toBe('Dear c@example.org, and not [EMAIL_aaaaaaaa].');
      house.says(`{"to":"${token}"}`);
      const schema = { type: 'object', properties: { to: { type: 'string', pattern: '^c@' } }, required: ['to'] };
      const object = await complete(house.gateway, { messages, output: { jsonSchema: { name: 'mail', schema } } });
      expect(object).toMatchObject({ type: 'CompletionAccepted', said: '{"to":"c@example.org"}' });
      const other = await complete(house.gateway, { messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] });
      expect(other.said).toBe(`{"to":"${token}"}`);
    });
  });
});

test('a run of an agent is stopped by a policy, by the same judge as by its own limits', async () => {
  const rule = { agentLimit: { maxStepsPerRun: 1 } };
  const messages = [{ role: 'USER', parts: [{ text: 'Step.' }] }];
  house.says('Done.');
  await house.under('steps', [rule], 'ENFORCE', async () => {
    const step = () => complete(house.gateway, { messages, run: { runId: 'policy-run' } });
    expect((await step()).type).toBe('CompletionAccepted');
    const stopped = await step();
    expect(stopped.type).toBe('AgentStoppedError');
    expect(await verdictsOf(house.gateway, stopped.requestId)).toContainEqual(
      expect.objectContaining({ policySlug: 'steps', outcome: 'BLOCKED' }),
    );
  });
});
