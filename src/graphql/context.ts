import type { Caller } from '../core/caller.ts';
import type { Runtime } from '../core/runtime.ts';
import type { TraceParent } from '../core/trace.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Rooms } from '../rooms.ts';

/** What the server needs of the house; gateway.ts builds it. */
export interface Gateway {
  readonly rooms: Rooms;
  /** For reading records; every write goes through a room's door. */
  readonly prisma: PrismaClient;
  readonly runtime: Runtime;
  /** False while a thing we depend on does not answer. */
  ready(): boolean;
}

/** What a transport knows of an operation before it has been looked at. */
export interface Arrival {
  readonly caller: Caller;
  /** Size of the message it came in. */
  readonly bytes: number;
  /** Null: its caller has none, or none that can be read. */
  readonly trace: TraceParent | null;
  /** Aborts when the connection, or for a WebSocket the operation, has gone. */
  readonly signal: AbortSignal;
}

/** What a resolver gets: who asks, the doors of the house, and when to stop. Made once per operation. */
export interface Context {
  readonly caller: Caller;
  readonly rooms: Rooms;
  readonly runtime: Runtime;
  /** For reading records; every write goes through a room's door. */
  readonly prisma: PrismaClient;
  /** Of the caller; null where there is none. */
  readonly trace: TraceParent | null;
  /** Aborts when the operation's listener has gone. */
  readonly signal: AbortSignal;
}

export function contextOf({ rooms, prisma, runtime }: Gateway, { caller, trace, signal }: Arrival): Context {
  return { caller, rooms, runtime, prisma, trace, signal };
}
