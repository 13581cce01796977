import { describe, expect, test } from 'vitest';
import type { RequestFacts } from '../../src/core/decision.ts';
import { parse } from '../../src/core/parse.ts';
import { type Condition, compile, conditionSchema, summaryOf } from '../../src/routing/conditions/index.ts';
import { implies, impossible } from '../../src/routing/conditions/reach.ts';
import { guessesIn } from '../../src/routing/guesses.ts';
import { someFacts } from './facts.ts';

const tuesdayNoonInBerlin = Date.UTC(2026, 10, 24, 11);

function asked(condition: unknown, facts: Partial<RequestFacts> = {}, seed = 7, at = tuesdayNoonInBerlin) {
  const trace: string[] = [];
  const known = { ...someFacts, ...facts };
  const question = { facts: known, guesses: guessesIn(known), at, seed };
  return { held: compile(parse(conditionSchema, condition), 1)(question, trace), trace };
}

describe('a condition holds', () => {
  test.each<[object, Partial<RequestFacts>, Partial<RequestFacts>]>([
    [{ inputChars: { lt: 300 } }, { inputChars: 299 }, { inputChars: 300 }],
    [{ inputTokens: { gte: 10, lt: 20 } }, { inputTokens: 10 }, { inputTokens: 20 }],
    [{ messageCount: { gte: 3 } }, { messageCount: 3 }, { messageCount: 2 }],
    [{ hasTools: true }, { hasTools: true }, { hasTools: false }],
    [{ wantsStructuredOutput: false }, { wantsStructuredOutput: false }, { wantsStructuredOutput: true }],
    [{ modality: 'IMAGE' }, { modalities: ['TEXT', 'IMAGE'] }, { modalities: ['TEXT'] }],
    [{ language: ['de', 'fr'] }, { language: 'fr' }, { language: null }],
    [
      { task: { in: ['CODE'], minConfidence: 0.6 } },
      { task: 'CODE', taskConfidence: 0.6 },
      { task: 'CODE', taskConfidence: 0.5 },
    ],
    [
      { tag: { key: 'tier', in: ['gold'] } },
      { tags: [{ key: 'tier', value: 'gold' }] },
      { tags: [{ key: 'tier', value: 'tin' }] },
    ],
    [{ tag: { key: 'tier', exists: false } }, { tags: [] }, { tags: [{ key: 'tier', value: '' }] }],
    [{ apiKey: ['key_1'] }, { apiKeyId: 'key_1' }, { apiKeyId: 'key_2' }],
    [{ project: ['prj_1'] }, { projectId: 'prj_1' }, { projectId: 'prj_2' }],
    [{ team: ['tea_1'] }, { teamId: 'tea_1' }, { teamId: 'tea_2' }],
    [{ endUserIn: ['ann'] }, { endUser: 'ann' }, { endUser: null }],
    [{ agent: ['planner'] }, { agent: 'planner' }, { agent: 'coder' }],
    [{ budgetUsedPercent: { gte: 80 } }, { budgetUsedPercent: 80 }, { budgetUsedPercent: null }],
    [
      { contains: { anyOf: ['refund'] } },
      { matched: { '["LAST_USER_MESSAGE",false,"refund"]': true } },
      { matched: {} },
    ],
    [{ not: { hasTools: true } }, { hasTools: false }, { hasTools: true }],
    [
      { all: [{ hasTools: true }, { inputChars: { lt: 9 } }] },
      { hasTools: true, inputChars: 8 },
      { hasTools: true, inputChars: 9 },
    ],
    [{ any: [{ hasTools: true }, { inputChars: { lt: 9 } }] }, { inputChars: 8 }, { inputChars: 9 }],
  ])('%o for one call and not for its neighbour', (condition, yes, no) => {
    expect([asked(condition, yes).held, asked(condition, no).held]).toEqual([true, false]);
  });

  test('by the clock on the wall of a place, over midnight and over a change of time', () => {
    const night = { timeOfDay: { timezone: 'Europe/Berlin', from: '22:00', to: '06:00', days: ['FRI'] } };
    const at = (iso: string) => asked(night, {}, 7, Date.parse(iso)).held;
    // Friday 2026-10-23 to Saturday; clocks go back on Sunday the 25th, which changes nothing here.
    expect([
      at('2026-10-23T19:59Z'),
      at('2026-10-23T20:00Z'),
      at('2026-10-24T03:59Z'),
      at('2026-10-24T04:00Z'),
    ]).toEqual([false, true, true, false]);
    const noon = { timeOfDay: { timezone: 'Europe/Berlin', from: '12:00', to: '13:00' } };
    expect(asked(noon, {}, 7, Date.parse('2026-10-24T10:30Z')).held).toBe(true);
    expect(asked(noon, {}, 7, Date.parse('2026-10-26T11:30Z')).held).toBe(true);
  });

  test('for a share of calls by lot, every leaf drawing for itself', () => {
    const seeds = Array.from({ length: 20_000 }, (_, place) => Math.imul(place, 2_654_435_761) >>> 0);
    const share = (condition: object) => seeds.filter((seed) => asked(condition, {}, seed).held).length / seeds.length;
    expect(share({ samplePercent: 10 })).toBeCloseTo(0.1, 2);
    expect(share({ all: [{ samplePercent: 50 }, { samplePercent: 50 }] })).toBeCloseTo(0.25, 2);
  });
});

