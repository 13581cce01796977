import { directions, policyModes, type PolicyVerdict as Verdict, verdictOutcomes } from '../core/policy.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';

/** What several rooms say about policies; the policies themselves are in policies/. */

export const PolicyMode = builder.enumType('PolicyMode', {
  values: enumValues(policyModes, {
    MONITOR: 'Record what would happen, change nothing.',
  }),
});

export const Direction = builder.enumType('Direction', {
  description: 'Which way a text goes. INPUT and OUTPUT include what goes that way to and from tools.',
  values: directions,
});

const VerdictOutcome = builder.enumType('VerdictOutcome', {
  description: 'What a rule did; in MONITOR, what it would have done.',
  values: enumValues(verdictOutcomes, {
    ERRORED: 'It could not be asked, and its policy says to go on then.',
  }),
});

export const PolicyVerdict = builder.objectRef<Verdict>('PolicyVerdict').implement({
  description: 'What one rule said about one call; never any of its text.',
  fields: (t) => ({
    policyId: t.exposeID('policyId'),
    policySlug: t.exposeString('policySlug'),
    version: t.exposeInt('version', { description: 'Of the policy, at that time.' }),
    ruleIndex: t.exposeInt('ruleIndex', { description: 'Its place in the rules of that version, from 0.' }),
    mode: t.expose('mode', { type: PolicyMode }),
    outcome: t.expose('outcome', { type: VerdictOutcome }),
    direction: t.expose('direction', { type: Direction }),
    message: t.exposeString('message'),
    findings: t.field({
      type: 'JSON',
      description: 'Counts by detector or check.',
      resolve: ({ findings }) => findings,
    }),
    tookMs: t.exposeFloat('tookMs'),
  }),
});
