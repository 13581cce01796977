import type { Strategy } from '../../core/decision.ts';
import type { OrderCandidates } from './order.ts';
import { priority } from './priority.ts';

/** One file per strategy: to add one, write it and name it here. */
export const strategies: Readonly<Record<Strategy, OrderCandidates>> = { PRIORITY: priority };
