import { z } from 'zod';
import { type Task, tasks } from '../../core/chat.ts';
import { leaf } from './leaf.ts';
import { oneOf } from './names.ts';

export interface TaskMatch {
  readonly in: readonly Task[];
  /** 0..1: how sure the guess must be. A task that the caller stated is sure. */
  readonly minConfidence: number;
}

/** What the call is about: as the caller says, or as it looks (routing/task/). */
export const task = leaf<TaskMatch>({
  schema: z.strictObject({
    in: z.array(z.enum(tasks)).min(1, 'name at least one task'),
    minConfidence: z
      .number()
      .min(0)
      .max(1)
      .nullish()
      .transform((value) => value ?? 0),
  }),
  holds({ in: wanted, minConfidence }, { guesses }) {
    const { task, confidence } = guesses.task();
    return wanted.includes(task) && confidence >= minConfidence;
  },
  summary: ({ in: wanted, minConfidence }) =>
    `task is ${oneOf(wanted.map((name) => name.toLowerCase()))}${minConfidence > 0 ? ` (surer than ${minConfidence})` : ''}`,
  actual(_value, { guesses }) {
    const { task, confidence } = guesses.task();
    return `${task.toLowerCase()}, ${confidence} sure`;
  },
});
