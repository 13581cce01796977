import { type ExecutionArgs, type ExecutionResult, execute as executeWhole } from 'graphql';
import { bySpecification } from './refusals.ts';

/**
 * Carries an operation out that has been let in, whatever it came by.
 * @throws GraphQLError BAD_USER_INPUT when a variable does not fit
 */
export function execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const result = executeWhole(args) as ExecutionResult | Promise<ExecutionResult>;
  // Variables are looked at before anything is waited for.
  if (!(result instanceof Promise)) checkBegun(result);
  return result;
}

/** A variable that does not fit: what it says then is of no field, and there is no other such error. */
export function checkBegun({ data, errors }: ExecutionResult): void {
  const [error] = errors ?? [];
  if (data === undefined && error && !error.path) throw bySpecification(error, 'BAD_USER_INPUT');
}
