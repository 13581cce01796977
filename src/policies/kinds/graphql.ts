import { builder } from '../../graphql/builder.ts';
import { kindNames } from '../change.ts';
import type { StoredRule } from '../rules.ts';
import { AccessRule, AccessRuleInput } from './access/graphql.ts';
import { AgentLimitRule, AgentLimitRuleInput } from './agent-limit/graphql.ts';
import { CachingRule, CachingRuleInput } from './caching/graphql.ts';
import { ContentLimitRule, ContentLimitRuleInput } from './content-limit/graphql.ts';
import { GuardrailRule, GuardrailRuleInput } from './guardrail/graphql.ts';
import { LoggingRule, LoggingRuleInput } from './logging/graphql.ts';
import { RedactionRule, RedactionRuleInput } from './redaction/graphql.ts';
import { ResidencyRule, ResidencyRuleInput } from './residency/graphql.ts';
import { RetentionRule, RetentionRuleInput } from './retention/graphql.ts';

/** Backed by a rule's configuration, with its kind beside it. */
export const PolicyRule = builder.unionType('PolicyRule', {
  types: [
    RedactionRule,
    LoggingRule,
    RetentionRule,
    ContentLimitRule,
    GuardrailRule,
    AccessRule,
    ResidencyRule,
    AgentLimitRule,
    CachingRule,
  ],
  resolveType: (rule) => kindNames[(rule as unknown as { kind: StoredRule['kind'] }).kind],
});

export function shownRule({ kind, config }: StoredRule) {
  return { kind, ...config };
}

export const PolicyRuleInput = builder.inputType('PolicyRuleInput', {
  isOneOf: true,
  fields: (t) => ({
    redaction: t.field({ type: RedactionRuleInput }),
    logging: t.field({ type: LoggingRuleInput }),
    retention: t.field({ type: RetentionRuleInput }),
    contentLimit: t.field({ type: ContentLimitRuleInput }),
    guardrail: t.field({ type: GuardrailRuleInput }),
    access: t.field({ type: AccessRuleInput }),
    residency: t.field({ type: ResidencyRuleInput }),
    agentLimit: t.field({ type: AgentLimitRuleInput }),
    caching: t.field({ type: CachingRuleInput }),
  }),
});
