import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { Agent, request, type ServerResponse } from 'node:http';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Unauthenticated } from '../../src/core/problem.ts';
import type { HttpArrival } from '../../src/graphql/arrival.ts';
import { createDocuments } from '../../src/graphql/documents.ts';
import { createEventLane } from '../../src/graphql/event-lane.ts';
import { createLane } from '../../src/graphql/lane.ts';
import { schema } from '../../src/graphql/schema.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** Documents that are known are answered on a way of their own (src/graphql/lane.ts). Nobody can tell by the answer. */

let gateway: TestGateway;
let narrow: string;
let trusted: string;
const agent = new Agent({ keepAlive: true });

const HELLO = 'query Hello { viewer { organization { name } } }';
const PAGES = 'query ($first: Int!) { models(first: $first) { edges { node { name } } } }';
const LIMITS = '{ models(first: 100) { nodes { name provider { models(first: 100) { nodes { name } } } } } }';
const COMPLETE = `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
  ... on CompletionAccepted { completion { text } } ... on Error { code message } } }`;
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  gateway = await openTestGateway();
  await complete(gateway, { ...to('sim/echo-1', 'Hi'), endUser: 'somebody' });
  await gateway.ask(await operation('OperationSave'), { input: { document: HELLO, description: 'A test' } });
  narrow = await gateway.keyWith('USAGE_READ');
  const { viewer } = await gateway.ask<{ viewer: { projects: { id: string }[] } }>('{ viewer { projects { id } } }');
  const { apiKeyCreate } = await gateway.ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeySaved { secret } } }',
    {
      input: {
        name: 'trusted',
        project: viewer.projects[0]!.id,
        scopes: ['COMPLETIONS_WRITE'],
        documents: 'TRUSTED_ONLY',
      },
    },
  );
  trusted = apiKeyCreate.secret;
});
afterAll(async () => {
  agent.destroy();
  await gateway.close();
});

interface Sent {
  readonly body: unknown;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** All of the answer, as it came, but for times, averages that fade with it, and ids of what was made. */
function answerTo({ body, key = gateway.key, headers = {} }: Sent): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asking = request(
      `${gateway.url}/graphql`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...headers,
        },
      },
      async (response) => {
        const bytes = Buffer.concat(await response.toArray());
        if (response.headers['content-length'] !== undefined) {
          expect(response.headers['content-length']).toBe(String(bytes.length));
        }
        const named: string[] = [];
        for (let at = 0; at < response.rawHeaders.length; at += 2) {
          const [name, value] = response.rawHeaders.slice(at, at + 2);
          named.push(name === 'Date' || name === 'content-length' ? `${name}: …` : `${name}: ${value}`);
        }
        const said = bytes
          .toString('utf8')
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
          .replace(/\d+\.\d{7,}/g, (number) => String(Math.round(Number(number))))
          .replace(/\b([a-z]{3})_01[0-9a-z]{24}/g, '$1_…');
        resolve([`${response.statusCode} ${response.statusMessage}`, ...named, '', said].join('\n'));
      },
    );
    asking.on('error', reject);
    asking.end(text);
  });
}

/** Yoga passes over parameters without a value; the short way leaves whatever is unusual to it. */
async function bothWays(sent: Sent): Promise<{ byYoga: string; byLane: string }> {
  const { body } = sent;
  const plain = typeof body !== 'object' || body === null || Array.isArray(body);
  const byYoga = await answerTo(plain ? sent : { ...sent, body: { ...body, unusual: null } });
  return { byYoga, byLane: await answerTo(sent) };
}

test.each(['application/json', 'application/graphql-response+json'])(
  'every operation of schema/operations is answered alike, in %s',
  { timeout: 60_000 },
  async (accept) => {
    const given: Readonly<Record<string, unknown>> = {
      first: 5,
      id: 'nothing',
      range: { last: 'PT1H' },
      input: { range: { last: 'PT1H' }, groupBy: [{ by: 'MODEL' }] },
    };
    let executed = 0;
    let asked = 0;
    for await (const file of glob('schema/operations/*.graphql')) {
      for (const definition of parse(await readFile(file, 'utf8')).definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation === 'subscription') continue;
        const names = definition.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
        const variables = Object.fromEntries(names.flatMap((name) => (name in given ? [[name, given[name]]] : [])));
        const operationName = definition.name!.value;
        const sent = { body: { query: await operation(operationName), operationName, variables }, headers: { accept } };
        const { byYoga, byLane } = await bothWays(sent);
        expect(byLane, operationName).toBe(byYoga);
        asked++;
        if (byLane.includes('{"data":{')) executed++;
      }
    }
    expect(asked).toBeGreaterThan(100);
    expect(executed).toBeGreaterThan(50);
  },
);

