import { z } from 'zod';
import { experimentKinds } from '../core/experiment.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { stickyKeys } from '../core/stickiness.ts';
import { metrics } from './experiment.ts';

const percent = z.number().min(0).max(100);

const armInput = z.object({
  name: z.string().trim().min(1).max(60),
  control: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  weightPercent: percent,
  model: z
    .string()
    .max(200)
    .nullish()
    .transform((value) => value ?? null),
});

const stageInput = z.object({
  weightPercent: percent.gt(0, 'a stage without calls shows nothing'),
  holdMinutes: z
    .int()
    .min(1)
    .max(60 * 24 * 30),
});

const guardrailInput = z
  .object({
    metric: z.enum(metrics),
    score: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .nullish()
      .transform((value) => value ?? null),
    maxDegradation: z.number().min(0).max(10_000),
    minSamples: z
      .int()
      .min(10, 'fewer than ten calls say nothing')
      .max(1_000_000)
      .nullish()
      .transform((value) => value ?? 200),
  })
  .refine(({ metric, score }) => (metric === 'SCORE_MEAN') === (score !== null), {
    path: ['score'],
    error: 'SCORE_MEAN is about the score of a name, the other metrics are not',
  });

/** A canary that nobody gave a schedule: an hour and forty minutes until everybody has it half the time. */
const usualSchedule = [
  { weightPercent: 1, holdMinutes: 10 },
  { weightPercent: 5, holdMinutes: 30 },
  { weightPercent: 25, holdMinutes: 60 },
  { weightPercent: 50, holdMinutes: 60 },
];

export const createInput = z
  .object({
    slug: z
      .string()
      .max(60)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a slug is lower-case words joined by hyphens, e.g. new-model'),
    name: z.string().trim().min(1).max(100),
    kind: z.enum(experimentKinds),
    route: z.string(),
    rule: z
      .string()
      .max(100)
      .nullish()
      .transform((value) => value ?? null),
    assignBy: z
      .enum(stickyKeys)
      .nullish()
      .transform((value) => value ?? ('END_USER' as const)),
    arms: z.array(armInput).min(2, 'an experiment compares at least two arms').max(5),
    schedule: z
      .array(stageInput)
      .max(20)
      .nullish()
      .transform((value) => value ?? []),
    guardrails: z
      .array(guardrailInput)
      .max(10)
      .nullish()
      .transform((value) => value ?? []),
    idempotencyKey,
  })
  .superRefine(({ kind, arms, schedule }, { addIssue }) => {
    const issue = (path: string, message: string) => addIssue({ code: 'custom', path: [path], message });
    const controls = arms.filter(({ control }) => control);
    if (controls.length !== 1) issue('arms', 'exactly one arm is the control');
    if (new Set(arms.map(({ name }) => name)).size !== arms.length) issue('arms', 'every arm has a name of its own');
    if (arms.some(({ control, model }) => !control && model === null)) {
      issue('arms', 'an arm that is not the control names the model it tries');
    }
    if (kind !== 'AB' && arms.length !== 2) issue('arms', `${kind} compares one model with the control`);
    if (kind === 'SHADOW' && controls[0]?.model)
      issue('arms', 'the control of a shadow is what callers get: it names no model');
    const sum = arms.reduce((total, { weightPercent }) => total + weightPercent, 0);
    if (kind === 'AB' && Math.abs(sum - 100) > 1e-6) issue('arms', `the weights add up to ${sum} percent, not to 100`);
    if (kind !== 'CANARY' && schedule.length > 0) issue('schedule', 'only a canary grows by a schedule');
    const shrinks = schedule.some(
      ({ weightPercent }, place) => weightPercent < (schedule[place - 1]?.weightPercent ?? 0),
    );
    if (shrinks) issue('schedule', 'a canary only grows: each stage is at least as large as the one before');
  })
  .transform(({ kind, schedule, ...input }) => ({
    ...input,
    kind,
    schedule: kind === 'CANARY' && schedule.length === 0 ? usualSchedule : schedule,
  }));

export type ExperimentCreateInput = z.input<typeof createInput>;
export type ExperimentToCreate = z.output<typeof createInput>;

export const endInput = z.object({
  id: z.string(),
  reason: z.string().trim().min(1, 'say why, for the audit log').max(500),
});

export const promoteInput = z.object({
  id: z.string(),
  arm: z.string().max(60),
  note: z
    .string()
    .max(400)
    .nullish()
    .transform((value) => value ?? null),
});
