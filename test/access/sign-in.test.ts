import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  ApiKeyCreateDocument,
  IdentityProviderDeleteDocument,
  IdentityProviderDocument,
  IdentityProviderSaveDocument,
  SessionEndDocument,
  SignedInDocument,
  UserDisableDocument,
  UserEnableDocument,
  UserSaveDocument,
  UsersDocument,
} from '../../src/client/index.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { openIssuer, type TestIssuer, type TestPerson } from '../support/issuer.ts';

let gateway: TestGateway;
let issuer: TestIssuer;

beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  issuer = await openIssuer(`${gateway.url}/login/callback`);
  await setUp();
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Answer = any;
const admin = (document: { toString(): string }, variables: object = {}): Promise<Answer> =>
  gateway.ask(document.toString(), variables);

async function setUp(more: object = {}): Promise<void> {
  const { url, clientId, clientSecret } = issuer;
  const input = {
    issuer: url,
    clientId,
    clientSecret,
    scopes: ['email', 'profile', 'groups'],
    groupRoles: [{ group: 'ai-engineers', role: 'role_engineer' }],
    ...more,
  };
  const { identityProviderSave } = await admin(IdentityProviderSaveDocument, { input });
  expect(identityProviderSave).toMatchObject({ __typename: 'IdentityProviderSaved' });
}

let people = 0;
/** Somebody new, whom the issuer knows; verified, and of no group. */
function somebody(more: Partial<TestPerson> = {}): TestPerson {
  const sub = `person-${++people}`;
  return { sub, email: `${sub}@example.com`, email_verified: true, name: `Person ${people}`, groups: [], ...more };
}

async function invite(person: TestPerson, ...roles: readonly string[]): Promise<string> {
  const { userSave } = await admin(UserSaveDocument, { input: { email: person.email, roles } });
  expect(userSave).toMatchObject({ __typename: 'UserSaved' });
  return userSave.user.id;
}

/** A browser in which somebody has signed in. */
async function signedIn(person: TestPerson): Promise<Browser> {
  issuer.person = person;
  const browser = openBrowser();
  const visit = await browser.open(`${gateway.url}/login?return=/live`);
  expect([visit.status, visit.text, new URL(visit.url).pathname]).toEqual([200, '{"live":true}', '/live']);
  return browser;
}

async function refused(person: TestPerson): Promise<string> {
  issuer.person = person;
  const browser = openBrowser();
  const { status, text } = await browser.open(`${gateway.url}/login`);
  expect(status).toBe(403);
  expect(browser.cookies(gateway.url)).toBe('');
  return text.trim();
}

async function ask(browser: Browser, document: { toString(): string }, variables: object = {}): Promise<Answer> {
  const body = JSON.stringify({ query: document.toString(), variables });
  return (await browser.ask(gateway.url, `${gateway.url}/graphql`, { body })).json();
}

interface Event {
  readonly action: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly actor: { readonly id: string; readonly name: string; readonly kind: string };
}

async function audited(action: string): Promise<readonly Event[]> {
  const query = `query ($action: [String!]) { auditEvents(first: 50, filter: { action: $action }) {
    nodes { action outcome reason actor { id name kind } } } }`;
  return (await gateway.ask<Answer>(query, { action: [action] })).auditEvents.nodes;
}

