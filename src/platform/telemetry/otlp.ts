import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { follow } from '../../core/abort.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Egress } from '../egress.ts';
import { wholeOf } from '../egress-answer.ts';
import type { Collector } from './traces-config.ts';

/** Of one batch, with all its tries. */
export const EXPORT_MS = 10_000;
const FIRST_RETRY_MS = 500;
/** As OTLP has it: the collector is busy, or something before it. */
const AGAIN: readonly number[] = [429, 502, 503, 504];

/**
 * OTLP over HTTP, by the one way out of the process: the packages for it bring a client of their own. A batch that is not
 * taken in `EXPORT_MS` is lost; the log says so once, and once more when the next one is taken.
 * @param leaving aborts when no more is waited for
 */
export function otlpExporter(
  { url, encoding, headers }: Collector,
  egress: Pick<Egress, 'send'>,
  { clock, log }: Pick<Runtime, 'clock' | 'log'>,
  leaving: AbortSignal,
): SpanExporter {
  const [serializer, mediaType] =
    encoding === 'http/json'
      ? ([JsonTraceSerializer, 'application/json'] as const)
      : ([ProtobufTraceSerializer, 'application/x-protobuf'] as const);
  const collector = new URL(url).host;
  let failing = false;

  /** @throws Error for a batch that was not taken, or not all of it: what was the matter the last time */
  async function send(spans: ReadableSpan[], signal: AbortSignal): Promise<void> {
    const { buffer, byteOffset, byteLength } = serializer.serializeRequest(spans)!;
    const body = Buffer.from(buffer, byteOffset, byteLength);
    for (let waitMs = FIRST_RETRY_MS; ; waitMs *= 2) {
      const trouble = await post(body, signal);
      if (!trouble) return;
      if (!trouble.again || signal.aborted) throw trouble.error;
      await clock.sleep(waitMs, signal).catch(() => Promise.reject(trouble.error));
    }
  }

  /** @returns what was the matter, and whether it may be better the next time; null: all was taken */
  async function post(body: Buffer, signal: AbortSignal): Promise<{ error: Error; again: boolean } | null> {
    const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
    const sending = { method: 'POST', headers: { ...shown, 'content-type': mediaType }, body, signal };
    try {
      const { status, body: said } = await egress.send(url, sending);
      const whole = await wholeOf(said);
      if (status < 200 || status > 299)
        return { error: new Error(`It answered ${status}.`), again: AGAIN.includes(status) };
      const refused = refusedBy(whole);
      return refused === null ? null : { error: new Error(refused), again: false };
    } catch (error) {
      return { error: error as Error, again: true };
    }
  }

  /** Null: it took all. An answer that says nothing of it has taken them: sent again, they would be there twice. */
  function refusedBy(said: Buffer): string | null {
    try {
      const { partialSuccess } = serializer.deserializeResponse(said);
      const { rejectedSpans, errorMessage } = partialSuccess ?? {};
      return rejectedSpans ? `It refused ${rejectedSpans} spans: ${errorMessage}` : null;
    } catch {
      return null;
    }
  }

  async function exported(spans: ReadableSpan[]): Promise<ExportResult> {
    const late = new AbortController();
    const stay = follow(late, leaving);
    const cancel = clock.after(EXPORT_MS, () => late.abort(new Error('There was no answer within 10 s.')));
    try {
      await send(spans, late.signal);
      if (failing) log.info({ collector }, 'the collector takes spans again');
      failing = false;
      return { code: ExportResultCode.SUCCESS };
    } catch (error) {
      const message = 'the collector does not take spans: they are lost';
      if (!failing) log.warn({ err: error, collector, spans: spans.length }, message);
      failing = true;
      return { code: ExportResultCode.FAILED, error: error as Error };
    } finally {
      cancel();
      stay();
    }
  }

  /** Whoever sends batches does not wait for the one under way when there are no more. */
  const underWay = new Set<Promise<void>>();

  return {
    export(spans, done) {
      const one: Promise<void> = exported(spans)
        .then(done)
        .finally(() => underWay.delete(one));
      underWay.add(one);
    },
    async shutdown() {
      await Promise.all(underWay);
    },
  };
}
