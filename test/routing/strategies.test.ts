import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../src/core/decision.ts';
import { nothingObserved } from '../../src/routing/observer.ts';
import { type Contender, type RankingFacts, rank } from '../../src/routing/strategies/index.ts';

const four = ['a', 'b', 'c', 'd'].map((id) => contender(id));
const CALLS = 100_000;

function contender(id: string, different: Partial<Contender> = {}): Contender {
  return { id, model: `sim/${id}`, weight: 1, costNanos: 1n, observed: nothingObserved, ...different };
}

const facts = (different: Partial<RankingFacts> = {}): RankingFacts => ({
  seed: 1,
  turn: 0,
  stickyTo: null,
  prefix: null,
  conversation: null,
  placed: null,
  ...different,
});

const order = (strategy: Strategy, contenders: readonly Contender[], different: Partial<RankingFacts> = {}) =>
  rank(strategy, contenders, facts(different)).map(({ contender }) => contender.id);

/** The share of the first places that each contender gets over many seeds. */
function shares(strategy: Strategy, contenders: readonly Contender[], of: (call: number) => Partial<RankingFacts>) {
  const firsts = new Map<string, number>();
  for (let call = 0; call < CALLS; call++) {
    const [first] = order(strategy, contenders, { seed: Math.imul(call, 0x9e3779b1) >>> 0, turn: call, ...of(call) });
    firsts.set(first!, (firsts.get(first!) ?? 0) + 1);
  }
  return contenders.map(({ id }) => (firsts.get(id) ?? 0) / CALLS);
}

