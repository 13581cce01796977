import { z } from 'zod';
import type { Admission } from '../core/admission.ts';
import type { RuleSource } from '../core/policy.ts';
import { kinds } from './kinds/index.ts';

export type KindName = keyof typeof kinds;

/** A rule as it is stored: its kind's name and what that kind says, plain JSON. */
export type StoredRule = {
  readonly [Name in KindName]: { readonly kind: Name; readonly config: z.output<(typeof kinds)[Name]['config']> };
}[KindName];

const MAX_RULES = 50;

/** Exactly one kind is given; the others are null or absent. */
const ruleInput = z
  .object(Object.fromEntries(Object.entries(kinds).map(([name, { config }]) => [name, config.nullish()])))
  .transform((given, context) => {
    const said = Object.entries(given).filter(([, config]) => config != null);
    if (said.length !== 1) context.addIssue({ code: 'custom', message: 'says exactly one thing' });
    const [kind, config] = said[0] ?? [];
    return { kind, config } as StoredRule;
  });

/** Rules as GraphQL brings them: `{ [kind]: config }`. */
export const rulesInput = z.array(ruleInput).max(MAX_RULES, `A policy has at most ${MAX_RULES} rules`);

/** Pure: one more rule over what is demanded already. */
export function apply(admission: Admission, { kind, config }: StoredRule, source: RuleSource): Admission {
  // The kind's name and its configuration were stored together, so they fit.
  return kinds[kind].apply(admission, { source, config } as never);
}
