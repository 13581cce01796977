import type { z } from 'zod';
import type { Admission } from '../core/admission.ts';
import type { Demand } from '../core/policy.ts';

/** One kind of rule. Its folder holds this definition and its part of the schema, and nothing else. */
export interface PolicyKind<Name extends string, Shape extends z.ZodType> {
  /** As it is stored, and the field of PolicyRuleInput. */
  readonly name: Name;
  /** What people write, and (its output) what is stored: plain JSON. */
  readonly config: Shape;
  /** Pure. Adds what the rule demands to what others demand already; never takes anything away. */
  apply(admission: Admission, demand: Demand<z.output<Shape>>): Admission;
}

export function policyKind<Name extends string, Shape extends z.ZodType>(
  kind: PolicyKind<Name, Shape>,
): PolicyKind<Name, Shape> {
  return kind;
}