test('the trace says what was asked and what it really was, and stops where the answer is known', () => {
  const { trace } = asked({ all: [{ inputChars: { lt: 300 } }, { hasTools: true }] }, { inputChars: 1204 });
  expect(trace).toEqual(['input under 300 characters: no, 1204 characters']);
});

test('a summary reads like a sentence', () => {
  const condition: Condition = {
    all: [
      { inputChars: { lt: 300 } },
      { any: [{ team: ['growth'] }, { not: { hasTools: true } }] },
      { task: { in: ['CODE', 'MATH'], minConfidence: 0 } },
    ],
  };
  expect(summaryOf(condition)).toBe(
    'input under 300 characters and (team is growth or not (tools are given)) and task is code or math',
  );
});

test.each([
  ['nothing', {}],
  ['two fields', { hasTools: true, inputChars: { lt: 3 } }],
  ['an empty group', { all: [] }],
  ['an empty range', { inputChars: { gte: 5, lt: 5 } }],
  ['no bound', { inputTokens: {} }],
  ['an unknown field', { colour: 'red' }],
  ['a place without a clock', { timeOfDay: { timezone: 'Mars/Base', from: '10:00', to: '11:00' } }],
  ['too many levels', [1, 2, 3, 4, 5, 6, 7, 8].reduce<object>((inner) => ({ not: inner }), { hasTools: true })],
])('a condition with %s is refused', (_what, condition) => {
  expect(() => parse(conditionSchema, condition)).toThrow();
});

describe('what cannot match', () => {
  test.each<[string, Condition, Condition, boolean]>([
    ['a narrower range', { inputChars: { lt: 100 } }, { inputChars: { lt: 300 } }, true],
    ['a wider range', { inputChars: { lt: 400 } }, { inputChars: { lt: 300 } }, false],
    ['one of several', { team: ['a'] }, { team: ['a', 'b'] }, true],
    ['more in a group', { all: [{ hasTools: true }, { team: ['a'] }] }, { hasTools: true }, true],
    ['less in a group', { hasTools: true }, { all: [{ hasTools: true }, { team: ['a'] }] }, false],
    ['another sample of the same size', { samplePercent: 10 }, { samplePercent: 10 }, false],
  ])('%s', (_what, narrow, wide, expected) => {
    expect(implies(narrow, wide)).toBe(expected);
  });

  test('is seen in a group whose parts exclude each other', () => {
    expect(impossible({ all: [{ inputChars: { lt: 10 } }, { inputChars: { gte: 10 } }] })).toBe(true);
    expect(impossible({ all: [{ hasTools: true }, { not: { hasTools: true } }] })).toBe(true);
    expect(impossible({ all: [{ inputChars: { lt: 10 } }, { inputChars: { gte: 9 } }] })).toBe(false);
  });
});
