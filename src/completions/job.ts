import type { Agents } from '../agents/index.ts';
import type { Budgets } from '../budgets/index.ts';
import type { Cache } from '../cache/index.ts';
import type { Content } from '../content/index.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Experiments } from '../experiments/index.ts';
import type { Files } from '../files/index.ts';
import type { Guardrails } from '../guardrails/index.ts';
import type { Limits } from '../limits/index.ts';
import type { Models } from '../models/index.ts';
import type { Policies } from '../policies/index.ts';
import type { Providers } from '../providers/index.ts';
import type { Redaction } from '../redaction/index.ts';
import type { Routing } from '../routing/index.ts';
import type { Usage } from '../usage/index.ts';

export interface CompletionJob {
  readonly id: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly request: CompletionRequest;
  /** Whether somebody asked for the events as they come; a mere note for the history. */
  readonly streamed: boolean;
  /** What comes together may be told as one event. Left out: each piece that a provider sends is one. */
  readonly together?: boolean;
  /** Null: it is in no trace of its caller's. */
  readonly trace: TraceParent | null;
  /** clock.monotonic() when the call came in. */
  readonly acceptedAt: number;
}

/** The rooms a completion walks through, in the order of the walk. */
export interface RoomsOnTheWay {
  readonly policies: Policies;
  readonly limits: Limits;
  readonly agents: Agents;
  readonly redaction: Redaction;
  readonly guardrails: Guardrails;
  readonly cache: Cache;
  readonly models: Models;
  readonly routing: Routing;
  readonly budgets: Budgets;
  readonly providers: Providers;
  readonly files: Files;
  readonly usage: Usage;
  readonly content: Content;
  readonly experiments: Experiments;
}