const unknownModel = { target: { model: 'sim/nothing-1' }, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] };
const mega = 'x'.repeat(1_100_000);
const cases: Record<string, () => Sent> = {
  'a document that does not parse': () => ({ body: { query: '{ viewer' } }),
  'a field that there is not': () => ({ body: { query: '{ nothing }' } }),
  'more than may be selected': () => ({ body: { query: LIMITS } }),
  'a page without a size': () => ({ body: { query: '{ models { nodes { name } } }' } }),
  'a page that is too long': () => ({ body: { query: PAGES, variables: { first: 1000 } } }),
  'variables that are missing': () => ({ body: { query: PAGES } }),
  'variables that do not fit': () => ({ body: { query: PAGES, variables: { first: 'ten' } } }),
  'an input that does not fit in two places': () => ({
    body: { query: COMPLETE, variables: { input: { target: 1, messages: 2 } } },
  }),
  'variables that are a list': () => ({ body: { query: PAGES, variables: [] } }),
  'variables that are null': () => ({ body: { query: HELLO, variables: null } }),
  'an operation that the document has not': () => ({ body: { query: HELLO, operationName: 'Other' } }),
  'an operation by an empty name': () => ({ body: { query: HELLO, operationName: '' } }),
  'two operations, and no name': () => ({ body: { query: `${HELLO} query Two { health { status } }` } }),
  'two operations, and the name of one': () => ({
    body: { query: 'query One { health { status } } query Two { __typename }', operationName: 'Two' },
  }),
  'a problem with a type': () => ({ body: { query: COMPLETE, variables: { input: unknownModel } } }),
  'a scope that is missing, in a union': () => ({
    body: { query: COMPLETE, variables: { input: unknownModel } },
    key: narrow,
  }),
  'a scope that is missing, of a query': () => ({ body: { query: PAGES, variables: { first: 1 } }, key: narrow }),
  'no key': () => ({ body: { query: HELLO }, key: null }),
  'a wrong key': () => ({ body: { query: HELLO }, key: 'gp_live_wrong' }),
  'a control-plane message of more than 1 MB': () => ({ body: { query: HELLO, variables: { mega } } }),
  'a message of more than 8 MB': () => ({ body: { query: HELLO, variables: { mega: mega.repeat(8) } } }),
  'no JSON': () => ({ body: '{"query"' }),
  nothing: () => ({ body: '' }),
  null: () => ({ body: 'null' }),
  'a list': () => ({ body: [{ query: HELLO }] }),
  'no document': () => ({ body: { variables: {} } }),
  'a document that is a number': () => ({ body: { query: 1 } }),
  'a parameter that there is not': () => ({ body: { query: HELLO, other: 1 } }),
  'extensions that are a text': () => ({ body: { query: HELLO, extensions: 'x' } }),
  'a hash that is registered': () => ({ body: { documentId: `sha256:${hashOf(HELLO)}` } }),
  "a hash that is registered, as Apollo's clients send it": () => ({
    body: { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(HELLO) } } },
  }),
  'a hash that is not registered': () => ({ body: { documentId: `sha256:${hashOf(PAGES)}` } }),
  'a hash that is none': () => ({ body: { documentId: 'sha256:1' } }),
  'a hash of another document': () => ({ body: { query: PAGES, documentId: `sha256:${hashOf(HELLO)}` } }),
  'a registered document, by a key that may run only such': () => ({ body: { query: HELLO }, key: trusted }),
  'another document, by a key that may run only registered ones': () => ({ body: { query: PAGES }, key: trusted }),
  'a body of another type': () => ({ body: { query: HELLO }, headers: { 'content-type': 'text/plain' } }),
  'a body of a type with a charset': () => ({
    body: { query: HELLO },
    headers: { 'content-type': 'Application/JSON; charset=utf-8' },
  }),
  'an operation of a subscription': () => ({
    body: { query: 'subscription { completionEvents(id: "cmp_1") { seq } }' },
    headers: { accept: 'application/json' },
  }),
};

describe.each(['application/json', 'application/graphql-response+json'])('in %s', (accept) => {
  test.each(Object.entries(cases))('%s is answered alike', async (_name, sent) => {
    const { body, key, headers } = sent();
    const asked = { body, ...(key !== undefined && { key }), headers: { accept, ...headers } };
    const { byYoga, byLane } = await bothWays(asked);
    expect(byLane).toBe(byYoga);
    expect(byLane).toMatch(/^\d{3} /);
  });
});

