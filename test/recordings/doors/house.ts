import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../../src/core/json.ts';
import { type Exchange, responseOf } from '../exchange.ts';

/** A server that answers every call with one recorded answer, and keeps what it was asked. */
export interface ReplayServer {
  readonly port: number;
  /** What the next calls are answered with. */
  answer(exchange: Exchange): void;
  /** The bodies of the calls since then. */
  asked(): readonly { readonly path: string; readonly body: Json }[];
  close(): Promise<void>;
}

export async function startReplayServer(): Promise<ReplayServer> {
  let exchange: Exchange | null = null;
  let asked: { path: string; body: Json }[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(pieces).toString('utf8') || 'null') as Json });
    if (!exchange) return void response.writeHead(500).end();
    const recorded = responseOf(exchange);
    const type = recorded.headers.get('content-type') ?? 'application/json';
    response.writeHead(recorded.status, { 'content-type': type }).end(Buffer.from(await recorded.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    answer(next) {
      exchange = next;
      asked = [];
    },
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Asking = (document: string, variables?: object) => Promise<Record<string, unknown>>;

/** Where a gateway asks for recorded answers: one provider of a kind, and every model of it in a route that does not stream. */
export interface Place {
  /** What to give as `model`. @param streamed whether the recorded answer is a stream */
  modelFor(modelId: string, streamed: boolean): Promise<string>;
}

export async function placeFor(ask: Asking, slug: string, kind: string, port: number): Promise<Place> {
  const { providerSave } = (await ask(PROVIDER_SAVE, {
    input: { slug, kind, baseUrl: `http://127.0.0.1:${port}/v1` },
  })) as { providerSave: { provider: { id: string } } };
  const secret = { value: 'not-a-real-key-0000' };
  await ask(CREDENTIAL_SAVE, { input: { provider: providerSave.provider.id, label: 'test', secret } });
  const made = new Map<string, Promise<string>>();

  const route = async (modelId: string): Promise<string> => {
    const model = `${slug}/${modelId}`;
    await ask(MODEL_SAVE, { input: { model } });
    const name = `${slug}-${modelId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 60).replace(/-$/, '');
    const targets = [{ model, streaming: false, retry: { maxAttempts: 1 } }];
    const { routeSave } = (await ask(ROUTE_SAVE, {
      input: { slug: name, name, rules: [{ name: 'all', targets }] },
    })) as { routeSave: { route: { id: string; revision: number } } };
    await ask(ROUTE_PUBLISH, { id: routeSave.route.id, revision: routeSave.route.revision });
    return `route/${name}`;
  };
  return {
    async modelFor(modelId, streamed) {
      const made_ = made.get(modelId) ?? route(modelId);
      made.set(modelId, made_);
      const name = await made_;
      return streamed ? `${slug}/${modelId}` : name;
    },
  };
}

const PROVIDER_SAVE = `mutation ($input: ProviderSaveInput!) {
  providerSave(input: $input) { ... on ProviderSaved { provider { id } } ... on Error { message } } }`;
const CREDENTIAL_SAVE = `mutation ($input: CredentialSaveInput!) {
  credentialSave(input: $input) { __typename ... on Error { message } } }`;
const MODEL_SAVE = `mutation ($input: ModelSaveInput!) { modelSave(input: $input) { __typename ... on Error { message } } }`;
const ROUTE_SAVE = `mutation ($input: RouteSaveInput!) {
  routeSave(input: $input) { ... on RouteSaved { route { id revision } } ... on Error { message } } }`;
const ROUTE_PUBLISH = `mutation ($id: ID!, $revision: Int!) {
  routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename ... on Error { message } } }`;
