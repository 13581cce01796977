import { type Task, tasks } from '../../core/chat.ts';
import { features } from './features.ts';

export interface Guess {
  readonly task: Task;
  /** 0..1: the softmax share of the winner, two decimals. Not a probability that anybody has calibrated. */
  readonly confidence: number;
}

/** As much of a text as is looked at: instructions stand at its beginning or its end. */
const HEAD = 400;
const TAIL = 200;

/** With no sign of anything else it is conversation; one clear sign (2 and more) beats that. */
const PRIOR: Readonly<Record<Task, number>> = {
  CREATIVE: 0,
  FACTUAL: 0,
  CODE: 0,
  MATH: 0,
  EXTRACTION: 0,
  SUMMARISATION: 0,
  TRANSLATION: 0,
  CHAT: 1,
};

/** What a message asks for, from signs in its words: no model, no network, some 20 µs. */
export function classify(text: string): Guess {
  const looked = text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}`;
  const scores: Record<Task, number> = { ...PRIOR };
  for (const { sign, says } of features) {
    if (!sign.test(looked)) continue;
    for (const task in says) scores[task as Task] += says[task as Task]!;
  }
  let best: Task = 'CHAT';
  let sum = 0;
  for (const task of tasks) {
    if (scores[task] > scores[best]) best = task;
    sum += Math.exp(scores[task]);
  }
  return { task: best, confidence: Math.round((Math.exp(scores[best]) / sum) * 100) / 100 };
}
