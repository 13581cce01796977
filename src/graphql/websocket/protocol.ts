import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from 'graphql';
import { makeServer, type Server as Protocol, type SubscribePayload } from 'graphql-ws';
import { Unauthenticated } from '../../core/problem.ts';
import { traceParentOf } from '../../core/trace.ts';
import { checkSize } from '../admission.ts';
import { type Home, sessionOf } from '../browser/session.ts';
import { type Arrival, contextOf, type Gateway } from '../context.ts';
import { checkCost, operationOf } from '../cost.ts';
import type { Endpoint } from '../endpoint.ts';
import { execute } from '../execute.ts';
import { documentOf } from '../persisted.ts';
import { presentable, presentableResult, refusal } from '../refusals.ts';
import type { Session } from './session.ts';

const MAX_OPERATIONS = 50;
const CONNECTION_INIT_MS = 3000;

/**
 * What the messages of graphql-transport-ws mean to us. The key comes in the payload of `connection_init`
 * (`{"authorization": "Bearer …"}`) or in the header of the handshake, a session in the handshake's cookie; a missing one
 * and a wrong one are answered alike, with 4403. Every operation takes the endpoint's own steps (admission.ts), by the
 * same functions; of its trace it tells by `traceparent` in its `extensions`.
 */
export function createProtocol(
  { schema, documents, subscribe }: Endpoint,
  gateway: Gateway,
  home: () => Home,
): Protocol<Session> {
  const { rooms, runtime } = gateway;

  return makeServer<Record<string, unknown>, Session>({
    connectionInitWaitTimeout: CONNECTION_INIT_MS,

    async onConnect({ connectionParams, extra: session }) {
      const { headers, socket } = session.request;
      const shown = connectionParams?.authorization ?? connectionParams?.Authorization ?? headers.authorization;
      try {
        const authorization = typeof shown === 'string' ? shown : null;
        const cookie = sessionOf(headers, home());
        const ip = socket.remoteAddress ?? null;
        const caller = await rooms.access.authenticate({ authorization, session: cookie, ip });
        // Its subscriptions end by themselves, with an error (subscriptions.ts).
        const stopWatching = rooms.access.onRevoked(caller, () => session.leave(4403, 'Forbidden'));
        session.identified(caller, stopWatching);
        return true;
      } catch (error) {
        if (!(error instanceof Unauthenticated)) session.close(1013, presentable(error, runtime).message.slice(0, 100));
        return false;
      }
    },

    async onSubscribe({ extra: session, subscriptions }, id, payload) {
      const { caller, messageBytes: bytes } = session;
      if (!caller || session.leaving) return [refusal('UNAVAILABLE', 'This connection is closing. Open another.')];
      if (Object.keys(subscriptions).length > MAX_OPERATIONS) {
        return [refusal('BAD_USER_INPUT', `One socket carries ${MAX_OPERATIONS} operations at a time.`)];
      }
      const signal = session.operationStarted(id);
      const trace = traceParentOf(payload.extensions?.traceparent);
      const args = await prepare({ caller, bytes, trace, signal }, payload);
      if (Array.isArray(args)) session.operationEnded(id);
      return args;
    },

    execute: (args) => run(args, async () => presentableResult(await execute(args), runtime)),
    subscribe: (args) => run(args, () => subscribe(args)),

    onNext(_connection, _id, _payload, _args, result) {
      const { errors } = result;
      return (errors ? { ...result, errors: errors.map(onTheWire) } : result) as FormattedExecutionResult;
    },
    onError: (_connection, _id, _payload, errors) => errors.map(onTheWire),
    onComplete: ({ extra: session }, id) => session.operationEnded(id),
  });

  /** All that comes before the price. */
  async function prepare(arrival: Arrival, params: SubscribePayload): Promise<ExecutionArgs | GraphQLError[]> {
    try {
      const { operationName, variables: variableValues } = params;
      const query = await documentOf(rooms, arrival.caller, params);
      const document = documents.parse(query ?? params.query);
      checkSize(operationOf(document, operationName), arrival.bytes);
      const errors = documents.validate(document);
      if (errors.length > 0) return [...errors];
      return { schema, document, operationName, variableValues, contextValue: contextOf(gateway, arrival) };
    } catch (error) {
      return [presentable(error, runtime)];
    }
  }

  /** An exception here would close the whole socket. */
  async function run<T>(args: ExecutionArgs, carryOut: () => Promise<T>): Promise<T> {
    try {
      checkCost(args);
      return await carryOut();
    } catch (error) {
      return { errors: [presentable(error, runtime)] } as T;
    }
  }
}

/** Without what was meant for HTTP. */
function onTheWire(error: GraphQLError) {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
