import { z } from 'zod';
import { type FallbackCode, fallbackCodes, type RouteTarget, type Strategy, strategies } from '../core/decision.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { type StickyKey, stickyKeys } from '../core/stickiness.ts';
import { type Condition, conditionSchema } from './conditions/index.ts';

/** What a version of a route consists of, as stored in `route_version.rules`. The first rule that matches decides. */
export interface RouteRule {
  readonly id: string;
  readonly name: string;
  /** Null: always, which only the last rule says. */
  readonly when: Condition | null;
  readonly strategy: Strategy;
  /** Whose calls stay together, where the strategy deals calls out. */
  readonly stickyBy: StickyKey;
  /** In the order in which people wrote them; the strategy ranks them. */
  readonly targets: readonly RuleTarget[];
  /** Tried after the targets, in the order written. */
  readonly fallbacks: readonly RuleTarget[];
  readonly fallbackOn: readonly FallbackCode[];
}

export interface RuleTarget extends RouteTarget {
  /** Its share, where the strategy deals shares: 2 gets twice what 1 gets. */
  readonly weight: number;
  /** A target that is switched off keeps its place. */
  readonly enabled: boolean;
}

/** What a rule is unless somebody says otherwise; also of rules that were stored before they could say it. */
export const ruleDefaults = {
  when: null,
  strategy: 'PRIORITY',
  stickyBy: 'NONE',
  fallbacks: [],
  fallbackOn: fallbackCodes,
} as const satisfies Partial<RouteRule>;

/** Rules as they were stored, whole. */
export function wholeRules(stored: readonly RouteRule[]): RouteRule[] {
  const whole = (targets: readonly RuleTarget[]) => targets.map((target) => ({ ...targetDefaults, ...target }));
  return stored.map((rule) => {
    const { targets, fallbacks, ...rest } = { ...ruleDefaults, ...rule };
    return { ...rest, targets: whole(targets), fallbacks: whole(fallbacks) };
  });
}

/** How long one target may take, and how often it is tried, unless somebody says otherwise. */
export const targetDefaults = { weight: 1, timeoutMs: 60_000, ttftTimeoutMs: null, maxAttempts: 2 } as const;

const timeoutMs = z.int().min(100).max(600_000);

const targetInput = z.object({
  model: z.string().regex(/^[^/\s]+\/\S+$/, 'a model is named provider/model, e.g. openai/gpt-4o-mini'),
  weight: z
    .int()
    .min(1, 'a target without a share is switched off with enabled: false')
    .max(1000)
    .nullish()
    .transform((value) => value ?? targetDefaults.weight),
  timeoutMs: timeoutMs.nullish().transform((value) => value ?? targetDefaults.timeoutMs),
  ttftTimeoutMs: timeoutMs.nullish().transform((value) => value ?? targetDefaults.ttftTimeoutMs),
  idleTimeoutMs: timeoutMs.nullish().transform((value) => value ?? null),
  hedgeAfterMs: timeoutMs.nullish().transform((value) => value ?? null),
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
  when: conditionSchema.nullish().transform((value) => value ?? ruleDefaults.when),
  strategy: z
    .enum(strategies)
    .nullish()
    .transform((value): Strategy => value ?? ruleDefaults.strategy),
  stickyBy: z
    .enum(stickyKeys)
    .nullish()
    .transform((value): StickyKey => value ?? ruleDefaults.stickyBy),
  targets: z.array(targetInput).min(1, 'a rule needs at least one target').max(20),
  fallbacks: z
    .array(targetInput)
    .max(20)
    .nullish()
    .transform((value) => value ?? []),
  fallbackOn: z
    .array(z.enum(fallbackCodes, `a fallback follows ${fallbackCodes.join(', ')}`))
    .nullish()
    .transform((value): readonly FallbackCode[] => [...new Set(value ?? ruleDefaults.fallbackOn)]),
});

/** Somebody always answers: the last rule takes what no other took, and only the last one takes everything. */
const rulesInput = z
  .array(ruleInput)
  .min(1, 'a route needs at least one rule')
  .max(50)
  .superRefine((rules, { addIssue }) => {
    for (const [place, { when, name }] of rules.entries()) {
      const last = place === rules.length - 1;
      if (last && when) {
        const message = `the last rule takes every call that no other took: '${name}' must have no condition`;
        addIssue({ code: 'custom', path: [place, 'when'], message });
      }
      if (!last && !when) {
        const message = `only the last rule goes without a condition: nothing after '${name}' could ever match`;
        addIssue({ code: 'custom', path: [place, 'when'], message });
      }
    }
  });

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
  idempotencyKey,
});

export type RouteSaveInput = z.input<typeof saveInput>;
export type RouteToSave = z.output<typeof saveInput>;
export type RuleToSave = z.output<typeof ruleInput>;

/**
 * Gives rules and targets their ids. What was there before keeps its id (a rule by its name, else by its place; a
 * target by its model), so that a target's attempts can be told apart over versions and a diff shows only what
 * somebody changed.
 */
export function withIds(
  rules: readonly RuleToSave[],
  before: readonly RouteRule[],
  next: (prefix: 'rul' | 'tgt') => string,
): RouteRule[] {
  const taken = new Set<RouteRule>();
  const named = rules.map(({ name }) => claim(before, taken, (rule) => rule.name === name));
  return rules.map((rule, place) => {
    const earlier = named[place] ?? claim(before, taken, (_rule, at) => at === place);
    const free = [...(earlier?.targets ?? []), ...(earlier?.fallbacks ?? [])];
    const targetOf = ({ retry, ...target }: TargetToSave): RuleTarget => {
      const index = free.findIndex(({ model }) => model === target.model);
      const id = index < 0 ? next('tgt') : free.splice(index, 1)[0]!.id;
      return { id, ...target, maxAttempts: retry.maxAttempts };
    };
    const { targets, fallbacks, ...rest } = rule;
    return {
      id: earlier?.id ?? next('rul'),
      ...rest,
      targets: targets.map(targetOf),
      fallbacks: fallbacks.map(targetOf),
    };
  });
}

type TargetToSave = z.output<typeof targetInput>;

function claim(
  rules: readonly RouteRule[],
  taken: Set<RouteRule>,
  is: (rule: RouteRule, place: number) => boolean,
): RouteRule | undefined {
  const found = rules.find((rule, place) => !taken.has(rule) && is(rule, place));
  if (found) taken.add(found);
  return found;
}
