import type { Access } from './access/index.ts';
import type { Alerts } from './alerts/index.ts';
import type { Audit } from './audit/index.ts';
import type { Calls } from './calls/index.ts';
import type { Completions, RoomsOnTheWay } from './completions/index.ts';
import type { Costs } from './costs/index.ts';
import type { Erasure } from './erasure/index.ts';
import type { Exports } from './exports/index.ts';
import type { Operations } from './operations/index.ts';
import type { Runs } from './runs/index.ts';

/** The doors of the house. Types only: gateway.ts builds them, resolvers walk through them. */
export interface Rooms extends RoomsOnTheWay {
  readonly access: Access;
  readonly operations: Operations;
  readonly alerts: Alerts;
  readonly audit: Audit;
  readonly costs: Costs;
  readonly calls: Calls;
  readonly completions: Completions;
  readonly erasure: Erasure;
  readonly exports: Exports;
  readonly runs: Runs;
}
