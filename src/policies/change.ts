import type { ChangeReceipt, FieldChange } from '../core/change.ts';
import type { KindName } from './rules.ts';

/** What every change of a policy has in common. */
export interface PolicyChange {
  readonly policyId: string;
  readonly change: ChangeReceipt;
  /** Empty when an earlier change was replayed: nothing was done now. */
  readonly diff: readonly FieldChange[];
}

/** The kinds' names as the schema has them. */
export const kindNames = {
  redaction: 'RedactionRule',
  logging: 'LoggingRule',
  retention: 'RetentionRule',
  contentLimit: 'ContentLimitRule',
  guardrail: 'GuardrailRule',
  access: 'AccessRule',
  residency: 'ResidencyRule',
  agentLimit: 'AgentLimitRule',
  caching: 'CachingRule',
} as const satisfies Record<KindName, string>;
