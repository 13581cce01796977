import { detectors, type RedactionDemand, redactionActions, whenUnreadable } from '../../../core/admission.ts';
import { builder } from '../../../graphql/builder.ts';
import { enumValues } from '../../../graphql/enum-values.ts';
import { Direction } from '../../../graphql/policy-words.ts';

export const WhenUnreadable = builder.enumType('WhenUnreadable', {
  description: 'What becomes of a call with parts that no rule can read: images, sounds, other files, links.',
  values: enumValues(whenUnreadable, {
    BLOCK: 'It is refused: nobody can say what is in it.',
  }),
});

const Detector = builder.enumType('Detector', {
  values: enumValues(detectors, {
    NATIONAL_ID: 'Of other countries than the US, where the number has a check of its own.',
    API_KEY: 'Keys, tokens, passwords and private keys of some 200 services.',
    MEDICAL_ID: 'Numbers of patients, records and insurances, where the words around them say so.',
    PERSON_NAME: 'A guess by capital letters: finds many words that are no names.',
    ADDRESS: 'A guess by street words and postcodes: misses many, and finds some that are none.',
  }),
});

const RedactionAction = builder.enumType('RedactionAction', {
  values: enumValues(redactionActions, {
    MASK: '[EMAIL]',
    HASH: '[EMAIL:1f4c…]: the same within the organization for the same text, by a secret key.',
    TOKENIZE: '[EMAIL_k3x9a7q2], which is put back into the answer. What only comes from the model is masked.',
    REMOVE: 'Nothing in its place.',
    BLOCK: 'The call ends with a PolicyBlockedError.',
  }),
});

const RedactionPattern = builder.objectRef<RedactionDemand['customPatterns'][number]>('RedactionPattern').implement({
  fields: (t) => ({ name: t.exposeString('name'), regex: t.exposeString('regex') }),
});

export const RedactionRule = builder.objectRef<RedactionDemand>('RedactionRule').implement({
  description: 'What must not leave as it is.',
  fields: (t) => ({
    direction: t.expose('direction', { type: Direction }),
    detectors: t.field({ type: [Detector], resolve: ({ detectors }) => [...detectors] }),
    customPatterns: t.field({ type: [RedactionPattern], resolve: ({ customPatterns }) => [...customPatterns] }),
    action: t.expose('action', { type: RedactionAction }),
    reversible: t.exposeBoolean('reversible'),
    whenUnreadable: t.expose('whenUnreadable', { type: WhenUnreadable }),
  }),
});

const RedactionPatternInput = builder.inputType('RedactionPatternInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'In capitals; stands in the text instead of what was found.' }),
    regex: t.string({ required: true, description: 'RE2 syntax; looked for line by line.' }),
  }),
});

export const RedactionRuleInput = builder.inputType('RedactionRuleInput', {
  fields: (t) => ({
    direction: t.field({ type: Direction, required: true, defaultValue: 'INPUT' }),
    detectors: t.field({ type: [Detector], required: true }),
    customPatterns: t.field({ type: [RedactionPatternInput] }),
    action: t.field({ type: RedactionAction, required: true, defaultValue: 'MASK' }),
    reversible: t.boolean({
      required: true,
      defaultValue: true,
      description: 'Of TOKENIZE: false leaves the tokens in the answer.',
    }),
    whenUnreadable: t.field({ type: WhenUnreadable, required: true, defaultValue: 'BLOCK' }),
  }),
});
