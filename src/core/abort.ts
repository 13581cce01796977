/** Calls `listener` when `signal` aborts, at once where it has. @returns takes that back */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/**
 * Aborts `controller` when `parent` aborts, for the same reason. In place of AbortSignal.any, whose signals Node keeps until the
 * next full collection, with everybody who listened to them.
 * @returns takes that back; whoever waits for no more of `parent` calls it
 */
export function follow(controller: AbortController, parent: AbortSignal): () => void {
  return onAbort(parent, () => controller.abort(parent.reason));
}
