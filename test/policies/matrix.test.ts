import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, type House, openHouse, unreadable, verdictsOf } from './calls.ts';
import { doorCalls, unreadableAtDoors } from './door-calls.ts';

/** Every kind of rule × every kind of call × watching and acting: there is no way around a policy. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const every = { ...calls, ...doorCalls };
const everyUnreadable = { ...unreadable, ...unreadableAtDoors };
const CANARY = 'frida.canary@example.org';
const WORDS = `Tell ${CANARY} about operation moonlight, please.`;

/** What each does to WORDS when it is enforced. */
const rules: Readonly<Record<string, { readonly rule: object; readonly outcome: 'REDACTED' | 'BLOCKED' }>> = {
  masking: { rule: { redaction: { detectors: ['EMAIL'], action: 'MASK' } }, outcome: 'REDACTED' },
  hashing: { rule: { redaction: { detectors: ['EMAIL'], action: 'HASH' } }, outcome: 'REDACTED' },
  removing: { rule: { redaction: { detectors: ['EMAIL'], action: 'REMOVE' } }, outcome: 'REDACTED' },
  tokens: { rule: { redaction: { detectors: ['EMAIL'], action: 'TOKENIZE' } }, outcome: 'REDACTED' },
  blocking: { rule: { redaction: { detectors: ['EMAIL'], action: 'BLOCK' } }, outcome: 'BLOCKED' },
  words: {
    rule: {
      guardrail: { name: 'w', check: 'KEYWORDS', forbid: ['Operation Moonlight'], direction: 'INPUT', onFail: 'BLOCK' },
    },
    outcome: 'BLOCKED',
  },
  patterns: {
    rule: {
      guardrail: {
        name: 'p',
        check: 'REGEX',
        forbid: ['moon[a-z]+'],
        direction: 'BOTH',
        onFail: 'BLOCK',
        whenUnreadable: 'ALLOW',
      },
    },
    outcome: 'BLOCKED',
  },
  'required words': {
    rule: { guardrail: { name: 'r', check: 'KEYWORDS', require: ['ticket'], direction: 'INPUT', onFail: 'BLOCK' } },
    outcome: 'BLOCKED',
  },
  sizes: { rule: { contentLimit: { maxInputTokens: 5 } }, outcome: 'BLOCKED' },
  models: { rule: { access: { denyModels: ['wire/*', 'paper/*'] } }, outcome: 'BLOCKED' },
  residency: { rule: { residency: { allowedRegions: ['eu'], requireNoTraining: false } }, outcome: 'BLOCKED' },
};

describe.each(Object.entries(rules))('%s', (name, { rule, outcome }) => {
  describe.each(['ENFORCE', 'MONITOR'] as const)('in %s', (mode) => {
    const slug = `${name.replace(' ', '-')}-${mode.toLowerCase()}`;
    let free: () => Promise<void>;
    beforeAll(async () => {
      free = await house.bind(slug, [rule], mode);
    });
    afterAll(() => free());

    test.each(Object.keys(every))('reaches %s', async (kind) => {
      const before = house.provider.asked.length;
      const answer = await every[kind]!(house.gateway, WORDS);
      const sent = JSON.stringify(house.provider.asked.slice(before));
      const stopped = mode === 'ENFORCE' && outcome === 'BLOCKED';
      expect(answer.type === 'PolicyBlockedError').toBe(stopped);
      if (mode === 'ENFORCE') expect(sent).not.toContain(CANARY);
      if (stopped) expect(sent).toBe('[]');
      else expect(sent).toContain('operation moonlight');
      if (mode === 'MONITOR') expect(sent).toContain(CANARY);
      if (stopped) expect(answer.message).toContain(`'${slug}', rule 1`);
      const verdicts = await verdictsOf(house.gateway, answer.requestId);
      expect(verdicts).toContainEqual(expect.objectContaining({ policySlug: slug, mode, outcome }));
      expect(JSON.stringify(verdicts)).not.toContain(CANARY);
    });
  });
});

describe.each([
  ['redaction', { redaction: { detectors: ['EMAIL'] } }],
  ['guard-rail', { guardrail: { name: 'w', check: 'KEYWORDS', forbid: ['x'], direction: 'INPUT', onFail: 'FLAG' } }],
])('%s of what it cannot read', (name, rule) => {
  test.each(Object.keys(everyUnreadable))('lets no %s through, unless it says so', async (kind) => {
    const slug = `${name}-${kind.replaceAll(' ', '-').toLowerCase()}`;
    const [[field, config]] = Object.entries(rule) as [[string, object]];
    const ask = () => everyUnreadable[kind]!(house.gateway, '');
    const before = house.provider.asked.length;
    const refused = await house.under(`${slug}-closed`, [rule], 'ENFORCE', ask);
    expect(refused.type).toBe('PolicyBlockedError');
    expect(house.provider.asked.length).toBe(before);
    const open = [{ [field]: { ...config, whenUnreadable: 'ALLOW' } }];
    const passed = await house.under(`${slug}-open`, open, 'ENFORCE', ask);
    expect(passed.type).not.toBe('PolicyBlockedError');
  });
});
