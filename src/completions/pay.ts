import { invariant } from '../core/assert.ts';
import type { Target } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';

export interface Paying<Held> {
  readonly decision: Decision;
  readonly purse: Held;
}

/** The money, or the route to try instead. */
export type Opened<Held> = { readonly purse: Held } | { readonly downgradeTo: string };

/**
 * The decision, with the money for its first attempt; the one for the cheaper route where a budget asks for that.
 * @throws what `open` and `decide` throw
 */
export async function pay<Held>(
  open: (decision: Decision, downgraded: boolean) => Promise<Opened<Held>>,
  decide: (target: Target) => Promise<Decision>,
  target: Target,
): Promise<Paying<Held>> {
  const decision = await decide(target);
  const opening = await open(decision, false);
  if ('purse' in opening) return { decision, purse: opening.purse };
  const cheaper = await decide({ route: opening.downgradeTo });
  const second = await open(cheaper, true);
  invariant('purse' in second, 'a call is sent to a cheaper route once');
  return { decision: cheaper, purse: second.purse };
}