describe('signing in', () => {
  test('somebody who was invited comes in by the issuer, and may do what his role says', async () => {
    const person = somebody({ name: 'Ada' });
    const id = await invite(person, 'role_finance');
    const browser = await signedIn(person);

    const { data } = await ask(browser, SignedInDocument);
    expect(data.viewer.user).toMatchObject({ id, email: person.email, name: 'Ada', roles: [{ id: 'role_finance' }] });
    expect(data.viewer.scopes).toContain('BUDGETS_WRITE');
    expect(data.viewer.scopes).not.toContain('KEYS_WRITE');
    expect(data.viewer.session).toMatchObject({ current: true, endedAt: null, userAgent: 'a browser of the tests' });

    const denied = await ask(
      browser,
      'mutation { apiKeyRevoke(id: "key_1", reason: "no") { ... on ForbiddenError { message missingScopes } } }',
    );
    expect(denied.data.apiKeyRevoke).toEqual({
      message: 'None of your roles has the scope KEYS_WRITE.',
      missingScopes: ['KEYS_WRITE'],
    });
    await expect.poll(async () => (await audited('access.denied')).map(({ actor }) => actor.id)).toContain(id);

    const [event] = await audited('user.signIn');
    expect(event).toMatchObject({ outcome: 'ALLOWED', actor: { id, name: 'Ada', kind: 'USER' } });
  });

  test('a group of the issuer brings a role, as long as the mapping says so', async () => {
    const browser = await signedIn(somebody({ groups: ['ai-engineers', 'others'] }));
    const before = await ask(browser, SignedInDocument);
    expect(before.data.viewer.user).toMatchObject({
      groups: ['ai-engineers', 'others'],
      roles: [{ id: 'role_engineer' }],
    });

    await setUp({ groupRoles: [{ group: 'others', role: 'role_product' }] });
    await expect
      .poll(async () => (await ask(browser, SignedInDocument)).data?.viewer.user.roles)
      .toEqual([{ id: 'role_product', name: 'Product' }]);
    await setUp();
  });

  test('calls of a person are counted for his project', async () => {
    const browser = await signedIn(somebody({ groups: ['ai-engineers'] }));
    const { data } = await ask(
      browser,
      'mutation { completionCreate(input: { target: { route: "default" }, messages: [{ role: USER, parts: [{ text: "Hello" }] }] }) { __typename ... on CompletionAccepted { completion { text } } } }',
    );
    expect(data.completionCreate).toMatchObject({ __typename: 'CompletionAccepted' });
  });

  test('cookies are kept from scripts and from other sites, and the session is not in the database', async () => {
    const person = somebody({ groups: ['ai-engineers'] });
    const browser = await signedIn(person);
    const session = browser.setCookies.find((line) => line.startsWith('glidepath=gps_'))!;
    expect(session).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(browser.setCookies.find((line) => line.startsWith('glidepath-login='))).toMatch(
      /; Path=\/login; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    const token = /gps_[\w-]+/.exec(session)![0];
    const rows = await gateway.gateway.prisma.userSession.findMany();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.every(({ hash }) => !Buffer.from(hash).includes(token))).toBe(true);
  });

  test('all that goes to the issuer goes by the one way out', async () => {
    const { url } = issuer;
    await admin(IdentityProviderSaveDocument, { input: { issuer: 'http://localhost:1', clientId: 'x' } });
    // What the egress does not allow is not reached, whoever named it.
    expect(await refused(somebody())).toContain('does not answer');
    const { identityProviderSave: foreign } = await admin(IdentityProviderSaveDocument, {
      input: { issuer: url.replace('127.0.0.1', 'issuer.example'), clientId: 'x' },
    });
    expect(foreign).toMatchObject({ __typename: 'ValidationError' });
    await setUp();
  });
});

