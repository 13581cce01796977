import type { ServerResponse } from 'node:http';
import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { Gathered, UNBUFFERED } from '../core/gathered.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Prompt } from '../core/stream.ts';
import type { HttpArrival } from './arrival.ts';
import type { Gateway } from './context.ts';
import type { Documents } from './documents.ts';
import { encoded, type Known, knownOperation, letIn } from './lane.ts';
import { presentable } from './refusals.ts';
import type { Subscribe } from './subscriptions.ts';

export const MEDIA_TYPE = 'text/event-stream';

/** As yoga has them, like all that is said here, and what we add to yoga's (`endpoint.ts`). */
const HEADERS = {
  'Content-Type': MEDIA_TYPE,
  Connection: 'keep-alive',
  'Cache-Control': 'no-cache',
  'Content-Encoding': 'none',
  ...UNBUFFERED,
} as const;
const SIGN_OF_LIFE = ':\n\n';
const SIGN_MS = 12_000;
const COMPLETE = 'event: complete\ndata:\n\n';

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
  const { runtime } = gateway;
  return async (arrival, accept, response) => {
    const asked = accept === MEDIA_TYPE ? knownOperation(arrival.params, documents) : null;
    if (asked?.operation.operation !== OperationTypeNode.SUBSCRIPTION) return false;
    const result = await outcome(asked, arrival);
    if (response.destroyed) return true;
    if ('take' in result) await tellAll(result, response, runtime);
    else tellOnly(result, response);
    return true;
  };

  async function outcome(asked: Known, arrival: HttpArrival): Promise<ExecutionResult | Prompt<ExecutionResult>> {
    try {
      return await subscribe(letIn(asked, arrival, schema, gateway));
    } catch (error) {
      return { errors: [presentable(error, runtime)] };
    }
  }
}

function tellOnly(result: ExecutionResult, response: ServerResponse): void {
  const { status, headers, body } = encoded(result, 'application/json');
  response.writeHead(status, { ...HEADERS, ...headers, 'Content-Type': MEDIA_TYPE });
  response.end(SIGN_OF_LIFE + next(body) + COMPLETE);
}

/** Writes at the pace at which the listener reads, until there is no more or it has gone. */
async function tellAll(results: Prompt<ExecutionResult>, response: ServerResponse, runtime: Runtime): Promise<void> {
  const { clock } = runtime;
  const gathered = new Gathered(response);
  response.writeHead(200, HEADERS).once('close', () => void results.return?.());
  // At once, too: some browsers wait for more than headers.
  gathered.say(SIGN_OF_LIFE);
  let stop = clock.after(SIGN_MS, function sign() {
    if (response.writableLength === 0) gathered.say(SIGN_OF_LIFE);
    stop = clock.after(SIGN_MS, sign);
  });
  const say = (result: ExecutionResult) => gathered.say(next(encoded(result, 'application/json').body));
  try {
    for (;;) {
      const coming = results.take();
      const { done, value } = coming instanceof Promise ? await coming : coming;
      if (done) break;
      const taken = say(value);
      if (taken) await taken;
    }
  } catch (error) {
    say({ errors: [presentable(error, runtime)] });
    void results.return?.();
  }
  stop();
  gathered.say(COMPLETE);
  gathered.end();
}

const next = (body: string) => `event: next\ndata: ${body}\n\n`;
