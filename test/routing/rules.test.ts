import { describe, expect, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { saveInput, withIds } from '../../src/routing/rules.ts';
import { countingIds } from '../support/manual-clock.ts';

const rule = { name: 'always', targets: [{ model: 'sim/small-1' }] };
const good = { slug: 'support', name: 'Support', rules: [rule] };

describe('a route to save', () => {
  test('needs a slug, a name and one rule with a target; the rest has defaults', () => {
    expect(parse(saveInput, good)).toEqual({
      ...good,
      description: '',
      rules: [
        {
          name: 'always',
          when: null,
          strategy: 'PRIORITY',
          stickyBy: 'NONE',
          fallbacks: [],
          fallbackOn: ['PROVIDER_ERROR', 'PROVIDER_TIMEOUT', 'PROVIDER_OVERLOADED', 'RATE_LIMITED'],
          targets: [
            {
              model: 'sim/small-1',
              weight: 1,
              timeoutMs: 60_000,
              ttftTimeoutMs: null,
              idleTimeoutMs: null,
              hedgeAfterMs: null,
              retry: { maxAttempts: 2 },
              streaming: true,
              enabled: true,
            },
          ],
        },
      ],
    });
  });

  test('may say null where it says nothing', () => {
    const target = { model: 'sim/small-1', timeoutMs: null, ttftTimeoutMs: null, retry: null, enabled: null };
    const nulls = { ...good, id: null, expectedRevision: null, description: null, note: null, idempotencyKey: null };
    const saved = parse(saveInput, { ...nulls, rules: [{ ...rule, strategy: null, targets: [target] }] });
    expect(saved.rules).toEqual(parse(saveInput, good).rules);
  });

  test.each([
    ['a slug with capitals', { slug: 'Support' }, ['slug']],
    ['an empty name', { name: '  ' }, ['name']],
    ['no rule', { rules: [] }, ['rules']],
    ['two rules, of which the second could never match', { rules: [rule, rule] }, ['rules', '0', 'when']],
    ['a last rule that may take nothing', { rules: [{ ...rule, when: { hasTools: true } }] }, ['rules', '0', 'when']],
    ['a rule without targets', { rules: [{ ...rule, targets: [] }] }, ['rules', '0', 'targets']],
    [
      'a model without a provider',
      { rules: [{ ...rule, targets: [{ model: 'small-1' }] }] },
      'rules.0.targets.0.model',
    ],
    [
      'no time to answer',
      { rules: [{ ...rule, targets: [{ model: 'sim/small-1', timeoutMs: 0 }] }] },
      'rules.0.targets.0.timeoutMs',
    ],
  ])('with %s is refused at its place', (_what, different, path) => {
    expect(() => parse(saveInput, { ...good, ...different })).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: typeof path === 'string' ? path.split('.') : path })],
      }),
    );
  });
});

describe('ids', () => {
  const rulesOf = (...models: string[]) =>
    parse(saveInput, { ...good, rules: [{ ...rule, targets: models.map((model) => ({ model })) }] }).rules;
  const idsOf = (rules: ReturnType<typeof withIds>) => rules.flatMap(({ targets }) => targets.map(({ id }) => id));

  test('stay with a model from version to version, whatever its place', () => {
    const { next } = countingIds();
    const first = withIds(rulesOf('sim/a', 'sim/b'), [], next);
    const second = withIds(rulesOf('sim/c', 'sim/b', 'sim/a'), first, next);
    expect(idsOf(first)).toEqual(['tgt_000001', 'tgt_000002']);
    expect(idsOf(second)).toEqual(['tgt_000003', 'tgt_000002', 'tgt_000001']);
    expect(second[0]?.id).toBe(first[0]?.id);
  });

  test('are never given to two targets of one model', () => {
    const { next } = countingIds();
    const first = withIds(rulesOf('sim/a'), [], next);
    expect(idsOf(withIds(rulesOf('sim/a', 'sim/a'), first, next))).toEqual(['tgt_000001', 'tgt_000002']);
  });
});
