import { bounds, genai, genaiMetrics } from '../platform/telemetry/genai.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { answeringAttempt, errorOf, operations, type RequestRecord } from './record.ts';

const NANOS = 1e9;
const MS = 1e3;

/** How things stand: calls under way, and the share of the queue of records that is in use. */
interface Standing {
  active(): number;
  pressure(): number;
}

/**
 * What is counted of calls as they end, for everybody together: no organization, person or word of theirs is a label.
 * @returns takes a call down
 */
export function createInstruments(metrics: Metrics, { active, pressure }: Standing): (record: RequestRecord) => void {
  const { operation, provider, model, tokenType, error } = genai;
  const where = [operation, provider, model] as const;
  const requestSeconds = metrics.histogram({
    name: genaiMetrics.requestSeconds,
    help: 'From a call to its end, by the model that answered or was asked last.',
    labels: [...where, error],
    bounds: bounds.requestSeconds,
  });
  const firstTokenSeconds = metrics.histogram({
    name: genaiMetrics.firstTokenSeconds,
    help: 'From a call to the first content of its answer.',
    labels: where,
    bounds: bounds.firstTokenSeconds,
  });
  const overheadSeconds = metrics.histogram({
    name: 'glidepath_overhead_seconds',
    help: 'Of a call: all but the waiting for providers.',
    labels: [operation],
    bounds: bounds.firstTokenSeconds,
  });
  const attemptSeconds = metrics.histogram({
    name: genaiMetrics.attemptSeconds,
    help: 'Of an attempt, at one provider.',
    labels: [...where, error],
    bounds: bounds.requestSeconds,
  });
  const tokens = metrics.histogram({
    name: genaiMetrics.tokens,
    help: 'Tokens of an attempt.',
    labels: [...where, tokenType],
    bounds: bounds.tokens,
  });
  const costUsd = metrics.counter({
    name: 'glidepath_cost_usd_total',
    help: 'What attempts cost, for graphs: the ledger has it exactly.',
    labels: where,
  });
  metrics.gauge({ name: 'glidepath_requests_active', help: 'Calls that run here now.' }, active);
  metrics.gauge(
    { name: 'glidepath_record_queue_ratio', help: 'Of the queue of records to be written: at 1 no call is taken.' },
    pressure,
  );

  return (record) => {
    const doing = operations[record.kind];
    const last = answeringAttempt(record);
    const answered = [doing, last?.provider ?? '', last?.model ?? ''] as const;
    const { totalMs, ttftMs, overheadMs } = record.timing;
    requestSeconds([...answered, record.problem?.code ?? ''], totalMs / MS);
    if (ttftMs !== null) firstTokenSeconds(answered, ttftMs / MS);
    overheadSeconds([doing], overheadMs / MS);
    for (const attempt of record.attempts) {
      const asked = [doing, attempt.provider, attempt.model] as const;
      if (attempt.durationMs !== null) attemptSeconds([...asked, errorOf(attempt) ?? ''], attempt.durationMs / MS);
      const { inputTokens, outputTokens } = attempt.usage;
      if (inputTokens > 0) tokens([...asked, 'input'], inputTokens);
      if (outputTokens > 0) tokens([...asked, 'output'], outputTokens);
      if (attempt.cost.totalNanos > 0n) costUsd(asked, Number(attempt.cost.totalNanos) / NANOS);
    }
  };
}
