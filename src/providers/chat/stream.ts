import { JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { fieldsOf } from '../../core/json.ts';
import { after, type Step } from '../../core/turns.ts';
import type { Hear } from '../answer-event.ts';
import { EventReader, namelessEvents, type StreamEvent } from '../event-stream.ts';
import { strangePiece } from '../mended-answer.ts';
import { ToldError } from '../problems.ts';
import type { ChatReader } from './answer-reader.ts';
import { Refrain } from './refrain.ts';
import { Strange } from './strange.ts';

/** An answer that comes in chunks: what the network brings at once is told at once. */
export class ChatStream {
  readonly #events = new EventReader(namelessEvents);
  readonly #refrain = new Refrain();
  readonly #reader: ChatReader;
  readonly #longest: number;
  readonly #hear: Hear;
  readonly #over: () => void;
  /** With the answer: thrown when what came before it has been told. */
  #wrong: { readonly error: unknown } | null = null;

  /**
   * @param longest how many characters of several chunks are said as one, where they say nothing but words
   * @param over is called after the last chunk: whatever the server writes then interests nobody
   */
  constructor(reader: ChatReader, longest: number, hear: Hear, over: () => void) {
    this.#reader = reader;
    this.#longest = longest;
    this.#hear = hear;
    this.#over = over;
  }

  /** @throws ToldError, or what says that this is no chunk of an answer; what `hear` throws */
  read(bytes: Buffer): Step {
    return this.#tell(this.#events.read(bytes));
  }

  /** What is left when the network has nothing more to say. @throws the same */
  rest(): Step {
    return this.#events.done() ? undefined : this.#tell(this.#events.rest());
  }

  #tell(come: readonly StreamEvent[]): Step {
    try {
      this.#readAll(come);
    } catch (error) {
      this.#wrong = { error };
    }
    return after(this.#hear(this.#reader.heard()), this.#told);
  }

  readonly #told = (): void => {
    if (this.#wrong) throw this.#wrong.error;
    if (this.#events.done()) this.#over();
  };

  #readAll(come: readonly StreamEvent[]): void {
    let words = '';
    for (const { data } of come) {
      const more = this.#refrain.wordsOf(data);
      if (more !== null && words.length + more.length <= this.#longest) words += more;
      else {
        this.#reader.say(words);
        words = more ?? '';
        if (more === null) this.#readOne(data);
      }
    }
    this.#reader.say(words);
  }

  #readOne(data: string): void {
    const chunk = parsed(data);
    if (fieldsOf(chunk).error != null) throw new ToldError(chunk);
    try {
      this.#reader.read(chunk);
      this.#refrain.learn(data, chunk);
    } catch (cause) {
      if (!(cause instanceof Strange)) throw cause;
      const error = new TypeValidationError({ value: chunk, cause });
      const strange = strangePiece(error);
      if (strange === null) throw error;
      this.#reader.keep(strange);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JSONParseError({ text, cause });
  }
}
