import type { ServerResponse } from 'node:http';
import type { Step } from './turns.ts';

/** So much waits for no more, in UTF-16 units: the turn of whoever has all of a long answer before them does not end. */
const ENOUGH = 16 * 1024;

/** A header of what is told as it comes: nginx and its kin would gather the pieces otherwise. */
export const UNBUFFERED = { 'x-accel-buffering': 'no' } as const;

/** What is said in one turn of the event loop goes out in one piece: each is a chunk of its own to Node and to the socket. */
export class Gathered {
  readonly #response: ServerResponse;
  #said = '';

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** @returns done when the listener has taken what waits, or has gone, cut off by the server or not */
  say(text: string): Step {
    if (this.#said === '') process.nextTick(this.#flush);
    this.#said += text;
    if (this.#said.length >= ENOUGH) this.#flush();
    if (this.#response.writableNeedDrain) return this.#drained();
  }

  /** Ends the response, with what was said last. */
  end(): void {
    this.#flush();
    this.#response.end();
  }

  readonly #flush = (): void => {
    if (!this.#response.destroyed && this.#said !== '') this.#response.write(this.#said);
    this.#said = '';
  };

  #drained(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const done = () => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }
}
