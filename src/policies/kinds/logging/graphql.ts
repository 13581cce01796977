import { type LoggingDemand, logLevels } from '../../../core/admission.ts';
import { builder } from '../../../graphql/builder.ts';

const LogLevel = builder.enumType('LogLevel', {
  description: 'From the least kept to the most; of several levels the first holds.',
  values: logLevels,
});

export const LoggingRule = builder.objectRef<LoggingDemand>('LoggingRule').implement({
  description: 'How much of a call is kept.',
  fields: (t) => ({
    level: t.expose('level', { type: LogLevel }),
    samplePercent: t.exposeFloat('samplePercent'),
    includeToolPayloads: t.exposeBoolean('includeToolPayloads'),
  }),
});

export const LoggingRuleInput = builder.inputType('LoggingRuleInput', {
  fields: (t) => ({
    level: t.field({ type: LogLevel, required: true }),
    samplePercent: t.float({ required: true, defaultValue: 100 }),
    includeToolPayloads: t.boolean({ required: true, defaultValue: false }),
  }),
});