describe('nobody comes in', () => {
  test('without a role', async () => {
    expect(await refused(somebody())).toContain('has a role here');
    expect(await refused({ ...somebody(), groups: ['ai-engineer', 'AI-ENGINEERS', '*'] })).toContain('has a role here');
  });

  test('by an address that the issuer has not verified', async () => {
    const invited = somebody();
    await invite(invited, 'role_admin');
    expect(await refused({ ...invited, email_verified: false })).toContain('not verified');
    const { email_verified: _, ...silent } = invited;
    expect(await refused(silent)).toContain('not verified');
    expect(await refused({ ...somebody({ groups: ['ai-engineers'] }), email_verified: false })).toContain(
      'not verified',
    );

    await setUp({ trustEmail: true });
    expect(await refused({ ...invited, email_verified: false })).toContain('not verified');
    await signedIn(silent);
    await setUp();
  });

  test('by the address of somebody who has signed in before', async () => {
    const first = somebody();
    await invite(first, 'role_admin');
    await signedIn(first);
    expect(await refused({ ...first, sub: 'another' })).toContain('Somebody else');
    // The one that it was keeps coming in, whatever his address is by now.
    await signedIn({ ...first, email: 'married@example.com' });
  });

  test('who is disabled, and what he has open ends', async () => {
    const person = somebody();
    const id = await invite(person, 'role_product');
    const browser = await signedIn(person);
    const left = await admin(UserDisableDocument, { id, reason: 'left' });
    expect(left.userDisable.user).toMatchObject({ disabled: true, workingKeys: 0 });
    await expect
      .poll(async () => (await ask(browser, SignedInDocument)).errors?.[0].extensions.code)
      .toBe('UNAUTHENTICATED');
    expect(await refused(person)).toContain('disabled');

    await admin(UserEnableDocument, { id });
    await signedIn(person);
    const reasons = async () =>
      (await audited('user.signIn')).filter(({ outcome }) => outcome === 'DENIED').map(({ reason }) => reason);
    await expect.poll(reasons).toContain('This person is disabled.');
  });

  test('with an answer that was asked for by another browser, twice, or with another state', async () => {
    issuer.person = somebody({ groups: ['ai-engineers'] });
    const [mine, yours] = [openBrowser(), openBrowser()];
    const answer = await mine.openUntil(`${gateway.url}/login`, `${gateway.url}/login/callback`);
    expect((await yours.open(answer)).status).toBe(403);

    const cookie = mine.cookies(`${gateway.url}/login/callback`);
    const finish = (url: string) => fetch(url, { redirect: 'manual', headers: { cookie } });
    const forged = new URL(answer);
    forged.searchParams.set('state', 'x');
    expect((await finish(forged.href)).status).toBe(403);
    expect((await finish(answer)).status).toBe(303);
    expect((await finish(answer)).status).toBe(403);
  });

  test('and nobody is sent anywhere else afterwards', async () => {
    issuer.person = somebody({ groups: ['ai-engineers'] });
    const elsewhere = [
      '//evil.example/',
      '/\\evil.example',
      'https://evil.example/',
      'javascript:alert(1)',
      '\\\\evil',
    ];
    for (const wanted of elsewhere) {
      const login = `${gateway.url}/login?return=${encodeURIComponent(wanted)}`;
      expect(await openBrowser().openUntil(login, `${gateway.url}/graphiql`)).toBe(`${gateway.url}/graphiql`);
    }
  });

  test('where nobody can sign in, and where there is nothing, the answer is the same', async () => {
    await gateway.stranger();
    const answers = await Promise.all(
      ['/login/strangers', '/login/nobody-at-all'].map(async (path) => {
        const response = await fetch(gateway.url + path, { redirect: 'manual' });
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]![0]).toBe(403);
  });
});

describe('a session', () => {
  const whoAmI = JSON.stringify({ query: '{ viewer { scopes } }' });

  test('counts for our own pages only', async () => {
    const browser = await signedIn(somebody({ groups: ['ai-engineers'] }));
    const graphql = `${gateway.url}/graphql`;
    const code = async (page: string, init: object = {}) =>
      (await browser.ask(page, graphql, { body: whoAmI, ...init })).json<Answer>().errors?.[0].extensions.code ??
      'let in';
    expect(await code(gateway.url)).toBe('let in');
    // Another port of the same machine is the same site, so that its cookies go along, and another origin.
    for (const page of ['http://127.0.0.1:1', 'https://evil.example', 'https://127.0.0.1.evil.example']) {
      expect(await code(page), page).toBe('UNAUTHENTICATED');
      expect(await code(page, { type: 'text/plain' }), page).toBe('UNAUTHENTICATED');
    }
    const cookie = browser.cookies(graphql);
    const raw = async (headers: Record<string, string>) => {
      const type = { 'content-type': 'application/json' };
      const response = await fetch(graphql, { method: 'POST', body: whoAmI, headers: { ...type, cookie, ...headers } });
      return response.status;
    };
    expect(await raw({ origin: gateway.url })).toBe(200);
    expect(await raw({})).toBe(401);
    expect(await raw({ origin: 'null' })).toBe(401);
    expect(await raw({ 'sec-fetch-site': 'same-site', origin: gateway.url })).toBe(401);
    expect(await raw({ origin: gateway.url, cookie: `${cookie}; ${cookie}` })).toBe(401);
    expect(await raw({ origin: gateway.url, authorization: 'Bearer gp_live_wrong' })).toBe(401);
    // GraphiQL's empty place for a key is no key.
    expect(await raw({ origin: gateway.url, authorization: 'Bearer ' })).toBe(200);
    const get = await fetch(`${graphql}?query=${encodeURIComponent('{ viewer { scopes } }')}`, { headers: { cookie } });
    expect(get.status).toBe(401);
    const door = await fetch(`${gateway.url}/v1/models`, { headers: { cookie, origin: gateway.url } });
    expect(door.status).toBe(401);
  });

  test('opens a WebSocket from our own page only, which ends with it', async () => {
    const person = somebody();
    const id = await invite(person, 'role_compliance');
    const browser = await signedIn(person);
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    const closed = (origin: string | undefined) =>
      new Promise<number>((resolve) => {
        const headers = { cookie: browser.cookies(gateway.url) };
        const socket = new WebSocket(url, 'graphql-transport-ws', { headers, ...(origin && { origin }) });
        socket.on('open', () => socket.send('{"type":"connection_init"}'));
        socket.on('message', (data) => String(data).includes('connection_ack') && resolve(1));
        socket.on('close', resolve);
        socket.on('error', () => resolve(0));
      });
    expect(await closed('http://127.0.0.1:1')).toBe(0);
    expect(await closed(undefined)).toBe(4403);

    const headers = { cookie: browser.cookies(gateway.url) };
    class Ours extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers, origin: gateway.url });
      }
    }
    const client = createClient({ url, webSocketImpl: Ours, retryAttempts: 0, lazy: false, onNonLazyError: () => {} });
    const errors: Answer[] = [];
    const ended = new Promise<void>((resolve) => {
      client.subscribe(
        { query: 'subscription { auditEventAppended { id } }' },
        {
          next: ({ errors: found }) => errors.push(...(found ?? [])),
          error: () => resolve(),
          complete: () => resolve(),
        },
      );
    });
    await expect.poll(() => closed(gateway.url)).toBe(1);
    // Taking the role away ends what began with it.
    await admin(UserSaveDocument, { input: { id, email: person.email, roles: ['role_product'] } });
    await ended;
    expect(errors.at(-1)?.extensions.code).toBe('UNAUTHENTICATED');
    await client.dispose();
  });

  test('ends when its person signs out, by our own page only', async () => {
    const browser = await signedIn(somebody({ groups: ['ai-engineers'] }));
    const cookie = browser.cookies(gateway.url);
    expect((await browser.ask('https://evil.example', `${gateway.url}/logout`)).status).toBe(403);
    expect((await ask(browser, SignedInDocument)).data.viewer.user).not.toBeNull();
    expect((await browser.ask(gateway.url, `${gateway.url}/logout`)).status).toBe(204);
    expect(browser.cookies(gateway.url)).toBe('');
    const kept = () =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        body: whoAmI,
        headers: { cookie, origin: gateway.url, 'content-type': 'application/json' },
      });
    await expect.poll(async () => (await kept()).status).toBe(401);
    expect((await audited('user.signOut')).length).toBe(1);
  });

  test('is listed, and ended by its person or by who manages people', async () => {
    const person = somebody({ groups: ['ai-engineers'] });
    const [one, other] = [await signedIn(person), await signedIn(person)];
    const { sessions } = (await ask(one, SignedInDocument)).data.viewer.user;
    expect(sessions.map(({ current }: { current: boolean }) => current)).toEqual([false, true]);
    const stranger = await signedIn(somebody({ groups: ['ai-engineers'] }));
    const end = { id: sessions[0].id, reason: 'lost my telephone' };
    expect((await ask(stranger, SessionEndDocument, end)).data.sessionEnd).toMatchObject({
      __typename: 'ForbiddenError',
    });
    const unreal = { ...end, id: `${end.id.slice(0, -1)}_` };
    expect((await ask(stranger, SessionEndDocument, unreal)).data.sessionEnd).toMatchObject({
      __typename: 'ForbiddenError',
    });
    expect((await ask(one, SessionEndDocument, end)).data.sessionEnd).toMatchObject({ __typename: 'SessionEnded' });
    await expect.poll(async () => (await ask(other, SignedInDocument)).errors?.length).toBe(1);
    expect((await ask(one, SignedInDocument)).errors).toBeUndefined();
  });
});

