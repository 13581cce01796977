import type { ServerResponse } from 'node:http';
import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { type FetchAPI, getSSEProcessor } from 'graphql-yoga';
import { Gathered } from '../core/gathered.ts';
import type { HttpArrival } from './arrival.ts';
import type { Gateway } from './context.ts';
import type { Documents } from './documents.ts';
import { type Known, knownOperation, letIn } from './lane.ts';
import { presentable } from './refusals.ts';
import type { Subscribe } from './subscriptions.ts';

const MEDIA_TYPE = 'text/event-stream';

type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * The short way of subscriptions over server-sent events, whose document is known: by the steps of lane.ts, and in yoga's
 * words, but written on node:http. Web streams around each event cost more than the event.
 * @returns answers and tells true; false for everything else
 */
export function createEventLane(
  schema: GraphQLSchema,
  documents: Documents,
  gateway: Gateway,
  subscribe: Subscribe,
): (arrival: HttpArrival, accept: string | undefined, response: ServerResponse) => Promise<boolean> {
  return async (arrival, accept, response) => {
    const asked = accept === MEDIA_TYPE ? knownOperation(arrival.params, documents) : null;
    if (asked?.operation.operation !== OperationTypeNode.SUBSCRIPTION) return false;
    await tell(await outcome(asked, arrival), response);
    return true;
  };

  async function outcome(asked: Known, arrival: HttpArrival): Promise<Result> {
    try {
      return await subscribe(letIn(asked, arrival, schema, gateway));
    } catch (error) {
      return { errors: [presentable(error, gateway.runtime)] };
    }
  }
}

/** Writes at the pace at which the listener reads. */
async function tell(result: Result, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const { status, headers, body: source } = events(result, plain, MEDIA_TYPE) as unknown as Encoded;
  let over = false;
  const gathered = new Gathered(response);
  const end = () => {
    over = true;
  };
  const controller: Controller = {
    get desiredSize() {
      return over ? null : response.writableNeedDrain ? 0 : 1;
    },
    enqueue: (text) => gathered.say(text),
    close: end,
    error: () => response.destroy(),
  };
  response.writeHead(status, headers).once('close', () => {
    if (over) return;
    end();
    source.cancel();
  });
  source.start(controller);
  while (!over) {
    await source.pull(controller);
    if (response.writableNeedDrain) await drained(response);
  }
  gathered.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** What yoga makes of a result, out of the plain things below. */
const events = getSSEProcessor();

interface Encoded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Source;
}

interface Source {
  start(controller: Controller): void;
  pull(controller: Controller): Promise<void>;
  /** Ends the result, and with it the `pull` that waits for it. */
  cancel(): void;
}

interface Controller {
  /** Null when nothing more is said. */
  readonly desiredSize: number | null;
  enqueue(text: string): void;
  close(): void;
  error(): void;
}

const plain = {
  TextEncoder: class {
    encode = (text: string) => text;
  },
  ReadableStream: class {
    constructor(source: Source) {
      Object.assign(this, source);
    }
  },
  Response: class {
    constructor(body: Source, init: Pick<Encoded, 'status' | 'headers'>) {
      Object.assign(this, init, { body });
    }
  },
} as unknown as FetchAPI;
