import { RequestCache } from '@pothos/plugin-scope-auth';
import { type ExecutionArgs, type ExecutionResult, execute as executeWhole } from 'graphql';
import type { Context } from './context.ts';
import { bySpecification } from './refusals.ts';

/**
 * Carries an operation out that has been let in, whatever it came by.
 * @throws GraphQLError BAD_USER_INPUT when a variable does not fit
 */
export function execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const result = executeWhole(args) as ExecutionResult | Promise<ExecutionResult>;
  if (result instanceof Promise) return result.then((whole) => done(args, whole));
  // Variables are looked at before anything is waited for.
  checkBegun(done(args, result));
  return result;
}

function done({ contextValue }: ExecutionArgs, result: ExecutionResult): ExecutionResult {
  forget(contextValue as Context);
  return result;
}

/**
 * Takes away what Pothos has found out for an operation that is over. It is remembered for the context, and knows the
 * context: V8 keeps such a pair until the next full collection, and with it all that the operation had.
 */
export function forget(context: Context): void {
  RequestCache.clearForContext(context as never);
}

/** A variable that does not fit: what it says then is of no field, and there is no other such error. */
export function checkBegun({ data, errors }: ExecutionResult): void {
  const [error] = errors ?? [];
  if (data === undefined && error && !error.path) throw bySpecification(error, 'BAD_USER_INPUT');
}
