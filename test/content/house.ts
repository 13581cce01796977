import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { catalogue } from '../../src/providers/catalogue.ts';
import { type Answering, answers, type Loopback, loopback, streams } from '../providers/loopback.ts';
import { wireFixtures } from '../providers/wire-fixtures.ts';
import { subscribe } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** Every kind of provider that is asked over a network. */
export const kinds = catalogue.map(({ kind }) => kind).filter((kind) => kind !== 'simulator');

/** A whole gateway, one provider of every kind, and their servers: what leaves for each of them can be read. */
export interface ContentHouse {
  readonly gateway: TestGateway;
  readonly server: Loopback;
  /** How the next questions are answered; a provider's own little text when nobody says. */
  answer: Answering | null;
  /** What has been asked of providers since the last time. */
  asked(): readonly unknown[];
  /** Asks a model of this kind, through the door. */
  complete(kind: string, input: object): Promise<Completed>;
  /** The same, with the provider asked for its whole answer at once. */
  plain(kind: string, input: object): Promise<Completed>;
  /** The same by subscription: the parts, in their order. */
  stream(kind: string, input: object): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface Completed {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly suggestions: readonly string[] }[];
  readonly completion?: {
    readonly text: string | null;
    readonly finishReason: string;
    readonly object: unknown;
    readonly parts: readonly Record<string, unknown>[];
  };
}

const PARTS = `__typename
  ... on TextPart { text citations { title url } } ... on ReasoningPart { text signature }
  ... on ToolCallPart { toolCallId name arguments rawArguments signature issues { path message } }
  ... on MediaPart { mimeType base64 } ... on RefusalPart { text category } ... on UnknownPart { provider raw }`;
const COMPLETE = `mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename
  ... on CompletionAccepted { completion { text finishReason object parts { ${PARTS} } } }
  ... on ValidationError { issues { path code suggestions } }
  ... on Error { code message } } }`;
const STREAM = `subscription ($input: CompletionInput!) { completionStream(input: $input) { __typename
  ... on PartFinished { index part { ${PARTS} } } ... on OutputReset { reason } ... on CompletionFailed { error { message } } } }`;

interface StreamedEvent {
  readonly __typename: string;
  readonly index?: number;
  readonly part?: Record<string, unknown>;
  readonly reason?: string;
  readonly error?: { readonly message: string };
}

export async function openContentHouse(environment: Record<string, string> = {}): Promise<ContentHouse> {
  const house: { answer: Answering | null } = { answer: null };
  const server = await loopback((response, request, turn) => {
    if (request.url === '/token') return answers(200, { access_token: 't', expires_in: 3600 })(response, request, turn);
    const kind = request.url!.split('/')[1]!;
    return (house.answer ?? streams(wireFixtures[kind]!.text))(response, request, turn);
  });
  const gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1', ...environment } });
  for (const kind of kinds) await addProvider(gateway, kind, server.url);
  let read = 0;
  /** Kinds that have a route of their own. */
  const routed = new Set<string>();
  const complete = async (target: object, input: object) => {
    const { completionCreate } = await gateway.ask<{ completionCreate: Completed }>(COMPLETE, {
      input: { target, ...input },
    });
    return completionCreate;
  };
  return {
    gateway,
    server,
    get answer() {
      return house.answer;
    },
    set answer(answer) {
      house.answer = answer;
    },
    asked() {
      const news = server.asked.slice(read);
      read = server.asked.length;
      return news;
    },
    complete: (kind, input) => complete({ model: `${kind}/${modelOf(kind)}` }, input),
    async plain(kind, input) {
      if (!routed.has(kind)) await addRoute(gateway, kind);
      routed.add(kind);
      return complete({ route: kind }, input);
    },
    async stream(kind, input) {
      const parts: Record<string, unknown>[] = [];
      const idempotencyKey = randomUUID();
      const variables = {
        input: { target: { model: `${kind}/${modelOf(kind)}` }, idempotencyKey, ...input },
      };
      for await (const event of subscribe<StreamedEvent>(gateway, STREAM, variables, 'completionStream')) {
        if (event.error) throw new Error(event.error.message);
        // What stands before it is taken back.
        if (event.reason) parts.splice(0);
        if (event.part) parts[event.index!] = event.part;
      }
      return parts;
    },
    async close() {
      await gateway.close();
      await server.close();
    },
  };
}

/** Names that mean what the packages take them to mean: some go by them. */
const models: Readonly<Record<string, string>> = {
  anthropic: 'claude-sonnet-4-5',
  google: 'gemini-3-flash-preview',
  'google-vertex': 'gemini-3-flash-preview',
  'amazon-bedrock': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
};

export function modelOf(kind: string): string {
  return models[kind] ?? 'model-1';
}

async function addProvider(gateway: TestGateway, kind: string, url: string): Promise<void> {
  const path = wireFixtures[kind]!.baseUrl;
  const input = { slug: kind, kind: kind.toUpperCase().replaceAll('-', '_'), baseUrl: `${url}/${kind}${path}` };
  const { providerSave } = await gateway.ask<{ providerSave: { provider?: { id: string }; message?: string } }>(
    `mutation ($input: ProviderSaveInput!) { providerSave(input: $input) {
      ... on ProviderSaved { provider { id } } ... on Error { message } } }`,
    { input },
  );
  if (!providerSave.provider) throw new Error(`${kind}: ${providerSave.message}`);
  const value = kind === 'google-vertex' ? serviceAccount(url) : 'sk-something-long-enough';
  await gateway.ask(
    'mutation ($input: CredentialSaveInput!) { credentialSave(input: $input) { __typename ... on Error { message } } }',
    { input: { provider: providerSave.provider.id, label: 'main', secret: { value } } },
  );
  await gateway.ask('mutation ($input: ModelSaveInput!) { modelSave(input: $input) { __typename } }', {
    input: { model: `${kind}/${modelOf(kind)}` },
  });
}

/** To the model of this kind, asked for its whole answer at once. */
async function addRoute(gateway: TestGateway, kind: string): Promise<void> {
  const targets = [{ model: `${kind}/${modelOf(kind)}`, streaming: false }];
  const input = { slug: kind, name: kind, rules: [{ name: 'always', targets }] };
  const { routeSave } = await gateway.ask<{ routeSave: { route?: { id: string }; message?: string } }>(
    'mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id } } ... on Error { message } } }',
    { input },
  );
  if (!routeSave.route) throw new Error(routeSave.message);
  await gateway.ask('mutation ($id: ID!) { routePublish(id: $id, version: 1, expectedRevision: 1) { __typename } }', {
    id: routeSave.route.id,
  });
}

function serviceAccount(url: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return JSON.stringify({ client_email: 'a@example.com', private_key, private_key_id: 'k', token_uri: `${url}/token` });
}

/** Every object in a body, however deep. */
export function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}
