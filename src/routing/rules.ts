import { z } from 'zod';
import type { RouteTarget, Strategy } from '../core/decision.ts';

/** What a version of a route consists of, as stored in `route_version.rules`. */
export interface RouteRule {
  readonly id: string;
  readonly name: string;
  readonly strategy: Strategy;
  /** In the order in which people wrote them. */
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget extends RouteTarget {
  /** A target that is switched off keeps its place. */
  readonly enabled: boolean;
}

/** How long one target may take, and how often it is tried, unless somebody says otherwise. */
export const targetDefaults = { timeoutMs: 60_000, ttftTimeoutMs: null, maxAttempts: 2 } as const;

const timeoutMs = z.int().min(100).max(600_000);

const targetInput = z.object({
  model: z.string().regex(/^[^/\s]+\/\S+$/, 'a model is named provider/model, e.g. openai/gpt-4o-mini'),
  timeoutMs: timeoutMs.nullish().transform((value) => value ?? targetDefaults.timeoutMs),
  ttftTimeoutMs: timeoutMs.nullish().transform((value) => value ?? targetDefaults.ttftTimeoutMs),
  idleTimeoutMs: timeoutMs.nullish().transform((value) => value ?? null),
  streaming: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  retry: z
    .object({
      maxAttempts: z
        .int()
        .min(1)
        .max(5)
        .nullish()
        .transform((value) => value ?? targetDefaults.maxAttempts),
    })
    .nullish()
    .transform((value) => value ?? { maxAttempts: targetDefaults.maxAttempts }),
  enabled: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
});

const ruleInput = z.object({
  name: z.string().trim().min(1).max(100),
  strategy: z
    .enum(['PRIORITY'])
    .nullish()
    .transform((value): Strategy => value ?? 'PRIORITY'),
  targets: z.array(targetInput).min(1, 'a rule needs at least one target').max(20),
});

/** Rules have no conditions yet, so a second one could never match. */
const rulesInput = z.array(ruleInput).length(1, 'a route has exactly one rule');

export const saveInput = z.object({
  id: z.string().nullish(),
  expectedRevision: z.int().nullish(),
  slug: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a slug is lower-case words joined by hyphens, e.g. support-chat'),
  name: z.string().trim().min(1).max(100),
  description: z
    .string()
    .max(2000)
    .nullish()
    .transform((value) => value ?? ''),
  rules: rulesInput,
  note: z.string().max(500).nullish(),
  idempotencyKey: z.string().min(1).max(200).nullish(),
});

export type RouteSaveInput = z.input<typeof saveInput>;
export type RouteToSave = z.output<typeof saveInput>;
export type RuleToSave = z.output<typeof ruleInput>;

/**
 * Gives rules and targets their ids. What was there before keeps its id (a rule by its place, a target by its model),
 * so that a target's attempts can be told apart over versions and a diff shows only what somebody changed.
 */
export function withIds(
  rules: readonly RuleToSave[],
  before: readonly RouteRule[],
  next: (prefix: 'rul' | 'tgt') => string,
): RouteRule[] {
  return rules.map((rule, place) => {
    const earlier = before[place];
    const free = [...(earlier?.targets ?? [])];
    const targetId = (model: string) => {
      const index = free.findIndex((target) => target.model === model);
      return index < 0 ? next('tgt') : free.splice(index, 1)[0]!.id;
    };
    const targets = rule.targets.map(({ retry, ...target }) => ({
      id: targetId(target.model),
      ...target,
      maxAttempts: retry.maxAttempts,
    }));
    return { id: earlier?.id ?? next('rul'), name: rule.name, strategy: rule.strategy, targets };
  });
}
