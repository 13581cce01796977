import { BriefSet } from '../core/brief.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Lease } from '../platform/counters/counters.ts';
import { LEASE_MS } from './demand.ts';
import { bookkeeping } from './patience.ts';

/** The places that calls hold here, kept theirs for as long as the calls last: a call may last longer than a lease. */
export interface Places {
  keep(lease: Lease): void;
  free(lease: Lease): void;
}

/** One timer for all of them. One that could not be renewed in time is tried again; the call goes on. */
export function keepPlaces(runtime: Pick<Runtime, 'clock' | 'log'>): Places {
  const { clock } = runtime;
  const quietly = bookkeeping(runtime);
  const kept = new BriefSet<Lease>();
  let waiting = false;
  const renew = () => {
    for (const lease of kept) lease.renew().catch(() => {});
    waiting = kept.size > 0;
    if (waiting) clock.after(LEASE_MS / 3, renew);
  };
  return {
    keep(lease) {
      kept.add(lease);
      if (!waiting) clock.after(LEASE_MS / 3, renew);
      waiting = true;
    },
    free(lease) {
      kept.delete(lease);
      const released = lease.release();
      if (released) quietly(released);
    },
  };
}
