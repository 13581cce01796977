import { existsSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../../src/config.ts';
import { schema } from '../../src/graphql/schema.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { RecordingLogger } from '../support/manual-clock.ts';
import { systemRuntime } from '../support/runtime.ts';
import { advisories } from './advisories.ts';

/** What went wrong elsewhere, tried here. Which test stands for which advisory is said in advisories.ts. */

let gateway: TestGateway;
const log = new RecordingLogger();

/** Counts who calls it, and with which headers. */
let calls: Record<string, unknown>[] = [];
const elsewhere = createServer((request, response) => {
  calls.push(request.headers);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
const address = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;

beforeAll(async () => {
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  // Even where the operator allows the destination, nobody else may name it.
  const environment = { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' };
  gateway = await openTestGateway({ environment, runtime: { ...systemRuntime, log } });
});
afterAll(async () => {
  await gateway.close();
  elsewhere.closeAllConnections();
  await new Promise((closed) => elsewhere.close(closed));
});

const ids = (about: string) =>
  Object.entries(advisories)
    .filter(([, verdict]) => 'test' in verdict && verdict.test === about)
    .map(([id]) => id)
    .join(', ');

/** A test whose title begins with the ids that it stands for. */
function advisory(about: string, run: () => Promise<void> | void): void {
  test(`${ids(about)}: ${about}`, run);
}

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Answer = any;

async function http(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const response = await fetch(gateway.url + path, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const chat = (body: object, headers: Record<string, string> = {}, key = gateway.key) =>
  http('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'route/default', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });

test('every advisory has its test or its reason', () => {
  const entries = Object.entries(advisories);
  expect(entries).toHaveLength(36);
  const here = readFileSync(import.meta.filename, 'utf8');
  for (const [id, verdict] of entries) {
    if ('notApplicable' in verdict) expect(verdict.notApplicable.length).toBeGreaterThan(20);
    else {
      const found = verdict.file ? existsSync(verdict.file) : here.includes(`advisory('${verdict.test}'`);
      expect({ id, found }).toEqual({ id, found: true });
    }
  }
});

advisory('a request names no address that a key is sent to', async () => {
  calls = [];
  const url = address();
  for (const name of [
    'api_base',
    'base_url',
    'baseURL',
    'apiBase',
    'api_key',
    'custom_llm_provider',
    'extra_headers',
  ]) {
    await chat({ [name]: url });
    await chat({ metadata: { [name]: url } });
  }
  const headers = [
    'x-portkey-custom-host',
    'x-custom-host',
    'x-base-url',
    'x-glidepath-base-url',
    'x-forwarded-host',
    'forwarded',
  ];
  for (const name of headers) await chat({}, { [name]: url });
  await chat({ model: `${url}/v1` });
  await chat({ model: `openai/${url}` });
  expect(calls).toEqual([]);
  // In GraphQL there is no such field at all outside of what an admin sets.
  const inputs = Object.values(schema.getTypeMap()).filter((type) => 'getFields' in type && /Input$/.test(type.name));
  const named = inputs.flatMap((type) =>
    Object.keys((type as Answer).getFields())
      .filter((name) => /base_?url|host|endpoint/i.test(name))
      .map((name) => `${type.name}.${name}`),
  );
  expect(named).toEqual(['ProviderSaveInput.baseUrl']);
});

test('no tenant has the keys of the operator sent to an address of his', async () => {
  calls = [];
  const tenant = await gateway.stranger();
  const provider = await gateway.ask<Answer>(
    'mutation ($baseUrl: String!) { providerSave(input: { slug: "mine", kind: OPENAI_COMPATIBLE, baseUrl: $baseUrl }) { ... on ProviderSaved { provider { id } } } }',
    { baseUrl: `${address()}/v1` },
    tenant,
  );
  const { id } = provider.providerSave.provider;
  for (const env of ['GLIDEPATH_SECRET_KEY', 'DATABASE_URL', 'OPENAI_API_KEY']) {
    const { credentialSave } = await gateway.ask<Answer>(
      'mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename ... on ForbiddenError { missingScopes } } }',
      { input: { provider: id, label: env, secret: { env } } },
      tenant,
    );
    expect(credentialSave).toEqual({ __typename: 'ForbiddenError', missingScopes: ['ORGANIZATIONS_WRITE'] });
  }
  await chat({ model: 'mine/any' }, {}, tenant);
  expect(calls.filter(({ authorization }) => authorization !== 'Bearer none')).toEqual([]);
});

advisory('teams are changed by those who manage people, and never those of others', async () => {
  const save =
    'mutation ($input: TeamSaveInput!) { teamSave(input: $input) { __typename ... on AccessSaved { team { id } } } }';
  const made = await gateway.ask<Answer>(save, { input: { slug: 'mine', name: 'Mine' } });
  const input = { id: made.teamSave.team.id, slug: 'yours', name: 'Yours' };
  const weak = await gateway.keyWith('KEYS_WRITE', 'USAGE_READ', 'COMPLETIONS_WRITE');
  expect((await gateway.ask<Answer>(save, { input }, weak)).teamSave.__typename).toBe('ForbiddenError');
  expect((await gateway.ask<Answer>(save, { input }, await gateway.stranger())).teamSave.__typename).toBe(
    'NotFoundError',
  );
});

advisory('no key is in the log, nor in an error', async () => {
  const secret = 'sk-proj-0123456789abcdefghijklmnopqrstuv';
  const saved = await gateway.ask<Answer>(
    `mutation ($baseUrl: String!) { providerSave(input: { slug: "leaky", kind: OPENAI_COMPATIBLE, baseUrl: $baseUrl }) { ... on ProviderSaved { provider { id } } } }`,
    { baseUrl: `${address()}/v1` },
  );
  const provider = saved.providerSave.provider.id;
  const credential = { provider, label: 'main', secret: { value: secret } };
  const credentials = await gateway.raw(
    'mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { ... on ProviderSaved { provider { credentials { lastFour } } } } }',
    { input: credential },
  );
  calls = [];
  const told = [
    JSON.stringify(credentials),
    (await chat({ model: 'leaky/any-model' })).text,
    JSON.stringify(
      await gateway.raw('mutation ($id: ID!) { providerTest(id: $id) { __typename ... on Error { message } } }', {
        id: provider,
      }),
    ),
    (await chat({}, {}, `${gateway.key}x`)).text,
    JSON.stringify(log.lines),
  ].join('\n');
  expect(told).not.toContain(secret.slice(8, 24));
  expect(told).not.toContain(gateway.key.slice(8, 24));
});

advisory('keys of an admin are out of reach of whoever is weaker', async () => {
  const { viewer } = await gateway.ask<Answer>('{ viewer { apiKey { id } } }');
  const { id } = viewer.apiKey;
  const rotate =
    'mutation ($id: ID!) { apiKeyRotate(input: { id: $id, grace: "PT0S" }) { __typename ... on ForbiddenError { missingScopes } } }';
  const revoke = 'mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "test") { __typename } }';
  const user = await gateway.keyWith('COMPLETIONS_WRITE', 'KEYS_READ', 'MEMBERS_WRITE');
  for (const document of [rotate, revoke]) {
    const [answer] = Object.values(await gateway.ask<Record<string, Answer>>(document, { id }, user));
    expect(answer).toMatchObject({ __typename: 'ForbiddenError' });
  }
  const manager = await gateway.keyWith('KEYS_WRITE');
  const { apiKeyRotate } = await gateway.ask<Answer>(rotate, { id }, manager);
  expect(apiKeyRotate.__typename).toBe('ForbiddenError');
  expect(apiKeyRotate.missingScopes).toContain('PROVIDERS_WRITE');
  expect((await gateway.raw('{ viewer { scopes } }')).errors).toBeUndefined();
});

const injections = [
  "' OR '1'='1",
  "'; DROP TABLE api_key; --",
  "x' UNION SELECT hash FROM api_key --",
  "'||pg_sleep(20)||'",
  '1); SELECT pg_sleep(20); --',
  '\\',
  '"',
  '%',
  '\u0000',
  '$1',
];

advisory('SQL in whatever text is text', async () => {
  for (const text of injections) {
    const answers = [
      await gateway.raw('mutation ($id: ID!) { apiKeyRevoke(id: $id, reason: "test") { __typename } }', { id: text }),
      await gateway.raw(
        '{ requests(first: 5, filter: { endUser: [$t], model: [$t] }) { nodes { id } } }'.replaceAll(
          '$t',
          JSON.stringify(text),
        ),
      ),
      await gateway.raw('query ($id: ID!) { node(id: $id) { id } request(id: $id) { id } route(slug: "x") { id } }', {
        id: text,
      }),
      await gateway.raw(
        'query ($id: String!) { auditEvents(first: 5, filter: { action: [$id], resourceType: [$id] }) { nodes { id } } }',
        { id: text },
      ),
      await gateway.raw(
        'query ($id: String!) { completionByKey(idempotencyKey: $id) { id } agentRun(runId: $id) { runId } }',
        { id: text },
      ),
    ];
    for (const answer of answers) {
      // A statement that slept would be given up as UNAVAILABLE long before its twenty seconds.
      expect(JSON.stringify(answer)).not.toMatch(/"INTERNAL"|"UNAVAILABLE"|syntax error|"nodes":\[\{/);
    }
  }
  expect((await gateway.raw('{ viewer { scopes } }')).errors).toBeUndefined();
});

advisory('templates are text', async () => {
  const templates = [
    '{{7*7}}',
    '{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}',
    `$${'{7*7}'}`,
    '<%= 7*7 %>',
    '#{7*7}',
  ];
  const asked = await gateway.ask<Answer>(
    'mutation ($messages: [MessageInput!]!) { completionCreate(input: { target: { model: "sim/echo-1" }, messages: $messages }) { ... on CompletionAccepted { completion { text } } } }',
    { messages: [{ role: 'USER', parts: [{ text: templates.join(' ') }] }] },
  );
  expect(asked.completionCreate.completion.text).toContain(templates.join(' '));
  expect((await chat({ chat_template: '{{7*7}}' })).status).toBe(400);
});

advisory('health checks say nothing about configuration', async () => {
  expect((await http('/live')).text).toBe('{"live":true}');
  expect((await http('/ready')).text).toMatch(/^\{"ready":(true|false)\}$/);
  const { health } = await gateway.ask<Answer>('{ health { status checks { name status message } } }');
  expect(JSON.stringify(health)).not.toMatch(/gp_live|sk-|postgres|redis:|password|127\.0\.0\.1/i);
});

advisory('who may ask models changes nothing else', async () => {
  const weak = await gateway.keyWith('COMPLETIONS_WRITE', 'COMPLETIONS_READ', 'USAGE_READ');
  const dataPlane = /^(completion|embedding|image|speech|transcription|rerank|score|sessionEnd)/;
  for (const { name, args } of Object.values(schema.getMutationType()!.getFields())) {
    if (dataPlane.test(name) || args.length === 0) continue;
    const [{ type, name: argument }] = args as unknown as [{ type: unknown; name: string }];
    const { data, errors } = await gateway.raw(
      `mutation ($x: ${type}) { ${name}(${args.length > 1 ? 'id: "x", reason: "x"' : `${argument}: $x`}) { __typename } }`,
      { x: {} },
      weak,
    );
    // Either the input does not even fit, or the key may not.
    const refused = errors ?? Object.values(data ?? {}).filter((one: Answer) => one.__typename === 'ForbiddenError');
    expect({ name, refused: refused.length > 0 }).toEqual({ name, refused: true });
  }
  for (const path of ['/config/update', '/config', '/admin', '/key/generate', '/team/new', '/user/new']) {
    const { status } = await http(path, { method: 'POST', headers: { authorization: `Bearer ${weak}` }, body: '{}' });
    expect({ path, status }).toEqual({ path, status: 404 });
  }
});

advisory('nothing that is sent is run', async () => {
  const code = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type && /Input$/.test(type.name)
      ? Object.keys((type as Answer).getFields()).filter((name) =>
          /^(code|script|command|args|expression|function|module|exec)$/i.test(name),
        )
      : [],
  );
  expect(code).toEqual([]);
  for (const path of [
    '/mcp-rest/test/connection',
    '/mcp-rest/test/tools/list',
    '/mcp',
    '/guardrails/test_custom_code',
    '/prompts/test',
  ]) {
    const body = JSON.stringify({ command: 'touch', args: ['/tmp/glidepath-was-here'], transport: 'stdio' });
    const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' };
    expect((await http(path, { method: 'POST', headers, body })).status).toBe(404);
  }
  expect(existsSync('/tmp/glidepath-was-here')).toBe(false);
});

advisory('SQL in a key is a wrong key', async () => {
  const wrong = await http('/graphql', {
    method: 'POST',
    headers: { authorization: 'Bearer gp_live_wrong' },
    body: '{}',
  });
  for (const text of injections.filter((one) => !one.includes('\u0000'))) {
    const lines = log.lines.length;
    for (const headers of [{ authorization: `Bearer ${text}` }, { 'x-api-key': text }, { authorization: text }]) {
      const { status, text: body } = await http('/graphql', {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: '{}',
      });
      expect([status, body]).toEqual([wrong.status, wrong.text]);
      expect((await http('/v1/models', { headers: headers as Record<string, string> })).status).toBe(401);
    }
    expect(log.lines.slice(lines).filter(({ level }) => level === 'error')).toEqual([]);
  }
});

advisory('nobody gives himself more than he has', async () => {
  const { viewer } = await gateway.ask<Answer>('{ viewer { projects { id } } }');
  const weak = await gateway.keyWith('KEYS_WRITE', 'MEMBERS_WRITE');
  const input = { name: 'strong', project: viewer.projects[0].id, scopes: ['PROVIDERS_WRITE'] };
  const create =
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { __typename ... on ForbiddenError { missingScopes } } }';
  expect((await gateway.ask<Answer>(create, { input }, weak)).apiKeyCreate).toEqual({
    __typename: 'ForbiddenError',
    missingScopes: ['PROVIDERS_WRITE'],
  });
  const save =
    'mutation ($input: UserSaveInput!) { userSave(input: $input) { __typename ... on UserSaved { user { id } } } }';
  const person = { email: 'self@example.com', roles: [] as string[] };
  const { userSave } = await gateway.ask<Answer>(save, { input: person }, weak);
  const promoted = { ...person, id: userSave.user.id, roles: ['role_admin'] };
  expect((await gateway.ask<Answer>(save, { input: promoted }, weak)).userSave.__typename).toBe('ForbiddenError');
});

advisory('a key is asked for on every path', async () => {
  const open = ['/live', '/ready', '/graphiql'];
  const paths = [
    '/graphql',
    '/v1/models',
    '/v1/chat/completions',
    '/v1/messages',
    '/v1/embeddings',
    '/operations/Hello',
    '/exports/xpo_1',
    '/sso/debug/login',
    '/sso/debug/callback',
    '/sso/key/generate',
    '/debug',
    '/metrics',
    '/health',
    '/key/info',
    '/user/info',
    '/docs',
    '/openapi.json',
    '/.env',
    '/',
  ];
  const odd = [
    '/graphql/',
    '/graphql%2f',
    '//graphql',
    '/GRAPHQL',
    '/./graphql',
    '/live/../graphql',
    '/live%2f..%2fgraphql',
    '/v1//models',
    '/live;/graphql',
  ];
  for (const path of [...paths, ...odd]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      // As it stands: fetch would tidy the path up.
      const status = await raw({ path, method });
      expect({ path, method, let: status < 400 }).toEqual({ path, method, let: false });
    }
  }
  for (const path of open) expect(await raw({ path, method: 'GET' })).toBeLessThan(400);
});

function raw(options: { path: string; method: string; headers?: Record<string, string> }): Promise<number> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, ...options }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!));
    });
    request.once('error', reject).end();
  });
}

