import type { BudgetRow } from '../../../src/budgets/book.ts';
import type { CompletionRequest } from '../../../src/core/chat.ts';
import { aRequest } from '../../support/requests.ts';

/** One way a call can go; what it asks, whose money it takes, and when its caller goes away. */
export interface Scenario {
  readonly name: string;
  readonly request: CompletionRequest;
  /** Of the first of its two budgets; both have plenty otherwise. */
  readonly first?: Partial<Pick<BudgetRow, 'onExceed' | 'downgradeRoute' | 'limitNanos'>>;
  /** Cancelled after so many events. */
  readonly cancelAfter?: number;
}

const reply = 'One two three four.';
const small = { target: { model: 'sim/small-1' }, sampling: { maxOutputTokens: 200 } } as const;
const route = { target: { route: 'default' }, sampling: { maxOutputTokens: 200 } } as const;
const tool = {
  name: 'weather',
  description: 'Tells the weather',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

export const scenarios: readonly Scenario[] = [
  { name: 'an answer', request: aRequest({ ...small, simulation: { reply } }) },
  {
    name: 'a retry',
    request: aRequest({ ...small, simulation: { reply, failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 1 } }),
  },
  {
    name: 'a fallback',
    request: aRequest({ ...route, simulation: { reply, failWith: 'PROVIDER_OVERLOADED', failFirstAttempts: 2 } }),
  },
  { name: 'failure', request: aRequest({ ...small, simulation: { reply, failWith: 'PROVIDER_ERROR' } }) },
  {
    name: 'a stream that breaks',
    request: aRequest({ ...route, simulation: { reply, breakStreamAfterTokens: 2, failFirstAttempts: 1 } }),
  },
  { name: 'a cancel before the answer', request: aRequest({ ...small, simulation: { reply } }), cancelAfter: 2 },
  {
    name: 'a cancel in its middle',
    request: aRequest({ ...small, simulation: { reply } }),
    cancelAfter: 6,
  },
  { name: 'tools', request: aRequest({ ...small, tools: [tool], toolChoice: { mode: 'REQUIRED' } }) },
  { name: 'a refusal', request: aRequest({ ...small, simulation: { reply } }), first: { limitNanos: 0n } },
  {
    name: 'a cheaper route',
    request: aRequest({ ...small, target: { model: 'sim/large-1' }, simulation: { reply } }),
    first: { limitNanos: 0n, onExceed: 'DOWNGRADE', downgradeRoute: 'default' },
  },
  {
    name: 'an alert only',
    request: aRequest({ ...small, simulation: { reply } }),
    first: { limitNanos: 1n, onExceed: 'ALERT_ONLY' },
  },
  {
    name: 'an answer longer than the money',
    request: aRequest({
      target: { model: 'sim/small-1' },
      sampling: { maxOutputTokens: 4_000 },
      simulation: { reply: 'word '.repeat(40) },
    }),
    first: { limitNanos: 60_000n },
  },
];
