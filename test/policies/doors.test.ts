import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, openHouse, type SeenVerdict } from './calls.ts';
import { doors, registerSay, unreadableAtDoors } from './doors.ts';
import { CANARY, rules, WORDS } from './every-rule.ts';

/** Every kind of rule × every door × every kind of call there: no door leads around a policy. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await registerSay(house.gateway);
});
afterAll(() => house.close());

async function latestVerdicts(): Promise<readonly SeenVerdict[]> {
  const { requests } = await house.gateway.ask<{ requests: { nodes: { verdicts: SeenVerdict[] }[] } }>(
    '{ requests(first: 1) { nodes { verdicts { policySlug mode outcome findings message } } } }',
  );
  return requests.nodes[0]!.verdicts;
}

describe.each(Object.entries(rules))('%s', (name, { rule, outcome }) => {
  describe.each(['ENFORCE', 'MONITOR'] as const)('in %s', (mode) => {
    const slug = `door-${name.replace(' ', '-')}-${mode.toLowerCase()}`;
    let free: () => Promise<void>;
    beforeAll(async () => {
      free = await house.bind(slug, [rule], mode);
    });
    afterAll(() => free());

    test.each(Object.keys(doors))('holds at %s', async (door) => {
      const before = house.provider.asked.length;
      const { status, text } = await doors[door]!(house.gateway, WORDS);
      const sent = JSON.stringify(house.provider.asked.slice(before));
      const stopped = mode === 'ENFORCE' && outcome === 'BLOCKED';
      expect(sent === '[]').toBe(stopped);
      expect(sent.includes(CANARY)).toBe(mode === 'MONITOR');
      if (stopped) {
        // GraphQL answers problems with 200; all other doors with a status of their vendor.
        if (door === 'registered operation') expect(text).toContain('PolicyBlockedError');
        else expect(status).toBe(403);
        expect(text).not.toContain(CANARY);
      } else expect(status).toBe(200);
      expect(await latestVerdicts()).toContainEqual(expect.objectContaining({ policySlug: slug, mode, outcome }));
    });
  });
});

test.each(Object.keys(unreadableAtDoors))('what no rule can read does not come in by %s', async (door) => {
  const slug = `door-unreadable-${door.replaceAll(/\W+/g, '-').toLowerCase()}`;
  const before = house.provider.asked.length;
  const { status } = await house.under(slug, [{ redaction: { detectors: ['EMAIL'] } }], 'ENFORCE', () =>
    unreadableAtDoors[door]!(house.gateway, ''),
  );
  expect(status).toBe(403);
  expect(house.provider.asked.length).toBe(before);
  expect((await unreadableAtDoors[door]!(house.gateway, '')).status).toBe(200);
});
