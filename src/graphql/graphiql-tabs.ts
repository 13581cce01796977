/** What GraphiQL opens with: the five things to see first, in order. A test holds them against the schema. */
export const exampleTabs: readonly { readonly query: string; readonly variables?: string }[] = [
  {
    query: `# 1. Hello: one question, one answer. Put your API key into "Headers" below.
mutation Hello {
  completionCreate(
    input: {
      target: { route: "default" }
      messages: [{ role: USER, parts: [{ text: "Say hello in five words." }] }]
    }
  ) {
    __typename
    ... on CompletionAccepted {
      completion {
        id
        text
        finishReason
        usage { inputTokens outputTokens }
        cost { total { display } }
      }
    }
    ... on Error { code message }
  }
}
`,
  },
  {
    query: `# 2. Stream: the same, as it is written. The key makes a repeat attach instead of asking twice.
subscription Stream {
  completionStream(
    input: {
      target: { route: "default" }
      messages: [{ role: USER, parts: [{ text: "Tell me a short story about a lighthouse." }] }]
      idempotencyKey: "graphiql-stream-1"
    }
  ) {
    __typename
    seq
    ... on TextDelta { text }
    ... on CompletionFinished { completion { timing { ttftMs totalMs } cost { total { display } } } }
    ... on CompletionFailed { error { code message } }
  }
}
`,
  },
  {
    query: `# 3. Explain: why this model, what else was there, what the attempts met.
mutation Explain {
  completionCreate(
    input: {
      target: { route: "default" }
      messages: [{ role: USER, parts: [{ text: "Why is the sky blue?" }] }]
    }
  ) {
    ... on CompletionAccepted {
      completion {
        decision {
          summary
          route { slug version }
          candidates { model eligible reasons { code message } estimatedCost { display } }
        }
        attempts { number model outcome durationMs }
      }
    }
    ... on Error { code message }
  }
}
`,
  },
  {
    query: `# 4. Spend by model, over the last week.
query SpendByModel {
  usageReport(input: { range: { last: "P7D" }, groupBy: [{ by: MODEL }] }) {
    totals { requests totalTokens cost { display } }
    rows {
      keys { label }
      metrics { requests inputTokens outputTokens cost { display } }
    }
  }
}
`,
  },
  {
    query: `# 5. Publish a route: save a draft, then run Publish with the id it was given.
mutation SaveRoute {
  routeSave(
    input: {
      slug: "my-first-route"
      name: "My first route"
      rules: [{ name: "always", targets: [{ model: "sim/echo-1" }] }]
    }
  ) {
    __typename
    ... on RouteSaved { route { id slug revision draft { version } } }
    ... on Error { code message }
  }
}

mutation PublishRoute($id: ID!, $version: Int!, $expectedRevision: Int!) {
  routePublish(id: $id, version: $version, expectedRevision: $expectedRevision) {
    __typename
    ... on RouteSaved { route { slug published { version } } change { revision } }
    ... on Error { code message }
  }
}
`,
    variables: '{ "id": "rte_…", "version": 1, "expectedRevision": 1 }',
  },
];
