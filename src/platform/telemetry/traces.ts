import { hash } from 'node:crypto';
import {
  type Context,
  DiagLogLevel,
  diag,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger, Runtime } from '../../core/runtime.ts';
import type { TraceParent } from '../../core/trace.ts';
import { createEgress } from '../egress.ts';
import { genai } from './genai.ts';
import { EXPORT_MS, otlpExporter } from './otlp.ts';
import type { SamplerName, TracesConfig } from './traces-config.ts';

/** Spans of this process, sent in batches. Loaded and made only where somebody takes them: else there are none. */
export interface Traces {
  /**
   * Where something stands, by its id: in the trace of its parent, or in one of its own. Of the same it is always the same,
   * so nobody has to carry it along. Not `sampled`: nobody will see it.
   */
  placeOf(id: string, parent: TraceParent | null): TraceParent;
  /**
   * Tells of something that is over. Never waits and never throws.
   * @param own where it stands, by `placeOf`. @param parent null: it began its trace
   */
  tell(span: EndedSpan, own: TraceParent, parent: TraceParent | null): void;
  /** Sends what has not been sent, for at most 3 s. */
  close(): Promise<void>;
}

export interface EndedSpan {
  readonly name: string;
  /** SERVER: what others asked of us; CLIENT: what we asked of others. */
  readonly kind: 'SERVER' | 'CLIENT';
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** By names of genai.ts; what is undefined is left out. */
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  /** `error.type`; null: it went well. */
  readonly error: string | null;
}

/** Above this, spans are left out, and the log says how many: 3 kB each. */
const MOST_WAITING = 4096;
const BATCH = 512;
const BATCH_MS = 2000;
const LAST_MS = 3000;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** The collector is the operator's own: it may be where providers must not be, and only spans go there. */
export function openTraces(config: TracesConfig, { clock, ids, log }: Pick<Runtime, 'clock' | 'ids' | 'log'>): Traces {
  const { hostname, port, protocol } = new URL(config.url);
  const egress = createEgress({ allow: [`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`] });
  const leaving = new AbortController();
  const sampler = samplerOf(config);
  /** Of the span that is being made. */
  let place: TraceParent;
  const provider = new TracerProvider({
    sampler,
    idGenerator: { generateTraceId: () => place.traceId, generateSpanId: () => place.spanId },
    // Unless the operator has a name for each process: workers have one environment.
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.instance.id': ids.next('ins'), ...config.resource }),
    ),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: otlpExporter(config, egress, { clock, log }, leaving.signal),
        maxQueueSize: MOST_WAITING,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: BATCH_MS,
        exportTimeoutMillis: 2 * EXPORT_MS,
      }),
    ],
  });
  warnBy(log);
  const tracer = provider.getTracer('glidepath');
  const placeOf = (id: string, parent: TraceParent | null): TraceParent => {
    const digits = hash('sha256', id);
    const traceId = parent?.traceId ?? digits.slice(SPAN_DIGITS, SPAN_DIGITS + TRACE_DIGITS);
    const { decision } = sampler.shouldSample(contextOf(parent), traceId, '', SpanKind.SERVER, {}, []);
    return { traceId, spanId: digits.slice(0, SPAN_DIGITS), sampled: decision === SamplingDecision.RECORD_AND_SAMPLED };
  };
  return {
    placeOf,
    tell({ name, kind, from, to, attributes, error }, own, parent) {
      if (!own.sampled) return;
      place = own;
      const begun = { kind: SpanKind[kind], startTime: timeOf(from), attributes: { ...attributes } };
      const span = tracer.startSpan(name, begun, contextOf(parent));
      if (error !== null) span.setAttribute(genai.error, error).setStatus({ code: SpanStatusCode.ERROR });
      span.end(timeOf(to));
    },
    async close() {
      const enough = clock.after(LAST_MS, () => leaving.abort(new Error('The process is ending.')));
      await provider.shutdown().catch(() => {});
      enough();
      await egress.close();
    },
  };
}

function samplerOf({ sampler, ratio }: TracesConfig): Sampler {
  const root = rootSampler(sampler, ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(sampler: SamplerName, ratio: number): Sampler {
  if (sampler.endsWith('always_on')) return new AlwaysOnSampler();
  if (sampler.endsWith('always_off')) return new AlwaysOffSampler();
  return new TraceIdRatioBasedSampler(ratio);
}

/** Of all that the package says: how many spans were left out. What becomes of batches, the exporter tells. */
function warnBy(log: Logger): void {
  const nothing = () => {};
  const warn = (message: string) => {
    if (message.startsWith('Dropped'))
      log.warn({ details: message }, 'spans were left out: they come faster than they go');
  };
  const teller = { warn, error: nothing, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(teller, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function contextOf(parent: TraceParent | null): Context {
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Seconds and nanoseconds: a plain number might be taken for one of the monotonic clock. */
function timeOf(unixMs: number): HrTime {
  const seconds = Math.floor(unixMs / 1000);
  return [seconds, Math.round((unixMs - seconds * 1000) * 1e6)];
}
