import { type Admission, asksForNothing } from '../../src/core/admission.ts';
import type { CompletionRequest } from '../../src/core/chat.ts';

/** "Say hello." to route `default`, with nothing special about it. */
export function aRequest(different: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    target: { route: 'default' },
    messages: [{ role: 'USER', parts: [{ kind: 'text', text: 'Say hello.' }] }],
    sampling: {},
    tools: [],
    toolChoice: { mode: 'AUTO' },
    output: { kind: 'text' },
    reasoningEffort: null,
    limits: { timeoutMs: 60_000, maxCostNanos: null },
    endUser: null,
    agent: null,
    tags: [],
    simulation: null,
    ...different,
  };
}

/** What policies say when they demand nothing. */
export function anAdmission(different: Partial<Admission> = {}): Admission {
  return { ...asksForNothing, ...different };
}
