import { UnavailableProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';

/** What the shared counters must still be told: what was let in, or used, while they did not answer. */
export interface Debts {
  /**
   * @param tell is tried again until it succeeds, or what it tells of counts no longer
   * @throws UnavailableProblem then, and when too many are waiting
   */
  owe<Told>(tell: () => Promise<Told>, lastingMs: number): Promise<Told>;
  /** They have answered: now is the time. */
  pay(): void;
}

const MAX_DEBTS = 10_000;
const AT_ONCE = 100;
const AGAIN_MS = 1000;

interface Debt {
  /** On clock.monotonic(). */
  readonly until: number;
  readonly tell: () => Promise<void>;
  readonly reject: (error: Error) => void;
}

export function keepDebts(clock: Clock): Debts {
  const debts = new Set<Debt>();
  let paying = false;
  let cancel = () => {};

  async function work(): Promise<void> {
    for (;;) {
      const paid = await Promise.all([...debts].slice(0, AT_ONCE).map(payOne));
      if (paid.length === 0 || paid.includes(false)) return;
    }
  }

  function pay(): void {
    if (paying || debts.size === 0) return;
    paying = true;
    cancel();
    void work().finally(() => {
      paying = false;
      if (debts.size > 0) cancel = clock.after(AGAIN_MS, pay);
    });
  }

  /** @returns whether it is off the list */
  async function payOne(debt: Debt): Promise<boolean> {
    if (debt.until <= clock.monotonic()) return forget(debt);
    try {
      await debt.tell();
      debts.delete(debt);
      return true;
    } catch (error) {
      return error instanceof UnavailableProblem ? false : forget(debt, error as Error);
    }
  }

  function forget(debt: Debt, error: Error = new UnavailableProblem('redis', FORGOTTEN)): true {
    debts.delete(debt);
    debt.reject(error);
    return true;
  }

  return {
    owe<Told>(tell: () => Promise<Told>, lastingMs: number) {
      const [oldest] = debts;
      if (oldest && debts.size >= MAX_DEBTS) forget(oldest);
      const { promise, resolve, reject } = Promise.withResolvers<Told>();
      debts.add({ until: clock.monotonic() + lastingMs, tell: async () => resolve(await tell()), reject });
      if (debts.size === 1) cancel = clock.after(AGAIN_MS, pay);
      return promise;
    },
    pay,
  };
}

const FORGOTTEN = 'The shared counters could not be told in time of what was let in without them.';
