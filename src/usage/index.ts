import type { DecisionOf } from '../core/decision.ts';
import type { Runtime } from '../core/runtime.ts';
import type { TraceParent } from '../core/trace.ts';
import { createBatchWriter } from '../platform/batch-writer.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { Traces } from '../platform/telemetry/traces.ts';
import { readsDecisions } from './decisions.ts';
import type { RequestFilter } from './filter.ts';
import { findRequest, type StoredRequest } from './find.ts';
import { type HistoryRange, history, type RecordedCall } from './history.ts';
import { hits, type PolicyHits } from './hits.ts';
import { countInFlight } from './in-flight.ts';
import { createInstruments } from './instruments.ts';
import { createLedger } from './ledger.ts';
import { lengths, type SeenLength } from './lengths.ts';
import type { RequestRecord } from './record.ts';
import { type ReportQuery, report, type UsageReport } from './report.ts';
import { rowsOf } from './rows.ts';
import { tellSpans } from './spans.ts';
import { ticks, type UsageTick } from './tick.ts';

export { erasableRequests } from './erasable.ts';
export { callsById, exportedCalls, exportedUsage } from './export.ts';
export type { StoredRequest } from './find.ts';
export type { HistoryRange, RecordedCall } from './history.ts';
export { keptRequests } from './kept.ts';
export type { RequestRecord } from './record.ts';

/** What was consumed, by whom and for what: written behind every call, read by request and in sums. */
export interface Usage {
  /** A call begins; the answer ends it. */
  began(organizationId: string): () => void;
  /**
   * Where an attempt of a call stands in a trace: as its span will, where somebody takes spans; else where the caller of the
   * call stands, as W3C Trace Context has it for whoever only passes things on. Null: in none.
   */
  placeOf(requestId: string, attemptId: string, trace: TraceParent | null): TraceParent | null;
  /** Keeps the record, to be written within about a tenth of a second. Never waits and never throws. */
  record(record: RequestRecord): void;
  /**
   * Resolves when everything recorded so far is in the database.
   * @throws UnavailableProblem when it cannot be written now; nothing is lost by that, it is tried again
   */
  flush(): Promise<void>;
  /** Share of the queue in use, 0..1. At 1 no further call should be admitted: its record might be lost. */
  pressure(): number;
  /**
   * Sums over an organization's calls, including all that this instance recorded so far.
   * @throws ValidationProblem for a range, time zone or grouping that cannot be answered
   */
  report(organizationId: string, query: ReportQuery): Promise<UsageReport>;
  /**
   * What the last minute adds up to: at once, then every `intervalMs`, until `signal` aborts.
   * @throws UnavailableProblem when a tick cannot be read
   */
  ticks(
    organizationId: string,
    filter: RequestFilter,
    intervalMs: number,
    signal: AbortSignal,
  ): AsyncIterable<UsageTick>;
  /** One call, including those that this instance recorded just now; null for another organization's. */
  find(organizationId: string, id: string): Promise<StoredRequest | null>;
  readonly decisionOf: DecisionOf;
  /** Calls that a route answered, with what rules went by, oldest first, in pages; see history.ts. */
  history(organizationId: string, range: HistoryRange): AsyncIterable<readonly RecordedCall[]>;
  /** How often each policy had something to say, by its id, including the calls that this instance recorded just now. */
  hits(
    organizationId: string,
    range: { readonly from: Date; readonly to: Date },
  ): Promise<ReadonlyMap<string, PolicyHits>>;
  /** How long the newest answers were, oldest first, for whoever guesses the next one's length. */
  lengths(organizationId: string): Promise<readonly SeenLength[]>;
  /** Writes what is left, for at most 5 s, and logs what could not be written. */
  close(): Promise<void>;
}

export interface UsageNeeds {
  readonly database: Database;
  readonly bus: Bus;
  /** Null: nothing is counted beside. */
  readonly metrics: Metrics | null;
  /** Null: nobody takes spans. */
  readonly traces: Traces | null;
  readonly runtime: Runtime;
}

export function createUsage({ database, bus, metrics, traces, runtime }: UsageNeeds): Usage {
  const inFlight = countInFlight(bus, runtime);
  const ledger = createLedger(database, runtime.clock);
  const decisionOf = readsDecisions(database);
  const writer = createBatchWriter(ledger.insert, { name: 'request' }, runtime);
  const count = metrics && createInstruments(metrics, { active: inFlight.here, pressure: writer.pressure });
  return {
    began: inFlight.began,
    placeOf: (requestId, attemptId, trace) =>
      traces ? traces.placeOf(attemptId, traces.placeOf(requestId, trace)) : trace,
    record(record) {
      const span = traces?.placeOf(record.id, record.trace);
      // A trace that the gateway begins is one only where somebody sees it.
      const seen = span?.sampled ? span : record.trace;
      writer.add(record.id, () => rowsOf(record, seen?.traceId, ledger));
      count?.(record);
      if (traces && span?.sampled) tellSpans(traces, record, span);
    },
    flush: writer.flush,
    pressure: writer.pressure,
    async report(organizationId, query) {
      await writer.flush();
      return report(database, organizationId, query, runtime.clock.now());
    },
    ticks: (organizationId, filter, intervalMs, signal) =>
      ticks(database, inFlight, runtime.clock, organizationId, filter, intervalMs, signal),
    async find(organizationId, id) {
      await writer.flush();
      return findRequest(database, decisionOf, organizationId, id);
    },
    async hits(organizationId, range) {
      await writer.flush();
      return hits(database, organizationId, range);
    },
    decisionOf,
    lengths: (organizationId) => lengths(database, organizationId),
    async *history(organizationId, range) {
      await writer.flush();
      yield* history(database, organizationId, range);
    },
    async close() {
      inFlight.close();
      await writer.close();
    },
  };
}
