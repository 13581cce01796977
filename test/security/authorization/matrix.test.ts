import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInRoles } from '../../../src/access/people/built-in.ts';
import { scopes as allScopes, type Scope } from '../../../src/core/caller.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Asked, deep, deepNode, rootFields, smallest, takesIds } from './documents.ts';
import { blurred } from './likeness.ts';
import { signedIn } from './people.ts';
import { rights, typeRights } from './rights.ts';
import { openTenant, type Tenant } from './tenants.ts';
import { type Shown, type Way, waysTo } from './ways.ts';

/**
 * Every root field × every scope and role and nobody × POST, server-sent events and WebSocket; every id of one
 * organization × every field that takes one, asked by the admin of another; and all that fields lead to.
 */

const secretKey = randomBytes(32).toString('hex');
let gateway: TestGateway;
let ours: Tenant;
let theirs: Tenant;
let endpoint: ReturnType<typeof waysTo>;

beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_SECRET_KEY: secretKey } });
  ours = await openTenant(gateway, 'ours-canary');
  theirs = await openTenant(gateway, 'theirs-canary');
  endpoint = waysTo(gateway.url);
}, 120_000);
afterAll(async () => {
  await endpoint.close();
  await gateway.close();
});

describe('the rules', () => {
  test('of all root fields are written down, and no others', () => {
    const written = Object.entries(rights).flatMap(([root, fields]) =>
      Object.keys(fields).map((name) => `${root}.${name}`),
    );
    expect(written.toSorted()).toEqual(rootFields.map(({ root, field }) => `${root}.${field.name}`).toSorted());
  });

  test('of all types that have one are written down, and everything with an id has one', () => {
    const ruled = Object.values(schema.getTypeMap()).filter(
      (type) =>
        isObjectType(type) && (type.extensions.pothosOptions as { authScopes?: unknown } | undefined)?.authScopes,
    );
    expect(ruled.map(({ name }) => name).toSorted()).toEqual(Object.keys(typeRights).toSorted());
    const nodes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name);
    expect(nodes.filter((name) => !(name in typeRights))).toEqual([]);
    // A type without an example here would be in no row of the matrix.
    expect(nodes.filter((name) => !(name in ours.ids))).toEqual([]);
  });
});

interface Who {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly shown: Shown;
}

async function everybody(): Promise<readonly Who[]> {
  const people = builtInRoles.map(async (role): Promise<Who> => {
    return { name: role.name, scopes: role.scopes, shown: { session: await signedIn(gateway, secretKey, role) } };
  });
  const keys = allScopes.map(async (scope): Promise<Who> => {
    return { name: scope, scopes: [scope], shown: { key: await gateway.keyWith(scope) } };
  });
  return [...(await Promise.all(people)), ...(await Promise.all(keys)), { name: 'nobody', scopes: [], shown: null }];
}

/** What keeps the asker out, in the words of the answer; null when he is in. */
function refusalIn(answer: string): string | null {
  if (/"code":"UNAUTHENTICATED"|^closed: 4403/.test(answer)) return 'UNAUTHENTICATED';
  return /"missingScopes":\[([^\]]*)\]/.exec(answer)?.[1] ?? null;
}

/** How often somebody is asked who could not judge, and how long he may rest in between. */
const TRIES = 5;
const REST_MS = 300;

/** The answer of a gateway that could judge: one that lacks something just now is asked again, as a caller would. */
async function judged(ask: () => Promise<string>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (!isUnjudged(answer) || tries === TRIES) return answer;
    await setTimeout(REST_MS);
  }
}

/** It says nothing of who may: what must be looked up, or the gateway, was away. */
function isUnjudged(answer: string): boolean {
  return /"code":"UNAVAILABLE"|^closed: 10\d\d/.test(answer);
}

/** What came of it, for whoever has to find out why. */
function told(answer: string): string {
  const verdict = refusalIn(answer) ?? (isUnjudged(answer) ? `could not be judged in ${TRIES} tries` : 'let in');
  return `${verdict}, by ${answer.length > 400 ? `${answer.slice(0, 400)}…` : answer}`;
}

/** Made once, by whichever way is first. */
let known: Promise<readonly Who[]> | undefined;

describe('who may', () => {
  test.each(['POST', 'SSE', 'WebSocket'])('by %s', { timeout: 300_000 }, async (name) => {
    const way = endpoint.ways[name]!;
    known ??= everybody();
    const callers = await known;
    const wrong: string[] = [];
    let cells = 0;
    for (const one of rootFields) {
      const { root, field } = one;
      // A subscription has no answer by POST alone.
      if (root === 'Subscription' && name === 'POST') continue;
      const right = rights[root][field.name]!;
      const answers = await Promise.all(callers.map((who) => judged(() => way(smallest(one), who.shown))));
      for (const [at, who] of callers.entries()) {
        cells++;
        const answer = answers[at]!;
        const refused = refusalIn(answer);
        const expected = who.shown === null ? 'UNAUTHENTICATED' : null;
        const may = who.shown !== null && (right === 'anyone' || who.scopes.includes(right));
        // What a room demands beyond the field's own scope is another refusal than the field's.
        const out = expected === null ? (refused?.includes(`"${right}"`) ?? false) : refused === expected;
        if (may === out || isUnjudged(answer)) wrong.push(`${root}.${field.name} as ${who.name}: ${told(answer)}`);
      }
    }
    process.stdout.write(`  ${name}: ${cells} cells\n`);
    expect(wrong).toEqual([]);
  });
});

