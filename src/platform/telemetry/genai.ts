/**
 * Names of OpenTelemetry's semantic conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/, read
 * 2026-11-29), and ours for what they have none for.
 */
export const genai = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  stream: 'gen_ai.request.stream',
  responseModel: 'gen_ai.response.model',
  /** In seconds. */
  firstChunk: 'gen_ai.response.time_to_first_chunk',
  tokenType: 'gen_ai.token.type',
  inputTokens: 'gen_ai.usage.input_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  httpStatus: 'http.response.status_code',
  error: 'error.type',
} as const;

export const glidepath = {
  requestId: 'glidepath.request.id',
  completionId: 'glidepath.completion.id',
  status: 'glidepath.request.status',
  organizationId: 'glidepath.organization.id',
  projectId: 'glidepath.project.id',
  apiKeyId: 'glidepath.api_key.id',
  route: 'glidepath.route',
  overheadMs: 'glidepath.overhead_ms',
  routingMs: 'glidepath.routing_ms',
  attempt: 'glidepath.attempt.number',
  outcome: 'glidepath.attempt.outcome',
  providerRequestId: 'glidepath.provider_request.id',
  costUsd: 'glidepath.cost_usd',
} as const;

/** Those of metrics, as OpenTelemetry's exporter for Prometheus writes them: underscores for dots, and the unit at the end. */
export const genaiMetrics = {
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
