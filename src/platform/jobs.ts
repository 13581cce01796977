import type { Runtime } from '../core/runtime.ts';
import type { Database, Transaction } from './database/database.ts';

/** Work that comes round by itself. Of all instances on one database, one at a time does a job. */
export interface Jobs {
  /**
   * Does `work` every `ms`, counted from the end of the last time, first after `ms`. It runs in one transaction which
   * also holds the job's turn: what it does should be small, and right to do again. A turn that another instance has is
   * left out. Failures are logged; the next turn comes all the same.
   * @param name the same on every instance, different for every job
   */
  every(name: string, ms: number, work: (tx: Transaction) => Promise<void>): void;
  /** No further turns; resolves when the ones under way have ended. */
  close(): Promise<void>;
}

export function createJobs(database: Database, { clock, log }: Runtime): Jobs {
  const cancels = new Map<string, () => void>();
  const underWay = new Set<Promise<void>>();
  let closed = false;

  const turn = async (name: string, work: (tx: Transaction) => Promise<void>) => {
    try {
      await database.transaction(async (tx) => {
        if (await takeTurn(tx, name)) await work(tx);
      });
    } catch (error) {
      log.error({ err: error, job: name }, 'a job failed');
    }
  };

  return {
    every(name, ms, work) {
      const schedule = () => {
        if (closed) return;
        const run = async () => {
          const running = turn(name, work);
          underWay.add(running);
          await running;
          underWay.delete(running);
          schedule();
        };
        cancels.set(name, clock.after(ms, run));
      };
      schedule();
    },
    async close() {
      closed = true;
      for (const cancel of cancels.values()) cancel();
      await Promise.all(underWay);
    },
  };
}

/** Given back at the end of the transaction, also when its connection or process is lost. */
async function takeTurn(tx: Transaction, name: string): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
    [`job ${name}`],
  );
  return row!.taken;
}