/** An id of the same length that names nothing. */
function unreal(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('!') ? '?' : '!'}`;
}

describe("another organization's things are answered like those that do not exist", () => {
  test.each(['POST', 'SSE', 'WebSocket'])('by %s', { timeout: 300_000 }, async (name) => {
    const way = endpoint.ways[name]!;
    const wrong: string[] = [];
    let cells = 0;
    const asking = { key: theirs.key };
    for (const one of rootFields.filter(takesIds)) {
      if (one.root === 'Subscription' && name === 'POST') continue;
      const differences = Object.entries(ours.ids).map(async ([type, id]) => {
        const real = await way(smallest(one, { id }, true), asking);
        const none = await way(smallest(one, { id: unreal(id) }, true), asking);
        cells++;
        const [seen, expected] = [blurred(real, id), blurred(none, unreal(id))];
        if (seen !== expected)
          wrong.push(`${one.field.name}(${type}): ${seen.slice(0, 300)} instead of ${expected.slice(0, 300)}`);
        if (real.includes(ours.canary)) wrong.push(`${one.field.name}(${type}) says ${real}`);
      });
      await Promise.all(differences);
    }
    process.stdout.write(`  ${name}: ${cells} pairs\n`);
    expect(wrong).toEqual([]);
  });
});

/** The answer to the deepest of these questions that is not too large to be asked. */
async function deepest(way: Way, ask: (depth: number) => Asked, shown: Shown): Promise<string> {
  for (let depth = 4; depth > 0; depth--) {
    const answer = await way(ask(depth), shown);
    if (!answer.includes('"QUERY_TOO_COMPLEX"')) return answer;
  }
  return way(ask(0), shown);
}

function typesIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = '__typename' in value ? [String(value.__typename)] : [];
  return [...own, ...Object.values(value).flatMap(typesIn)];
}

describe('what fields lead to', () => {
  const readers = rootFields.filter(({ root }) => root === 'Query');

  test('is never of another organization', { timeout: 120_000 }, async () => {
    const way = endpoint.ways.POST!;
    const wrong: string[] = [];
    const shown = { key: theirs.key };
    const ask = async (label: string, document: (depth: number) => Asked) => {
      const answer = await deepest(way, document, shown);
      const leaks = [ours.canary, ...Object.values(ours.ids)].filter((word) => answer.includes(word));
      if (leaks.length > 0) wrong.push(`${label} shows ${leaks}`);
      return answer;
    };
    for (const one of readers) await ask(one.field.name, (depth) => deep(one, depth));
    for (const [type, id] of Object.entries(ours.ids)) {
      if (type === 'RoleDef') continue;
      const answer = JSON.parse(await ask(type, (depth) => deepNode(type, depth, { id })));
      expect({ type, node: answer.data?.node }).toEqual({ type, node: null });
    }
    expect(wrong).toEqual([]);
  });

  test('is seen by those who may see it, by whatever way they come to it', { timeout: 180_000 }, async () => {
    const way = endpoint.ways.POST!;
    const project = ours.ids.Project!;
    const wrong: string[] = [];
    let seen = 0;
    for (const scope of allScopes.filter((one) => one !== 'ORGANIZATIONS_WRITE')) {
      const made = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
        'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
        { input: { name: scope, project, scopes: [scope] } },
        ours.key,
      );
      const shown = { key: made.apiKeyCreate.secret };
      const questions = [
        ...readers.map((one) => [one.field.name, (depth: number) => deep(one, depth)] as const),
        ...Object.entries(ours.ids)
          .filter(([type]) => type !== 'RoleDef')
          .map(([type, id]) => [`node(${type})`, (depth: number) => deepNode(type, depth, { id })] as const),
      ];
      const answers = await Promise.all(
        questions.map(async ([label, ask]) => [label, await deepest(way, ask, shown)] as const),
      );
      for (const [label, answer] of answers) {
        for (const type of typesIn(JSON.parse(answer).data)) {
          const right = typeRights[type];
          seen++;
          if (right === undefined || right === 'anyone' || (typeof right === 'object' && right.includes(scope)))
            continue;
          if (right === 'self or MEMBERS_WRITE' && scope === 'MEMBERS_WRITE') continue;
          // Everybody sees his own key.
          if (type === 'ApiKey' && label === 'viewer') continue;
          wrong.push(`${type} by ${label} with ${scope}`);
        }
      }
    }
    process.stdout.write(`  ${seen} objects looked at\n`);
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(1000);
  });
});
