import { toRequest } from '../completions/request.ts';

/** The input of `completionCreate`: every door asks in the words of the one contract, and is judged by its rules. */
export type CallInput = Parameters<typeof toRequest>[0];

export { toRequest };