test('every strategy gives back each contender once', () => {
  for (const strategy of [
    'PRIORITY',
    'WEIGHTED',
    'ROUND_ROBIN',
    'LOWEST_COST',
    'LEAST_BUSY',
    'PREFIX_STICKY',
  ] as const) {
    expect(order(strategy, four).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(order(strategy, [])).toEqual([]);
  }
});

describe('weighted', () => {
  const uneven = [contender('a', { weight: 1 }), contender('b', { weight: 2 }), contender('c', { weight: 7 })];

  test('deals shares within one percent of the weights', () => {
    const dealt = shares('WEIGHTED', uneven, () => ({}));
    for (const [place, share] of [0.1, 0.2, 0.7].entries()) expect(Math.abs(dealt[place]! - share)).toBeLessThan(0.01);
  });

  test('keeps the calls of one end user together, and end users within one percent of the weights', () => {
    const dealt = shares('WEIGHTED', uneven, (call) => ({ stickyTo: `user ${call}` }));
    for (const [place, share] of [0.1, 0.2, 0.7].entries()) expect(Math.abs(dealt[place]! - share)).toBeLessThan(0.01);
    const firsts = Array.from({ length: 50 }, (_, seed) => order('WEIGHTED', uneven, { seed, stickyTo: 'ann' })[0]);
    expect(new Set(firsts).size).toBe(1);
  });

  test('moves only the share of a target that goes away', () => {
    const before = Array.from({ length: 5000 }, (_, user) => order('WEIGHTED', four, { stickyTo: `user ${user}` })[0]!);
    const after = Array.from(
      { length: 5000 },
      (_, user) => order('WEIGHTED', four.slice(0, 3), { stickyTo: `user ${user}` })[0]!,
    );
    const moved = before.filter((id, user) => id !== 'd' && id !== after[user]);
    expect(moved).toEqual([]);
  });
});

test('round robin takes turns', () => {
  expect(shares('ROUND_ROBIN', four, () => ({}))).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(order('ROUND_ROBIN', four, { turn: 2 })).toEqual(['c', 'd', 'a', 'b']);
});

test('lowest cost goes by the quote, and an unknown price comes last', () => {
  const priced = [
    contender('a', { costNanos: null }),
    contender('b', { costNanos: 9n }),
    contender('c', { costNanos: 3n }),
  ];
  expect(order('LOWEST_COST', priced)).toEqual(['c', 'b', 'a']);
});

test('lowest latency counts the pace too, and tries who was not seen lately, one call at a time', () => {
  const quick = contender('a', { observed: { ...nothingObserved, ttftMs: 100, tokensPerSecond: 10, recent: 9 } });
  const steady = contender('b', { observed: { ...nothingObserved, ttftMs: 900, tokensPerSecond: 100, recent: 9 } });
  expect(order('LOWEST_LATENCY', [quick, steady])).toEqual(['b', 'a']);
  expect(order('LOWEST_LATENCY', [quick, steady, contender('c')])).toEqual(['c', 'b', 'a']);
  const beingTried = contender('c', { observed: { ...nothingObserved, inFlight: 1 } });
  expect(order('LOWEST_LATENCY', [quick, steady, beingTried])).toEqual(['b', 'a', 'c']);
});

test('least busy counts calls per weight, and breaks ties evenly', () => {
  const busy = contender('a', { weight: 4, observed: { ...nothingObserved, inFlight: 4 } });
  const idle = contender('b', { observed: { ...nothingObserved, inFlight: 2 } });
  expect(order('LEAST_BUSY', [idle, busy])).toEqual(['a', 'b']);
  for (const share of shares('LEAST_BUSY', four, () => ({}))) expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
});

describe('prefix-sticky over four deployments', () => {
  /** Conversations of several turns on a few hundred system prompts, some of them far more popular than others. */
  function* trace(calls: number) {
    let state = 42;
    const chance = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const open: { prefix: string; conversation: string; turn: number; turns: number }[] = [];
    for (let call = 0; call < calls; call++) {
      let talk = chance() < 0.75 && open.length > 0 ? open[Math.floor(chance() * open.length)]! : null;
      if (!talk) {
        // A power law: the most popular of 300 prompts has some 6 % of all conversations.
        const prompt = Math.floor(300 * chance() ** 2.2);
        talk = { prefix: `p${prompt}`, conversation: `c${call}`, turn: 0, turns: 1 + Math.floor(chance() * 8) };
        open.push(talk);
      }
      talk.turn++;
      yield { ...talk };
      if (talk.turn >= talk.turns) open.splice(open.indexOf(talk), 1);
    }
  }

  /** Blocks found in a cache: two of the prefix, and one for every turn before. */
  function replay(strategy: Strategy, deployments: readonly string[]) {
    const caches = new Map(deployments.map((id) => [id, new Set<string>()]));
    const loads = new Map(deployments.map((id) => [id, 0]));
    const placed = new Map<string, string>();
    let hits = 0;
    for (const { prefix, conversation, turn } of trace(20_000)) {
      const contenders = deployments.map((id) =>
        contender(id, { observed: { ...nothingObserved, recent: loads.get(id)! } }),
      );
      const [first] = rank(
        strategy,
        contenders,
        facts({ prefix, conversation, placed: placed.get(conversation) ?? null, seed: hits }),
      );
      const { id, model } = first!.contender;
      placed.set(conversation, model);
      loads.set(id, loads.get(id)! + 1);
      const blocks = [
        `${prefix}.1`,
        `${prefix}.2`,
        ...Array.from({ length: turn }, (_, at) => `${conversation}.${at}`),
      ];
      const cache = caches.get(id)!;
      for (const block of blocks) if (cache.has(block)) hits++;
      for (const block of blocks) cache.add(block);
    }
    const mean = 20_000 / deployments.length;
    return { hits, imbalance: Math.max(...loads.values()) / mean };
  }

  test('keeps 99 percent of the hits of a single cache, with no deployment above 1.1 of its share', () => {
    const single = replay('PREFIX_STICKY', ['a']);
    const sticky = replay('PREFIX_STICKY', ['a', 'b', 'c', 'd']);
    const dealt = replay('WEIGHTED', ['a', 'b', 'c', 'd']);
    console.log(
      `prefix-sticky: ${((100 * sticky.hits) / single.hits).toFixed(2)} % of a single cache's hits, imbalance ` +
        `${sticky.imbalance.toFixed(3)}; dealt by lot: ${((100 * dealt.hits) / single.hits).toFixed(2)} %`,
    );
    expect(sticky.hits / single.hits).toBeGreaterThanOrEqual(0.99);
    expect(sticky.imbalance).toBeLessThanOrEqual(1.1);
    expect(dealt.hits).toBeLessThan(sticky.hits);
  });
});
