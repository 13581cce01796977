import { tasks } from '../../core/chat.ts';
import type { ModelBook, RecordedCall } from '../../core/decision.ts';
import { costOf, type Nanos } from '../../core/money.ts';
import { type Condition, compile, summaryOf } from '../conditions/index.ts';
import { guessesIn } from '../guesses.ts';
import type { PublishedRoute } from '../table.ts';

/** A rule that was looked for and found. It is about money alone: how well the model would have answered is not known. */
export interface Suggestion {
  readonly condition: Condition;
  /** For people: "input of 1020 tokens or more". */
  readonly summary: string;
  /** Where the calls would go. */
  readonly model: string;
  readonly moved: number;
  readonly costAfter: Nanos;
}

/** A rule that moves more of the calls than this is no rule but another default. */
const MOST_MOVED = 0.5;
/** Cut points that are tried. */
const CUTS = 20;

interface Seen {
  readonly call: RecordedCall;
  /** What the cheap model would have taken for it. */
  readonly cheapNanos: Nanos;
}

/**
 * Looks for the one condition that saves the most by sending calls to the cheapest model of the route: cuts of the
 * input's and the conversation's length at their quantiles, from either side, every task, tools and output format.
 */
export function startSearch(route: PublishedRoute, models: ModelBook) {
  const cheap = cheapest(route, models);
  const seen: Seen[] = [];
  return {
    see(call: RecordedCall): void {
      if (cheap) seen.push({ call, cheapNanos: costOf(call.usage, cheap.prices).totalNanos });
    },
    best(): Suggestion | null {
      if (!cheap) return null;
      let best: Suggestion | null = null;
      const before = seen.reduce((sum, { call }) => sum + call.costNanos, 0n);
      for (const condition of conditionsFor(seen)) {
        const { moved, saved } = effect(condition, seen, cheap.name);
        if (moved > seen.length * MOST_MOVED || saved <= (best ? before - best.costAfter : 0n)) continue;
        best = { condition, summary: summaryOf(condition), model: cheap.name, moved, costAfter: before - saved };
      }
      return best;
    },
  };
}

/** By the price of a thousand tokens in and as many out. */
function cheapest(route: PublishedRoute, models: ModelBook) {
  const usage = {
    inputTokens: 1000,
    outputTokens: 1000,
    reasoningTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    source: 'ESTIMATED' as const,
  };
  const names = new Set(route.rules.flatMap(({ targets }) => targets.map(({ model }) => model)));
  const priced = [...names].flatMap((name) => {
    const card = models.get(name);
    return card?.prices ? [{ name, prices: card.prices, cost: costOf(usage, card.prices).totalNanos }] : [];
  });
  return priced.sort((a, b) => (a.cost < b.cost ? -1 : 1))[0] ?? null;
}

function conditionsFor(seen: readonly Seen[]): Condition[] {
  const conditions: Condition[] = [];
  for (const field of ['inputTokens', 'messageCount'] as const) {
    const values = seen.map(({ call }) => call.facts[field]).sort((a, b) => a - b);
    const cuts = new Set(
      Array.from({ length: CUTS - 1 }, (_, cut) => values[Math.floor((values.length * (cut + 1)) / CUTS)]!),
    );
    for (const cut of cuts) {
      const [below, above]: [Condition, Condition] =
        field === 'inputTokens'
          ? [{ inputTokens: { lt: cut } }, { inputTokens: { gte: cut } }]
          : [{ messageCount: { lt: cut } }, { messageCount: { gte: cut } }];
      conditions.push(below, above);
    }
  }
  for (const task of tasks) conditions.push({ task: { in: [task], minConfidence: 0 } });
  for (const yes of [true, false]) conditions.push({ hasTools: yes }, { wantsStructuredOutput: yes });
  return conditions;
}

function effect(condition: Condition, seen: readonly Seen[], model: string): { moved: number; saved: Nanos } {
  const holds = compile(condition, 1);
  let moved = 0;
  let saved = 0n;
  for (const { call, cheapNanos } of seen) {
    if (call.model === model) continue;
    if (!holds({ facts: call.facts, guesses: guessesIn(call.facts), at: call.startedAt, seed: 0 }, null)) continue;
    moved++;
    saved += call.costNanos - cheapNanos;
  }
  return { moved, saved };
}
