import type { OrderCandidates } from './order.ts';

/** As written: the first that can take the request is asked first, the next when it fails. */
export const priority: OrderCandidates = (candidates) => candidates;