test('keys of a person who leaves are shown, and end with him where that is said', async () => {
  const person = somebody();
  const id = await invite(person, 'role_engineer');
  const browser = await signedIn(person);
  const { data } = await ask(browser, '{ viewer { projects { id } } }');
  const made = await ask(browser, ApiKeyCreateDocument, {
    input: { name: 'service', project: data.viewer.projects[0].id, scopes: ['USAGE_READ'] },
  });
  const { secret, apiKey } = made.data.apiKeyCreate;
  expect(apiKey).toMatchObject({ issuedTo: id, everyScope: false });
  const kept = await admin(UserDisableDocument, { id, reason: 'left' });
  expect(kept.userDisable.user).toMatchObject({ id, disabled: true, workingKeys: 1 });
  const theirs = 'query ($id: ID!) { apiKeys(first: 5, issuedTo: $id) { totalCount nodes { name } } }';
  expect((await gateway.ask<Answer>(theirs, { id })).apiKeys).toEqual({ totalCount: 1, nodes: [{ name: 'service' }] });
  expect((await gateway.raw('{ viewer { scopes } }', {}, secret)).errors).toBeUndefined();
  const ended = await admin(UserDisableDocument, { id, reason: 'left', revokeKeys: true });
  expect(ended.userDisable.user).toMatchObject({ workingKeys: 0 });
  await expect
    .poll(async () => (await gateway.raw('{ viewer { scopes } }', {}, secret)).errors?.[0]?.extensions?.code)
    .toBe('UNAUTHENTICATED');
});

