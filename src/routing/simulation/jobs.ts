import { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import type { ModelBook, RecordedCall } from '../../core/decision.ts';
import { decodeJson, encodeJson } from '../../core/json.ts';
import { parse } from '../../core/parse.ts';
import { NotFoundProblem } from '../../core/problem.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Database } from '../../platform/database/database.ts';
import { loadVersion, type PublishedRoute } from '../table.ts';
import { type SimulationResult, startReplaying } from './replaying.ts';

/** A version of a route being tried on calls of the past, or the end of it. */
export interface Simulation {
  readonly id: string;
  readonly routeId: string;
  readonly version: number;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** Calls so far. */
  readonly replayed: number;
  /** Calls at most. */
  readonly total: number;
  readonly result: SimulationResult | null;
  readonly error: string | null;
}

export interface SimulateInput {
  readonly route: string;
  /** None: the newest. */
  readonly version?: number | null | undefined;
  readonly range: { readonly from: Date; readonly to: Date };
  readonly maxRequests: number;
}

/** Reads the calls that a route answered, oldest first, in pages; the usage room's door, handed in by the resolver. */
export type ReadHistory = (range: {
  readonly routeId: string;
  readonly from: Date;
  readonly to: Date;
  readonly most: number;
}) => AsyncIterable<readonly RecordedCall[]>;

const limits = z.object({ maxRequests: z.int().min(1).max(100_000) });

/** A job that has not said anything for so long has lost its process. */
const SILENCE_MS = 30_000;

/** Simulations run in the process that was asked and say in SQL how far they are, so that every instance can tell. */
export interface Simulations {
  /** @returns at once, with the job begun @throws ValidationProblem, NotFoundProblem */
  start(caller: Caller, input: SimulateInput, models: ModelBook, read: ReadHistory): Promise<Simulation>;
  /** Null when there is none for this organization. */
  find(organizationId: string, id: string): Promise<Simulation | null>;
  /** Breaks off what runs here. */
  close(): Promise<void>;
}

export function createSimulations(database: Database, runtime: Runtime): Simulations {
  const { clock, ids, log } = runtime;
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const find = async (organizationId: string, id: string): Promise<Simulation | null> => {
    const [row] = await database.query<Row>(
      `SELECT id, route_id, version, status, replayed, total, result::text AS result, error, updated_at
       FROM route_simulation WHERE organization_id = $1 AND id = $2`,
      [organizationId, id],
    );
    return row ? simulationOf(row, clock.now()) : null;
  };

  const say = (
    id: string,
    status: Simulation['status'],
    replayed: number,
    result: string | null,
    error: string | null,
  ) =>
    database.query(
      `UPDATE route_simulation
       SET status = $2, replayed = $3, result = $4::jsonb, error = $5, updated_at = $6 WHERE id = $1`,
      [id, status, replayed, result, error, new Date(clock.now())],
    );

  const run = async (id: string, route: PublishedRoute, models: ModelBook, pages: ReturnType<ReadHistory>) => {
    let seen = 0;
    try {
      const replaying = startReplaying(route, models);
      for await (const page of pages) {
        for (const [place, call] of page.entries()) {
          replaying.see(call);
          // Live calls are on the same thread: no more than some ten milliseconds at a time.
          if (place % 100 === 99) await clock.sleep(0, closing.signal);
        }
        seen += page.length;
        await say(id, 'RUNNING', seen, null, null);
      }
      await say(id, 'SUCCEEDED', seen, encodeJson(replaying.result()), null);
    } catch (error) {
      if (!closing.signal.aborted) log.error({ err: error, simulation: id }, 'a simulation broke');
      const why = closing.signal.aborted ? 'The gateway was stopped.' : 'It broke off; the log says why.';
      await say(id, 'FAILED', seen, null, why).catch(() => {});
    }
  };

  return {
    find,
    async start(caller, { route: routeId, version, range, maxRequests }, models, read) {
      const { maxRequests: most } = parse(limits, { maxRequests });
      const { organizationId, apiKeyId } = caller;
      const route = await loadVersion(database, organizationId, routeId, version ?? null);
      const id = ids.next('sim');
      await database.query(
        `INSERT INTO route_simulation
           (id, organization_id, route_id, version, status, replayed, total, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'RUNNING', 0, $5, $6, $7, $7)`,
        [id, organizationId, routeId, route.version, most, apiKeyId, new Date(clock.now())],
      );
      const running = run(id, route, models, read({ routeId, ...range, most }));
      underWay.add(running);
      void running.finally(() => underWay.delete(running));
      const started = await find(organizationId, id);
      if (!started) throw new NotFoundProblem('RouteSimulation', id);
      return started;
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

interface Row {
  readonly id: string;
  readonly route_id: string;
  readonly version: number;
  readonly status: Simulation['status'];
  readonly replayed: number;
  readonly total: number;
  readonly result: string | null;
  readonly error: string | null;
  readonly updated_at: Date | string;
}

function simulationOf({ route_id, updated_at, result, ...row }: Row, now: number): Simulation {
  const lost = row.status === 'RUNNING' && now - new Date(updated_at).getTime() > SILENCE_MS;
  return {
    ...row,
    ...(lost && { status: 'FAILED' as const, error: 'The instance that ran it is gone.' }),
    routeId: route_id,
    result: result === null ? null : (decodeJson(result) as SimulationResult),
  };
}
