import type { Secret } from '../../core/secret.ts';

/** Who takes spans, by OTLP over HTTP. */
export interface Collector {
  readonly url: string;
  readonly encoding: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, Secret>>;
}

/** Where spans go, and which of them; as OpenTelemetry's own variables say it. */
export interface TracesConfig extends Collector {
  /** What every span says of this service. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  /** For samplers that take a share: 0..1. */
  readonly ratio: number;
}

export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplerNames)[number];
