/**
 * Keeps calls from a deployment that fails, and lets it come back one probe at a time.
 *
 *     CLOSED ── of its last 20 calls within 30 s, 5 failed, and half of all ──> OPEN
 *     OPEN ── 5 s, doubled with each trip up to 60 s, ± 20 % ──> HALF_OPEN
 *     HALF_OPEN ── its one probe succeeds ──> CLOSED          ── it fails ──> OPEN
 *
 * A call counts when it has ended, so a stream that breaks in its middle counts as what it is. A call that its caller
 * stopped says nothing. Calls that were under way when the state changed are not heard any more: they tell of before.
 * All times are ms of one clock that never steps back.
 */
export interface Breaker {
  stateAt(now: number): BreakerState;
  /** When the next call may be let in; 0 when one may now. A waiting probe counts as a second from now. */
  opensAt(now: number): number;
  /** Lets a call in, or null. In HALF_OPEN one at a time: whoever gets the pass must give it back. */
  enter(now: number): BreakerPass | null;
}

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** Exactly one of these is called, once; later calls do nothing. */
export interface BreakerPass {
  succeeded(now: number): void;
  failed(now: number): void;
  /** Ended without saying anything about the deployment. */
  left(): void;
}

export const breakerRules = {
  counted: 20,
  withinMs: 30_000,
  failures: 5,
  share: 0.5,
  openMs: 5000,
  longestOpenMs: 60_000,
  jitter: 0.2,
  probeMs: 1000,
} as const;

type State =
  /** The calls are those that count, the oldest first. */
  | { readonly kind: 'CLOSED'; readonly calls: { readonly at: number; readonly failed: boolean }[] }
  | { readonly kind: 'OPEN'; readonly until: number; readonly trips: number }
  | { readonly kind: 'PROBING'; readonly trips: number };

/** @param random [0, 1): so that instances do not all come back at once */
export function createBreaker(random: () => number): Breaker {
  const rules = breakerRules;
  let state: State = { kind: 'CLOSED', calls: [] };

  const open = (now: number, trips: number): State => {
    const ms = Math.min(rules.longestOpenMs, rules.openMs * 2 ** (trips - 1));
    return { kind: 'OPEN', trips, until: now + ms * (1 - rules.jitter + 2 * rules.jitter * random()) };
  };

  const count = (failed: boolean, now: number): void => {
    if (state.kind !== 'CLOSED') return;
    const { calls } = state;
    calls.push({ at: now, failed });
    while (calls.length > rules.counted || calls[0]!.at <= now - rules.withinMs) calls.shift();
    if (!failed) return;
    const failures = calls.filter((call) => call.failed).length;
    if (failures >= rules.failures && failures >= calls.length * rules.share) state = open(now, 1);
  };

  /** Of an epoch that is over, nothing is heard. */
  let epoch = 0;
  const pass = (onSuccess: (now: number) => void, onFailure: (now: number) => void, onLeft: () => void) => {
    const mine = epoch;
    let over = false;
    const once = (act: (now: number) => void, now: number) => {
      if (over) return;
      over = true;
      if (mine !== epoch) return;
      const before = state.kind;
      act(now);
      if (state.kind !== before) epoch++;
    };
    return {
      succeeded: (now: number) => once(onSuccess, now),
      failed: (now: number) => once(onFailure, now),
      left: () => once(onLeft, 0),
    };
  };
  const counted = (now: number) => count(false, now);
  const blamed = (now: number) => count(true, now);
  const unheard = () => {};

  return {
    stateAt(now) {
      if (state.kind === 'CLOSED') return 'CLOSED';
      return state.kind === 'OPEN' && now < state.until ? 'OPEN' : 'HALF_OPEN';
    },
    opensAt(now) {
      if (state.kind === 'CLOSED') return 0;
      if (state.kind === 'PROBING') return now + rules.probeMs;
      return now < state.until ? state.until : 0;
    },
    enter(now) {
      if (state.kind === 'CLOSED') return pass(counted, blamed, unheard);
      if (state.kind === 'PROBING' || now < state.until) return null;
      const { trips, until } = state;
      state = { kind: 'PROBING', trips };
      epoch++;
      return pass(
        () => {
          state = { kind: 'CLOSED', calls: [] };
        },
        (at) => {
          state = open(at, trips + 1);
        },
        () => {
          state = { kind: 'OPEN', trips, until };
        },
      );
    },
  };
}
