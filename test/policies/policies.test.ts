import { expect, test } from 'vitest';
import { denialOf } from '../../src/core/model-demand.ts';
import type { PolicyMode } from '../../src/core/policy.ts';
import type { ScopeRef } from '../../src/core/scope-ref.ts';
import { fits } from '../../src/core/wildcard.ts';
import { admissionAt, type BoundPolicy, effectiveRules, type Place } from '../../src/policies/effective.ts';
import type { StoredRule } from '../../src/policies/rules.ts';

/** How rules of several scopes come together: pure, so a table says it. */

const place: Place = { teamId: 'team_1', projectId: 'prj_1', routes: ['chat'], apiKeyId: 'key_1' };
const everyone: ScopeRef = { kind: 'ORGANIZATION', reference: null };
const project: ScopeRef = { kind: 'PROJECT', reference: 'prj_1' };
const key: ScopeRef = { kind: 'API_KEY', reference: 'key_1' };

function deny(model: string): StoredRule {
  return {
    kind: 'access',
    config: { allowModels: null, denyModels: [model], allowTools: null, denyTools: null, allowProviders: null },
  };
}

function bound(slug: string, scope: ScopeRef, different: Partial<BoundPolicy> = {}): BoundPolicy {
  const mode: PolicyMode = 'ENFORCE';
  return {
    id: `pol_${slug}`,
    slug,
    version: 1,
    replaceable: false,
    replaces: [],
    rules: [deny(`${slug}/*`)],
    scope,
    mode,
    ...different,
  };
}

const holding = (policies: BoundPolicy[], at: Place = place) =>
  effectiveRules(policies, at)
    .filter(({ overriddenBy }) => overriddenBy === null)
    .map(({ policy }) => `${policy.slug} ${policy.mode} ${policy.scope.kind}`);

test('without policies, nothing is asked for', () => {
  expect(Object.values(admissionAt([], place)).filter((demand) => demand !== null && demand.length > 0)).toEqual([]);
});

test('rules of all scopes that cover a call add up, from the widest on', () => {
  expect(holding([bound('narrow', key), bound('wide', everyone), bound('middle', project)])).toEqual([
    'wide ENFORCE ORGANIZATION',
    'middle ENFORCE PROJECT',
    'narrow ENFORCE API_KEY',
  ]);
});

test.each<ScopeRef>([
  { kind: 'TEAM', reference: 'team_2' },
  { kind: 'PROJECT', reference: 'prj_2' },
  { kind: 'ROUTE', reference: 'other' },
  { kind: 'API_KEY', reference: 'key_2' },
])("a policy bound to somebody else's $kind does not reach a call", (scope) => {
  expect(holding([bound('theirs', scope)])).toEqual([]);
});

test('a policy that is enforced widely is not loosened by watching it at a narrower scope', () => {
  const both = [bound('p', everyone), bound('p', project, { mode: 'MONITOR' })];
  expect(holding(both)).toEqual(['p ENFORCE ORGANIZATION']);
  expect(holding([bound('p', everyone, { mode: 'MONITOR' }), bound('p', project)])).toEqual(['p ENFORCE PROJECT']);
});

test.each([
  ['both sides have written it down', { replaceable: true }, { replaces: ['outer'] }, true],
  ['the outer one does not permit it', {}, { replaces: ['outer'] }, false],
  ['the inner one does not say so', { replaceable: true }, {}, false],
  ['the inner one only watches', { replaceable: true }, { replaces: ['outer'], mode: 'MONITOR' as const }, false],
  [
    'both only watch',
    { replaceable: true, mode: 'MONITOR' as const },
    { replaces: ['outer'], mode: 'MONITOR' as const },
    true,
  ],
  ['the inner one is as wide', { replaceable: true }, { replaces: ['outer'], scope: everyone }, false],
])('a narrower policy stands in for a wider one when %s', (_when, outer, inner, stands) => {
  const rules = effectiveRules([bound('outer', everyone, outer), bound('inner', project, inner)], place);
  expect(rules.find(({ policy }) => policy.slug === 'outer')?.overriddenBy?.slug ?? null).toBe(stands ? 'inner' : null);
});

test('what one policy allows, another still denies', () => {
  const { models } = admissionAt([bound('openai', everyone), bound('anthropic', key)], place);
  const card = (name: string) => ({ name, providerSlug: name.split('/')[0]! }) as never;
  expect(denialOf(models, card('openai/gpt-5'))?.source.policySlug).toBe('openai');
  expect(denialOf(models, card('anthropic/claude'))?.source.policySlug).toBe('anthropic');
  expect(denialOf(models, card('google/gemini'))).toBeNull();
});

test.each([
  ['openai/*', 'openai/gpt-5', true],
  ['*/gpt-*', 'azure/gpt-5', true],
  ['OpenAI/GPT-5', 'openai/gpt-5', true],
  ['a*a', 'a', false],
  ['*', '', true],
  ['openai', 'openai/gpt-5', false],
  ['*-mini', 'gpt-mini-mini', true],
])('%s fits %s: %s', (pattern, name, fitting) => {
  expect(fits(pattern, name)).toBe(fitting);
});
