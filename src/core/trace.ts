/** Where a call stands in a trace of its caller's, as `traceparent` tells it (https://www.w3.org/TR/trace-context/). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the span that the call was made in: 16 of them. */
  readonly spanId: string;
  /** Whether the caller keeps the trace. */
  readonly sampled: boolean;
}

/** As the header says it. */
export function traceparent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
}

const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?=$|-)/;
const LENGTH_OF_00 = 55;

/** @returns null for what is none: no call is refused for a trace that cannot be read. Later versions may say more behind. */
export function traceParentOf(said: unknown): TraceParent | null {
  const found = typeof said === 'string' ? TRACEPARENT.exec(said) : null;
  if (!found) return null;
  const [, version, traceId, spanId, flags] = found as unknown as readonly [string, string, string, string, string];
  if (version === '00' && (said as string).length !== LENGTH_OF_00) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
