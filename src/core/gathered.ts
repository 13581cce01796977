import type { ServerResponse } from 'node:http';
import type { Clock } from './runtime.ts';
import type { Step } from './turns.ts';

/** So much waits for no more, in UTF-16 units: the turn of whoever has all of a long answer before them does not end. */
const ENOUGH = 16 * 1024;
/** A listener that has not taken what waits for it by then is not there. */
const STALLED_MS = 60_000;

/** What is said in one turn of the event loop goes out in one piece: each is a chunk of its own to Node and to the socket. */
export class Gathered {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #said = '';

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
  }

  /** @returns done when the listener has taken what waits, or has gone: who needs more than a minute is cut off */
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
      const giveUp = this.#clock.after(STALLED_MS, () => response.destroy());
      const done = () => {
        giveUp();
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }
}
