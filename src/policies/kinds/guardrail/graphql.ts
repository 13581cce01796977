import { type GuardrailDemand, guardrailActions, guardrailChecks } from '../../../core/admission.ts';
import { builder } from '../../../graphql/builder.ts';
import { enumValues } from '../../../graphql/enum-values.ts';
import { Direction } from '../../../graphql/policy-words.ts';
import { WhenUnreadable } from '../redaction/graphql.ts';

const GuardrailCheck = builder.enumType('GuardrailCheck', {
  values: enumValues(guardrailChecks, {
    KEYWORDS: 'Whole words and phrases, in any case.',
    REGEX: 'RE2 patterns.',
    TOPIC: 'A topic is met when three of its words occur; one list is one topic.',
    WEBHOOK: 'POSTs `{ direction, text }` and expects `{ allow: Boolean, reason: String }`.',
  }),
});

export const GuardrailAction = builder.enumType('GuardrailAction', {
  values: enumValues(guardrailActions, {
    FLAG: 'Note it in the history and go on.',
    BLOCK: 'End the call.',
  }),
});

export const GuardrailRule = builder.objectRef<GuardrailDemand>('GuardrailRule').implement({
  description:
    'What may be said. An answer is held back until it has been checked as a whole, or as much of it as `windowCharacters`.',
  fields: (t) => ({
    name: t.exposeString('name'),
    check: t.expose('check', { type: GuardrailCheck }),
    forbid: t.stringList({ resolve: ({ forbid }) => [...forbid] }),
    require: t.stringList({ resolve: ({ require }) => [...require] }),
    url: t.exposeString('url', { nullable: true }),
    direction: t.expose('direction', { type: Direction }),
    onFail: t.expose('onFail', { type: GuardrailAction }),
    onError: t.expose('onError', { type: GuardrailAction }),
    timeoutMs: t.exposeInt('timeoutMs'),
    whenUnreadable: t.expose('whenUnreadable', { type: WhenUnreadable }),
    windowCharacters: t.int({
      nullable: true,
      description: 'Null: the whole answer is held back.',
      resolve: ({ windowCharacters }) => windowCharacters ?? null,
    }),
  }),
});

export const GuardrailRuleInput = builder.inputType('GuardrailRuleInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    check: t.field({ type: GuardrailCheck, required: true }),
    forbid: t.stringList({ description: 'None of these may occur.' }),
    require: t.stringList({ description: 'One of these must occur.' }),
    url: t.string({ description: 'Of WEBHOOK; private addresses need GLIDEPATH_EGRESS_ALLOW.' }),
    direction: t.field({ type: Direction, required: true }),
    onFail: t.field({ type: GuardrailAction, required: true }),
    onError: t.field({
      type: GuardrailAction,
      required: true,
      defaultValue: 'BLOCK',
      description:
        'When the webhook does not answer in time or in its own words. A text it cannot see whole is blocked.',
    }),
    timeoutMs: t.int({ required: true, defaultValue: 2000 }),
    whenUnreadable: t.field({ type: WhenUnreadable, required: true, defaultValue: 'BLOCK' }),
    windowCharacters: t.int({
      description:
        'Lets an answer pass while it is given, but for its last characters: no text is passed on before it was checked ' +
        'with so many after it. What is found then ends the call; what is longer than this may have begun in what was ' +
        'passed on. 16 to 20000. Left out: nothing is passed on before the answer is whole.',
    }),
  }),
});
