/** How many retries a deployment may still get. */
export interface RetryBudget {
  /** A request has come to the deployment for the first time. */
  deposit(): void;
  /** Takes a retry out, if there is one. */
  withdraw(): boolean;
}

/** A fifth of the load. */
const PER_REQUEST = 0.2;
/** So that a gateway with little to do may still retry. */
const AT_FIRST = 10;
/** What an hour of good weather saves must not become a storm later. */
const AT_MOST = 100;

/**
 * Whatever happens, retries stay below 0.2 × requests + 10: when a provider is down, asking it again and again is what
 * keeps it down. Moving on to another target is no retry.
 */
export function createRetryBudget(): RetryBudget {
  let balance = AT_FIRST;
  return {
    deposit() {
      balance = Math.min(AT_MOST, balance + PER_REQUEST);
    },
    withdraw() {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
  };
}