test.each([
  '',
  '*/*',
  'application/*',
  'text/html',
  'text/html, */*;q=0.1',
  'text/event-stream',
  'text/event-stream, application/json',
  'multipart/mixed',
  'multipart/mixed, application/json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/json;q=0.9, application/graphql-response+json',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'application/json; charset=latin1, application/graphql-response+json',
  'APPLICATION/JSON',
  'application/json, text/plain, */*',
  ', ,',
])('who accepts "%s" is answered alike', async (accept) => {
  const { byYoga, byLane } = await bothWays({ body: { query: HELLO }, headers: { accept } });
  expect(byLane).toBe(byYoga);
});

const STREAM = `subscription ($input: CompletionInput!) { completionStream(input: $input) {
  __typename seq ... on TextDelta { text } ... on CompletionFinished { completion { text usage { outputTokens } } } } }`;
const EVENTS = 'subscription ($id: ID!) { completionEvents(id: $id) { seq } }';
const streamed = { ...to('sim/echo-1', 'Say something to everybody'), idempotencyKey: 'lane' };

const subscriptions: Record<string, () => Sent> = {
  'the events of a run': () => ({ body: { query: STREAM, variables: { input: streamed } } }),
  'a run without a key': () => ({ body: { query: STREAM, variables: { input: to('sim/echo-1', 'Hi') } } }),
  'a run that nobody knows': () => ({ body: { query: EVENTS, variables: { id: 'cmp_1' } } }),
  'a scope that is missing': () => ({ body: { query: EVENTS, variables: { id: 'cmp_1' } }, key: narrow }),
  'variables that are missing': () => ({ body: { query: EVENTS } }),
  'variables that do not fit': () => ({ body: { query: STREAM, variables: { input: 1 } } }),
  'an operation that the document has not': () => ({ body: { query: EVENTS, operationName: 'Other' } }),
  'a message of more than 1 MB': () => ({ body: { query: EVENTS, variables: { mega } } }),
};

test.each(Object.entries(subscriptions))('%s, or what is wrong, is told alike in events', async (_name, sent) => {
  const asked = { ...sent(), headers: { accept: 'text/event-stream' } };
  const { byYoga, byLane } = await bothWays(asked);
  expect(withoutSigns(byLane)).toBe(withoutSigns(byYoga));
  expect(byLane).toMatch(/event: complete\ndata:\n\n$/);
});

/** Signs of life come when nothing else does. */
const withoutSigns = (answer: string) => answer.replace(/(?<=\n\n.*):\n\n/gs, '');

describe('the short way', () => {
  const documents = createDocuments(schema);
  const taken = (params: HttpArrival['params'], accept = 'application/json') => {
    const lane = createLane(schema, documents, gateway.gateway);
    const caller = { ...({} as HttpArrival['caller']), scopes: new Set<never>() };
    const signal = new AbortController().signal;
    const response = { destroyed: true } as ServerResponse;
    return lane({ caller, bytes: 0, trace: null, signal, params }, accept, response);
  };
  const query = 'query Q { __typename }';

  test('is taken by documents that are known, and by no others', async () => {
    expect(await taken({ query })).toBe(false);
    documents.parse(query);
    expect(await taken({ query })).toBe(false);
    documents.validate(documents.parse(query));
    expect(await taken({ query })).toBe(true);
    expect(await taken({ query, operationName: 'Q', variables: {}, extensions: {} })).toBe(true);
  });

  test('of events is taken by subscriptions whose document is known, where nothing but events is asked for', async () => {
    const strangers = () => {
      throw new Unauthenticated();
    };
    const lane = createEventLane(schema, documents, gateway.gateway, strangers);
    const caller = { ...({} as HttpArrival['caller']), scopes: new Set<never>() };
    const arrival = { caller, bytes: 0, trace: null, signal: new AbortController().signal };
    const response = { destroyed: true } as ServerResponse;
    const taken = (query: string, accept = 'text/event-stream') =>
      lane({ ...arrival, params: { query } }, accept, response);
    const subscription = 'subscription { completionEvents(id: "cmp_2") { seq } }';
    expect(await taken(subscription)).toBe(false);
    documents.validate(documents.parse(subscription));
    expect(await taken(subscription)).toBe(true);
    expect(await taken(subscription, 'text/event-stream, application/json')).toBe(false);
    expect(await taken(query)).toBe(false);
  });

  test('is not taken by subscriptions, nor by who wants events', async () => {
    const subscription = 'subscription { completionEvents(id: "cmp_1") { seq } }';
    documents.validate(documents.parse(subscription));
    expect(await taken({ query: subscription })).toBe(false);
    expect(await taken({ query }, 'text/event-stream')).toBe(false);
    expect(await taken({ query }, 'multipart/mixed')).toBe(false);
  });
});
