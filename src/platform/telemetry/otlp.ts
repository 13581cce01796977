import { ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { follow } from '../../core/abort.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Egress } from '../egress.ts';
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

  /** @throws Error for a batch that was not taken, or not all of it */
  async function send(spans: ReadableSpan[], signal: AbortSignal): Promise<void> {
    const { buffer, byteOffset, byteLength } = serializer.serializeRequest(spans)!;
    const body = Buffer.from(buffer, byteOffset, byteLength);
    for (let waitMs = FIRST_RETRY_MS; ; waitMs *= 2) {
      const { status, said } = await post(body, signal);
      if (status >= 200 && status < 300) {
        const { partialSuccess } = said.length === 0 ? {} : serializer.deserializeResponse(said);
        if (!partialSuccess?.rejectedSpans) return;
        throw new Error(`It refused ${partialSuccess.rejectedSpans} spans: ${partialSuccess.errorMessage}`);
      }
      if (!AGAIN.includes(status)) throw new Error(`It answered ${status}.`);
      await clock.sleep(waitMs, signal);
    }
  }

  /** A connection that cannot be had, or breaks, is an answer of 503. */
  async function post(body: Buffer, signal: AbortSignal): Promise<{ status: number; said: Buffer }> {
    const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
    const sending = { method: 'POST', headers: { ...shown, 'content-type': mediaType }, body, signal };
    const pieces: Buffer[] = [];
    try {
      const answer = await egress.send(url, sending);
      await answer.body.tell((piece) => void pieces.push(piece));
      return { status: answer.status, said: Buffer.concat(pieces) };
    } catch (error) {
      signal.throwIfAborted();
      log.debug({ err: error, collector }, 'spans will be sent again');
      return { status: 503, said: Buffer.alloc(0) };
    }
  }

  return {
    export(spans, done) {
      const late = new AbortController();
      const stay = follow(late, leaving);
      const cancel = clock.after(EXPORT_MS, () => late.abort(new Error('It could not be reached in 10 s.')));
      send(spans, late.signal)
        .finally(() => {
          cancel();
          stay();
        })
        .then(
          () => {
            if (failing) log.info({ collector }, 'the collector takes spans again');
            failing = false;
            done({ code: ExportResultCode.SUCCESS });
          },
          (error: Error) => {
            const message = 'the collector does not take spans: they are lost';
            if (!failing) log.warn({ err: error, collector, spans: spans.length }, message);
            failing = true;
            done({ code: ExportResultCode.FAILED, error });
          },
        );
    },
    shutdown: async () => {},
  };
}
