import { describe, expect, test } from 'vitest';
import { assign, treatedPercent } from '../../src/experiments/assign.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { anExperiment } from './an-experiment.ts';

const CALLS = 100_000;
const MINUTE_MS = 60_000;
const caller = { apiKeyId: 'key_1' };

const armOf = (experiment: Experiment, user: string | null, now = 0, chance = 0.5) =>
  assign(experiment, caller, { endUser: user, agent: null }, now, chance)?.arm ?? null;

function shares(armFor: (call: number) => string | null): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let call = 0; call < CALLS; call++) {
    const arm = armFor(call) ?? 'nobody';
    counts[arm] = (counts[arm] ?? 0) + 1 / CALLS;
  }
  return counts;
}

describe('an A/B test', () => {
  test('keeps an end user in one arm, and deals users out within a percent of the weights', () => {
    const experiment = anExperiment();
    expect(new Set(Array.from({ length: 50 }, (_, now) => armOf(experiment, 'ann', now, now / 50))).size).toBe(1);
    const dealt = shares((call) => armOf(experiment, `user ${call}`));
    for (const [arm, share] of [
      ['now', 0.7],
      ['small', 0.2],
      ['tiny', 0.1],
    ] as const) {
      expect(Math.abs(dealt[arm]! - share)).toBeLessThan(0.01);
    }
  });

  test('deals calls that belong to nobody by chance', () => {
    const dealt = shares((call) => armOf(anExperiment(), null, 0, call / CALLS));
    expect(dealt.now).toBeCloseTo(0.7, 3);
  });

  test('puts users of two experiments into arms independently of each other', () => {
    const [one, two] = [anExperiment(), anExperiment({ id: 'exp_2' })];
    const both = shares((call) => `${armOf(one, `user ${call}`)} ${armOf(two, `user ${call}`)}`);
    expect(Math.abs(both['small small']! - 0.04)).toBeLessThan(0.01);
  });
});

describe('a canary', () => {
  const canary = anExperiment({
    kind: 'CANARY',
    arms: [
      { name: 'now', control: true, weightPercent: 100, model: null },
      { name: 'new', control: false, weightPercent: 0, model: 'sim/small-1' },
    ],
    schedule: [
      { weightPercent: 1, holdMinutes: 10 },
      { weightPercent: 25, holdMinutes: 30 },
      { weightPercent: 50, holdMinutes: 30 },
    ],
  });

  test('grows by its schedule, and stays at its last stage', () => {
    const at = (minutes: number) => treatedPercent(canary, minutes * MINUTE_MS);
    expect([0, 9.9, 10, 39.9, 40, 5000].map(at)).toEqual([1, 1, 25, 25, 50, 50]);
    const dealt = shares((call) => armOf(canary, `user ${call}`, 20 * MINUTE_MS));
    expect(Math.abs(dealt.new! - 0.25)).toBeLessThan(0.01);
  });

  test('keeps whom it has while it grows', () => {
    for (let user = 0; user < 5000; user++) {
      if (armOf(canary, `user ${user}`, 0) === 'new') expect(armOf(canary, `user ${user}`, 20 * MINUTE_MS)).toBe('new');
    }
  });
});

test('a shadow leaves every call as it is and copies its share', () => {
  const shadow = anExperiment({
    kind: 'SHADOW',
    arms: [
      { name: 'now', control: true, weightPercent: 70, model: null },
      { name: 'copy', control: false, weightPercent: 30, model: 'sim/small-1' },
    ],
  });
  const dealt = shares((call) => armOf(shadow, `user ${call}`));
  expect(Math.abs(dealt.now! - 0.3)).toBeLessThan(0.01);
  expect(dealt.copy).toBeUndefined();
  const users = Array.from({ length: 20 }, (_, user) => ({ endUser: `user ${user}`, agent: null }));
  const copied = users.map((request) => assign(shadow, caller, request, 0, 0)).find((one) => one !== null);
  expect(copied).toMatchObject({ arm: 'now', model: null, copyTo: { arm: 'copy', model: 'sim/small-1' } });
});
