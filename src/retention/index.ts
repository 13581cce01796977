import type { RetentionDemand } from '../core/admission.ts';
import type { SubjectCall } from '../core/erasure.ts';
import type { KeptPlace } from '../core/kept-place.ts';
import type { Demand } from '../core/policy.ts';
import { deadlineOf, type KeptClass } from '../core/retention.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';

/** Rows of one class of data, in the room that has them. */
export interface KeptRows {
  readonly kept: KeptClass;
  /** The places of an organization that have rows from before `before`. */
  places(tx: Transaction, organizationId: string, before: Date): Promise<readonly KeptPlace[]>;
  /**
   * Takes away at most `limit` rows of a place.
   * @param besides is told of calls whose history goes, before it does
   * @returns how many
   */
  expire(
    tx: Transaction,
    organizationId: string,
    place: KeptPlace,
    overdue: Overdue,
    limit: number,
    besides: (calls: readonly SubjectCall[]) => Promise<void>,
  ): Promise<number>;
}

/** What is to go, and why. */
export interface Overdue {
  /** Everything from before then. */
  readonly before: Date;
  /** The slug of the policy that says so. */
  readonly policy: string;
  readonly now: Date;
}

/** What other rooms keep about calls: it goes with their history. */
export interface KeptBesides {
  erase(
    tx: Transaction,
    organizationId: string,
    calls: readonly SubjectCall[],
    how: { readonly keepAggregates: false },
  ): Promise<unknown>;
}

/** What an organization's policies say of how long things are kept. */
export interface OrganizationRetention {
  readonly organizationId: string;
  /** Another one whenever these rules, or where they hold, have changed. */
  readonly mark: string;
  demandsAt(place: KeptPlace): readonly Demand<RetentionDemand>[];
}

/** Copies that keep to the rules by themselves, as these were when a copy was made. They can be made again. */
export interface KeptCopies {
  /** Takes away those that were made under other rules than the ones marked. */
  renew(organizationId: string, mark: string): Promise<void>;
}

export interface RetentionNeeds {
  readonly jobs: Jobs;
  readonly rows: readonly KeptRows[];
  readonly copies: readonly KeptCopies[];
  readonly besides: readonly KeptBesides[];
  /** Every organization that has something to say, read inside the transaction. */
  readonly organizations: (tx: Transaction) => Promise<readonly OrganizationRetention[]>;
  readonly runtime: Runtime;
}

/** Nothing stays longer than its time and twice this. */
const SWEEP_MS = 20_000;
/** Of one turn: its transaction should be short. What is left is taken by the next. */
const LIMIT = 5_000;

/** Takes away what policies no longer let be kept: the rules as they are now hold for what was kept before, too. */
export function startRetention(needs: RetentionNeeds): void {
  const { jobs, rows, copies, besides, organizations, runtime } = needs;
  const { clock, log } = runtime;

  jobs.every('retention', SWEEP_MS, async (tx) => {
    let left = LIMIT;
    const now = new Date(clock.now());
    for (const { organizationId, demandsAt } of await organizations(tx)) {
      const withCalls = async (calls: readonly SubjectCall[]) => {
        for (const part of besides) await part.erase(tx, organizationId, calls, { keepAggregates: false });
      };
      for (const { kept, places, expire } of rows) {
        let expired = 0;
        for (const place of await places(tx, organizationId, now)) {
          const deadline = deadlineOf(demandsAt(place), kept);
          if (!deadline || left === 0) continue;
          const { keptMs, policy } = deadline;
          const overdue = { before: new Date(now.getTime() - keptMs), policy, now };
          const count = await expire(tx, organizationId, place, overdue, left, withCalls);
          expired += count;
          left -= count;
        }
        if (expired > 0) log.info({ organizationId, kept, expired }, 'kept long enough');
      }
    }
  });
  // By itself: where copies are kept may be out of reach, and rows go all the same.
  jobs.every('retention.copies', SWEEP_MS, async (tx) => {
    for (const { organizationId, mark } of await organizations(tx)) {
      for (const { renew } of copies) await renew(organizationId, mark);
    }
  });
}
