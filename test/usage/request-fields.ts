/** Everything that `request` and `requests` can tell of a call. */
export const requestFields = /* GraphQL */ `
  fragment Sums on Usage { inputTokens outputTokens reasoningTokens cacheReadTokens cacheWriteTokens totalTokens source }
  fragment Bill on Cost {
    total { nanos }
    complete
    lines { meter quantity amount { nanos } unitPrice { amount { nanos } per } }
  }
  fragment Everything on GatewayRequest {
    id completionId kind status startedAt finishedAt teamId projectId apiKeyId endUser runId traceId agent
    tags { key value }
    routeId route model provider streamed
    usage { ...Sums }
    cost { ...Bill }
    timing { queuedMs routingMs ttftMs totalMs overheadMs }
    decision {
      route { id slug version } rule strategy summary tookMicros
      estimatedCost { nanos }
      candidates { targetId model eligible reasons { code message } estimatedCost { nanos } }
    }
    attempts {
      id number targetId model provider startedAt durationMs ttftMs outcome errorCode httpStatus
      providerMessage providerRequestId responseModel
      usage { ...Sums }
      cost { ...Bill }
    }
    errorCode
    error { __typename code message retryable retryAfterMs requestId }
  }
`;
