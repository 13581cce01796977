import type { Task } from '../core/chat.ts';
import type { RequestFacts } from '../core/decision.ts';
import { languageOf } from './language.ts';
import { classify, type Guess } from './task/classify.ts';

/**
 * The facts of a call that are guessed from its words. They are dear, and most rules ask for none of them: each is made
 * when it is first asked for, at the latest for the record.
 */
export interface Guesses {
  language(): string | null;
  task(): Guess;
}

/** All the others, which can be told at once. */
export type KnownFacts = Omit<RequestFacts, 'language' | 'task' | 'taskConfidence'>;

/** @param stated the task that the caller says it is; null: look */
export function guessesFrom(words: string, stated: Task | null): Guesses {
  return new FromWords(words, stated && { task: stated, confidence: 1 });
}

class FromWords implements Guesses {
  readonly #words: string;
  #language: string | null | undefined;
  #task: Guess | null;

  constructor(words: string, task: Guess | null) {
    this.#words = words;
    this.#task = task;
  }

  language(): string | null {
    if (this.#language === undefined) this.#language = languageOf(this.#words);
    return this.#language;
  }

  task(): Guess {
    this.#task ??= classify(this.#words);
    return this.#task;
  }
}

/** As they were guessed when the facts were noted. */
export function guessesIn({ language, task, taskConfidence }: RequestFacts): Guesses {
  return { language: () => language, task: () => ({ task, confidence: taskConfidence }) };
}

export function withGuesses(known: KnownFacts, guesses: Guesses): RequestFacts {
  const { task, confidence } = guesses.task();
  return { ...known, language: guesses.language(), task, taskConfidence: confidence };
}