test('people may stay for up to thirty days', async () => {
  const month = { maxAge: 'P30D', idle: 'P30D' };
  await setUp(month);
  const browser = await signedIn(somebody({ groups: ['ai-engineers'] }));
  expect((await ask(browser, SignedInDocument)).errors).toBeUndefined();
  const { identityProvider } = await admin(IdentityProviderDocument);
  expect(identityProvider).toMatchObject({ maxAge: 'PT2592000S', idle: 'PT2592000S' });
  await setUp();
});

test('the provider is read without its secret, which no audit entry has either', async () => {
  const { identityProvider } = await admin(IdentityProviderDocument);
  expect(identityProvider).toMatchObject({
    issuer: issuer.url,
    confidential: true,
    maxAge: 'PT43200S',
    idle: 'PT3600S',
  });
  const { auditEvents } = await gateway.ask<Answer>(
    '{ auditEvents(first: 50, filter: { action: ["identityProvider.save"] }) { nodes { diff { path masked before after } } } }',
  );
  expect(JSON.stringify(auditEvents)).not.toContain(issuer.clientSecret);
  const first = auditEvents.nodes.at(-1).diff.find(({ path }: { path: string[] }) => path[0] === 'clientSecret');
  expect(first).toMatchObject({ masked: true, before: null, after: null });
});

test('people are listed to who manages them, and the provider can go', async () => {
  const { users } = await admin(UsersDocument, { first: 100 });
  expect(users.totalCount).toBe(users.nodes.length);
  const { errors } = await gateway.raw(UsersDocument.toString(), { first: 1 }, await gateway.keyWith('USAGE_READ'));
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  await admin(IdentityProviderDeleteDocument);
  expect(await refused(somebody())).toContain('Nobody can sign in here');
});
