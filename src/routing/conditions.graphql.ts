import { type modalities, tasks } from '../core/chat.ts';
import { builder } from '../graphql/builder.ts';
import { Modality, Task } from '../graphql/words.ts';
import { textScopes } from './conditions/contains.ts';
import { weekdays } from './conditions/time-of-day.ts';

const IntRangeInput = builder.inputType('IntRangeInput', {
  description: 'From gte on, below lt; at least one of them.',
  fields: (t) => ({ gte: t.int(), lt: t.int() }),
});

const FloatRangeInput = builder.inputType('FloatRangeInput', {
  description: 'From gte on, below lt; at least one of them.',
  fields: (t) => ({ gte: t.float(), lt: t.float() }),
});

const TaskMatchInput = builder.inputType('TaskMatchInput', {
  fields: (t) => ({
    in: t.field({ type: [Task], required: true }),
    minConfidence: t.float({ description: '0 to 1: how sure the guess must be. A stated task is sure.' }),
  }),
});

const TagMatchInput = builder.inputType('TagMatchInput', {
  fields: (t) => ({
    key: t.string({ required: true }),
    in: t.stringList({ description: 'One of these values; any when left out.' }),
    exists: t.boolean({ description: 'false: the tag must be missing.' }),
  }),
});

const Weekday = builder.enumType('Weekday', { values: weekdays });

const TimeOfDayInput = builder.inputType('TimeOfDayInput', {
  description: 'From later than to means over midnight; such a night belongs to the day on which it begins.',
  fields: (t) => ({
    timezone: t.string({ required: true, description: 'IANA, e.g. Europe/Berlin.' }),
    from: t.string({ required: true, description: 'HH:MM' }),
    to: t.string({ required: true, description: 'HH:MM, not included.' }),
    days: t.field({ type: [Weekday] }),
  }),
});

const TextScope = builder.enumType('TextScope', { values: textScopes });

const TextMatchInput = builder.inputType('TextMatchInput', {
  fields: (t) => ({
    anyOf: t.stringList({ required: true }),
    caseSensitive: t.boolean({ defaultValue: false }),
    where: t.field({ type: TextScope, defaultValue: 'LAST_USER_MESSAGE' }),
  }),
});

/** One field at every node; conditions/index.ts checks what is in it. */
interface ConditionShape {
  all?: ConditionShape[] | null;
  any?: ConditionShape[] | null;
  not?: ConditionShape | null;
  inputChars?: typeof IntRangeInput.$inferInput | null;
  inputTokens?: typeof IntRangeInput.$inferInput | null;
  messageCount?: typeof IntRangeInput.$inferInput | null;
  hasTools?: boolean | null;
  wantsStructuredOutput?: boolean | null;
  modality?: (typeof modalities)[number] | null;
  language?: string[] | null;
  task?: typeof TaskMatchInput.$inferInput | null;
  tag?: typeof TagMatchInput.$inferInput | null;
  apiKey?: string[] | null;
  project?: string[] | null;
  team?: string[] | null;
  endUserIn?: string[] | null;
  agent?: string[] | null;
  timeOfDay?: typeof TimeOfDayInput.$inferInput | null;
  budgetUsedPercent?: typeof FloatRangeInput.$inferInput | null;
  contains?: typeof TextMatchInput.$inferInput | null;
  samplePercent?: number | null;
}

export const ConditionInput = builder.inputRef<ConditionShape>('ConditionInput');
ConditionInput.implement({
  isOneOf: true,
  description:
    'A small typed boolean language: no expression strings to parse, every leaf is documented and completes in GraphiQL.',
  fields: (t) => ({
    all: t.field({ type: [ConditionInput] }),
    any: t.field({ type: [ConditionInput] }),
    not: t.field({ type: ConditionInput }),
    inputChars: t.field({ type: IntRangeInput, description: 'Of all messages and tools.' }),
    inputTokens: t.field({ type: IntRangeInput, description: 'Estimated, a quarter of the characters.' }),
    messageCount: t.field({ type: IntRangeInput }),
    hasTools: t.boolean(),
    wantsStructuredOutput: t.boolean(),
    modality: t.field({ type: Modality, description: 'The input has some of it.' }),
    language: t.stringList({ description: 'ISO 639-1, of the last user message, guessed from its script and words.' }),
    task: t.field({
      type: TaskMatchInput,
      description: `What it is about, ${tasks.join(', ')}: as the caller says, or as it looks.`,
    }),
    tag: t.field({ type: TagMatchInput }),
    apiKey: t.idList(),
    project: t.idList(),
    team: t.idList(),
    endUserIn: t.stringList(),
    agent: t.stringList(),
    timeOfDay: t.field({ type: TimeOfDayInput }),
    budgetUsedPercent: t.field({
      type: FloatRangeInput,
      description: 'Of the fullest budget that pays for the call; never matches when none does.',
    }),
    contains: t.field({ type: TextMatchInput }),
    samplePercent: t.float({ description: 'A share of all calls, by lot. Every leaf draws for itself.' }),
  }),
});
