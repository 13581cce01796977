/**
 * Names of OpenTelemetry's semantic conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/, read
 * 2026-11-29), as its exporter for Prometheus writes them: underscores for dots, and the unit at the end.
 */
export const genai = {
  operation: 'gen_ai_operation_name',
  provider: 'gen_ai_provider_name',
  model: 'gen_ai_request_model',
  tokenType: 'gen_ai_token_type',
  error: 'error_type',
  /** Of a call of the gateway, whichever providers it takes. */
  requestSeconds: 'gen_ai_server_request_duration_seconds',
  firstTokenSeconds: 'gen_ai_server_time_to_first_token_seconds',
  /** Of an attempt, at one provider. */
  attemptSeconds: 'gen_ai_client_operation_duration_seconds',
  tokens: 'gen_ai_client_token_usage',
} as const;

/** The bounds that the conventions advise. */
export const bounds = {
  requestSeconds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  firstTokenSeconds: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  tokens: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
} as const;
