import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Scope } from '../core/caller.ts';
import type { Runtime } from '../core/runtime.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Rooms } from '../rooms.ts';
import type { Expected } from './http/refusal.ts';
import type { OnDisconnect, Words } from './http/words.ts';

/** One request at a door, let in: who asks, what for, and how to answer. */
export interface Visit {
  readonly caller: Caller;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What `Endpoint.path` found in the address. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly words: Words;
  readonly trace: TraceParent | null;
  readonly rooms: Rooms;
  readonly runtime: Runtime;
  /** For callers that say nothing of it. */
  readonly onDisconnect: OnDisconnect;
  /** Aborts when nobody can be answered any more: with a Problem or Unauthenticated to say, or because they have gone. */
  readonly signal: AbortSignal;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The whole path; named groups become `params`. */
  readonly path: RegExp;
  /** What a key must be allowed; null: any key. */
  readonly scope: Scope | null;
  /** Whether keys that may run registered documents only may ask here; left out: no, since anything can be asked. */
  readonly trusted?: boolean;
  /** Answers, or throws an `Expected` that the vendor then words. What it has begun to answer it must end. */
  answer(visit: Visit): Promise<void>;
}

/** A way of speaking: what can be asked, and how it says that something cannot be done. */
export interface Vendor {
  readonly endpoints: readonly Endpoint[];
  /** Whether people who are signed in may ask here, from a page of our own; left out: API keys only. */
  readonly people?: boolean;
  /** @param requestId ours, of the run or of the visit */
  failure(error: Expected, requestId: string): Answer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
