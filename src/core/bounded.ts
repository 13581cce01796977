import vm from 'node:vm';

/** Somebody's work went on for longer than it might. */
export class TookTooLong extends Error {}

const script = new vm.Script('work()');
/** Made when it is first needed: it takes a megabyte. */
let context: vm.Context | undefined;
let next: (() => void) | undefined;

/**
 * What `work` comes to, where what others wrote decides how long that takes: a pattern that tries everything, a rule that
 * asks for itself. It has the thread to itself meanwhile and may be broken off anywhere, so it must do no more than compute, and
 * nothing may be left half done by it. Some 0.2 ms for itself.
 * @throws TookTooLong after `ms`; what `work` throws
 */
export function bounded<Result>(ms: number, work: () => Result): Result {
  context ??= vm.createContext({ work: () => next?.() });
  let result: Result | undefined;
  next = () => {
    result = work();
  };
  try {
    script.runInContext(context, { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TookTooLong(`It took longer than ${ms} ms.`, { cause: error });
  } finally {
    next = undefined;
  }
  return result as Result;
}
