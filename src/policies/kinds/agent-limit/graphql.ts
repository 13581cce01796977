import type { AgentDemand } from '../../../core/admission.ts';
import { isoDuration } from '../../../core/duration.ts';
import { builder } from '../../../graphql/builder.ts';
import { Money, MoneyInput } from '../../../graphql/words.ts';
import { GuardrailAction } from '../guardrail/graphql.ts';

export const AgentLimitRule = builder.objectRef<AgentDemand>('AgentLimitRule').implement({
  description: 'What the run of an agent may come to, beside the limits of agentLimitSave. Null: as much as it likes.',
  fields: (t) => ({
    maxStepsPerRun: t.exposeInt('maxStepsPerRun', { nullable: true }),
    maxCostPerRun: t.field({
      type: Money,
      nullable: true,
      resolve: ({ maxCostPerRunNanos: nanos }) => (nanos === null ? null : { nanos: BigInt(nanos) }),
    }),
    maxRunDuration: t.field({
      type: 'Duration',
      nullable: true,
      resolve: ({ maxRunDurationMs: ms }) => (ms === null ? null : isoDuration(ms)),
    }),
    maxIdenticalSteps: t.exposeInt('maxIdenticalSteps', { nullable: true }),
    maxToolCallsPerRun: t.exposeInt('maxToolCallsPerRun', { nullable: true }),
    onLimit: t.expose('onLimit', { type: GuardrailAction }),
  }),
});

export const AgentLimitRuleInput = builder.inputType('AgentLimitRuleInput', {
  fields: (t) => ({
    maxStepsPerRun: t.int(),
    maxCostPerRun: t.field({ type: MoneyInput }),
    maxRunDuration: t.field({ type: 'Duration' }),
    maxIdenticalSteps: t.int(),
    maxToolCallsPerRun: t.int(),
    onLimit: t.field({ type: GuardrailAction, required: true, defaultValue: 'BLOCK' }),
  }),
});
