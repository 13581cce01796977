import type { Vendor } from '../visit.ts';
import { failure } from './errors.ts';

/** What clients of Anthropic's API ask for. */
export const anthropic: Vendor = { endpoints: [], failure };
