import type { Socket } from 'node:net';

/**
 * For the timeout of a connection to a listener, on which nothing has moved for as long as it says (once or twice, as Node
 * first notes how much waits). Whoever takes nothing of what waits for them is not there; for whom nothing waits only waits
 * for us. Who takes a large piece little by little does take.
 */
export function cutOffStalled(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}

/** The same for a connection that is no longer an HTTP server's, which had a timeout there. */
export function limitStalls(socket: Socket, afterMs: number): void {
  socket.setTimeout(afterMs).on('timeout', () => cutOffStalled(socket));
}
