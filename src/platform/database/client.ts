import pg from 'pg';
import type { Clock } from '../../core/runtime.ts';

/** node-postgres takes a limit per question; its types do not say so. */
export interface TimedQuery extends pg.QueryConfig {
  /** Ms; left out, the client's own. */
  readonly query_timeout?: number;
}

type Told = (error: Error | undefined, result?: pg.QueryResult) => void;

/**
 * Clients that ask as node-postgres's own do and leave less behind. Its own assign functions to each query, and V8 puts a
 * function literal that is assigned to a property straight into the old generation, for it takes it for a method. All that the
 * function sees, parameters and rows, would stay there until the next full collection.
 * @param limitMs how long a question may take; then its connection is given up, as others may wait behind it. Null: for ever
 */
export function clientWithin(limitMs: number | null, clock: Clock): new () => pg.Client {
  return class extends pg.Client {
    override query(asked: string | TimedQuery | pg.Submittable, values?: unknown, callback?: unknown): never {
      if (typeof asked === 'object' && 'submit' in asked) return super.query(asked) as never;
      const told = typeof values === 'function' ? values : callback;
      const parameters = Array.isArray(values) ? values : undefined;
      if (told) return this.#ask(asked, parameters, told as Told) as never;
      const answer = new Promise<pg.QueryResult>((resolve, reject) => {
        this.#ask(asked, parameters, (error, result) => (error ? reject(error) : resolve(result!)));
      });
      return answer.catch(tracedFromHere) as never;
    }

    #ask(asked: string | TimedQuery, parameters: unknown[] | undefined, told: Told): void {
      const { query_timeout: ms = limitMs, ...question } = typeof asked === 'string' ? { text: asked } : asked;
      let open = true;
      const end: Told = (error, result) => {
        if (!open) return;
        open = false;
        unplan();
        told(error, result);
      };
      const giveUp = () => {
        end(new Error(`no answer within ${ms} ms`));
        this.connection.stream.destroy();
      };
      const unplan = ms === null ? () => {} : clock.after(ms, giveUp);
      super.query(new pg.Query(question, parameters, end as ConstructorParameters<typeof pg.Query>[2]));
    }
  };
}

/** An error of the server has the stack of the socket that read it; whoever asked is of more use. */
function tracedFromHere(error: Error): never {
  Error.captureStackTrace(error);
  throw error;
}