advisory('the path decides, whatever headers say', async () => {
  const tricks: Record<string, string>[] = [
    { host: 'localhost/live' },
    { host: '127.0.0.1:80@evil.example' },
    { host: 'x/live?' },
    { 'x-original-url': '/live' },
    { 'x-rewrite-url': '/live' },
    { 'x-forwarded-prefix': '/live' },
    { 'x-http-method-override': 'GET' },
    { 'x-forwarded-for': '127.0.0.1' },
  ];
  for (const headers of tricks) {
    const expected = 'host' in headers ? 400 : 401;
    for (const path of ['/graphql?query={health{status}}', '/v1/models', '/exports/xpo_1', '/live']) {
      const status = path === '/live' && expected === 401 ? 200 : expected;
      expect({ headers, path, status: await raw({ path, method: 'GET', headers }) }).toEqual({ headers, path, status });
    }
  }
});

advisory('what is installed is what was locked, and runs nothing when it is', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions = Object.values({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(versions.filter((version) => !/^\d/.test(String(version)))).toEqual([]);
  const packages = Object.entries<Answer>(lock.packages).filter(([path]) => path !== '');
  expect(packages.filter(([, { integrity, link }]) => !integrity && !link).map(([path]) => path)).toEqual([]);
  const scripts = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(
    scripts.filter((name) => manifest.allowScripts[name] !== false && !/^node-/.test(name) && name !== 'fsevents'),
  ).toEqual([]);
});

advisory('a rule that cannot see all of a prompt lets none of it through', async () => {
  const rule = {
    guardrail: { name: 'words', direction: 'INPUT', check: 'KEYWORDS', forbid: ['bananas'], onFail: 'BLOCK' },
  };
  const { policySave } = await gateway.ask<Answer>(
    'mutation ($input: PolicySaveInput!) { policySave(input: $input) { __typename ... on PolicySaved { policy { id } } ... on Error { message } } }',
    { input: { slug: 'words', name: 'Words', rules: [rule] } },
  );
  expect(policySave).toMatchObject({ __typename: 'PolicySaved' });
  await gateway.ask('mutation ($input: PolicyBindInput!) { policyBind(input: $input) { __typename } }', {
    input: { policy: policySave.policy.id, scope: { organization: true }, mode: 'ENFORCE' },
  });
  for (const bytes of [65_535, 65_536, 65_537, 1_048_575, 1_048_577, 4_000_000]) {
    const content = `${'a '.repeat(bytes / 2)}bananas`;
    const { status } = await chat({ messages: [{ role: 'user', content }] });
    expect({ bytes, status }).toEqual({ bytes, status: 403 });
  }
});

advisory('by default nobody but this machine is listened to', () => {
  expect(readConfig({}).host).toBe('127.0.0.1');
});

advisory('who somebody is is not for him to say', async () => {
  const claims = { sub: 'admin', role: 'admin', organizationId: 'org_1', scopes: ['AUDIT_READ'] };
  const token = [{ alg: 'none' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const tries: object[] = [
    { authorization: `Bearer ${token}.` },
    { jwt: claims, claims, caller: claims, user: claims, organizationId: 'org_1', 'x-user-id': 'usr_1' },
    { authorization: { ...claims } },
  ];
  for (const payload of tries) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const code = await new Promise((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
      socket.on('close', resolve);
    });
    expect(code).toBe(4403);
  }
});

advisory('a socket that speaks out of turn is closed, and nothing else', async () => {
  for (const message of [
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}',
    '{"type":"complete","id":"1"}',
    '{',
    '[]',
    'null',
    '{"type":"start"}',
    '',
  ]) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => {
      socket.on('open', () => socket.send(message));
      socket.on('close', resolve);
    });
  }
  expect((await gateway.raw('{ viewer { scopes } }')).errors).toBeUndefined();
});

advisory('subscriptions that share a socket each get what is theirs', async () => {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${gateway.key}` },
  });
  const query = `subscription ($key: String!, $text: String!) {
    completionStream(input: { idempotencyKey: $key, target: { model: "sim/echo-1" }, messages: [{ role: USER, parts: [{ text: $text }] }] }) {
      ... on TextDelta { text } } }`;
  const words = ['kumquat', 'papaya', 'quince', 'medlar', 'rambutan'];
  const said = await Promise.all(
    words.map(async (word) => {
      let text = '';
      for await (const { data, errors } of client.iterate<Answer>({
        query,
        variables: { key: word, text: `${word} `.repeat(50) },
      })) {
        expect(errors).toBeUndefined();
        text += data!.completionStream.text ?? '';
      }
      return text;
    }),
  );
  await client.dispose();
  for (const [at, word] of words.entries()) {
    expect(said[at]).toContain(`${word} ${word}`);
    for (const other of words) if (other !== word) expect(said[at]).not.toContain(other);
  }
});
