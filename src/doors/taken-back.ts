import { ProviderProblem } from '../core/problem.ts';

/** After what has been passed on another answer would begin, and the vendors' streams have no word for that. */
export function takenBack(): ProviderProblem {
  return new ProviderProblem('PROVIDER_ERROR', 'The answer broke off after a part of it had been sent. Ask again.', {
    retryable: true,
  });
}
