import { type FaultProvider, startFaultProvider } from './provider.ts';
import { type Fault, faults, type Mode } from './table.ts';

/** A gateway somewhere, and a key with every scope. */
export interface Door {
  readonly url: string;
  readonly key: string;
}

export interface FaultHouse extends Door {
  readonly provider: FaultProvider;
  /** The published route on which a fault is met. */
  routeOf(fault: Fault, mode: Mode, withFallback: boolean): string;
  ask<Data>(document: string, variables?: object): Promise<Data>;
  close(): Promise<void>;
}

/** Short clocks: a hang costs half a second, and the fallback's time is not counted. */
export const CLOCKS = { ttftTimeoutMs: 400, idleTimeoutMs: 400, timeoutMs: 3000 };

/**
 * Sets a gateway up for faults: a fault provider, a provider row for each place where one can be, and for each fault
 * of `chosen` two routes per mode, with the healthy model behind it and without.
 */
export async function openFaultHouse(door: Door, chosen: readonly Fault[] = faults): Promise<FaultHouse> {
  const provider = await startFaultProvider();
  const ask = asking(door);
  const base = `http://127.0.0.1:${provider.port}`;
  const save = (input: object) => ask(PROVIDER_SAVE, { input });
  const compatible = (slug: string, baseUrl: string) => save({ slug, kind: 'OPENAI_COMPATIBLE', baseUrl });
  await compatible('faulty', `${base}/v1`);
  await compatible('healthy', `${base}/v1`);
  await compatible('closed', `http://127.0.0.1:${provider.closedPort}/v1`);
  await compatible('unknown-name', 'http://nobody.invalid/v1');
  await compatible('tls', `https://127.0.0.1:${provider.tlsPort}/v1`);
  await compatible('tls-on-plain', `https://127.0.0.1:${provider.port}/v1`);
  for (const { at, id } of chosen) {
    if (at !== 'anthropic' && at !== 'google') continue;
    const slug = slugOf(id);
    const { providerSave } = await ask<{ providerSave: { provider: { id: string } } }>(PROVIDER_SAVE, {
      input: { slug, kind: at.toUpperCase(), baseUrl: `${base}/fault/${id}` },
    });
    const secret = { value: 'not-a-real-key-0000' };
    await ask(CREDENTIAL_SAVE, { input: { provider: providerSave.provider.id, label: 'test', secret } });
  }

  const cells = chosen.flatMap((fault) =>
    modesOf(fault).flatMap((mode) => [true, false].map((withFallback) => ({ fault, mode, withFallback }))),
  );
  for (let at = 0; at < cells.length; at += 10) {
    await Promise.all(cells.slice(at, at + 10).map((cell) => publish(ask, cell)));
  }
  return { ...door, provider, routeOf, ask, close: provider.close };
}

export function modesOf(fault: Fault): readonly Mode[] {
  return (['streamed', 'whole'] as const).filter((mode) => fault[mode]);
}

interface Cell {
  readonly fault: Fault;
  readonly mode: Mode;
  readonly withFallback: boolean;
}

async function publish(ask: Asking, { fault, mode, withFallback }: Cell): Promise<void> {
  const streaming = mode === 'streamed';
  // Only what may hang needs short clocks; on a busy machine they would take a good answer for a late one.
  const clocks = fault.ends === 'answers' ? {} : CLOCKS;
  const faulty = { model: modelOf(fault), ...clocks, streaming };
  const targets = withFallback ? [faulty, { model: 'healthy/healthy', streaming }] : [faulty];
  const slug = routeOf(fault, mode, withFallback);
  const { routeSave } = await ask<{ routeSave: { route: { id: string; revision: number } } }>(ROUTE_SAVE, {
    input: { slug, name: slug, rules: [{ name: 'all', targets }] },
  });
  await ask(ROUTE_PUBLISH, { id: routeSave.route.id, revision: routeSave.route.revision });
}

function modelOf({ id, at }: Fault): string {
  if (at === 'anthropic') return `${slugOf(id)}/claude-haiku-4-5`;
  if (at === 'google') return `${slugOf(id)}/gemini-2.5-flash`;
  return `${placeOf(at)}/${id}`;
}

function placeOf(at: Fault['at']): string {
  return at ?? 'faulty';
}

function slugOf(id: string): string {
  return id.toLowerCase();
}

function routeOf({ id }: Fault, mode: Mode, withFallback: boolean): string {
  return `${slugOf(id)}-${mode}-${withFallback ? 'rescued' : 'alone'}`;
}

// ---------------------------------------------------------------- GraphQL

export type Asking = <Data>(document: string, variables?: object) => Promise<Data>;

function asking({ url, key }: Door): Asking {
  return async <Data>(query: string, variables: object = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, { message?: string }>; errors?: object };
    const refused = Object.values(data ?? {}).find((answer) => answer?.message !== undefined);
    if (errors || refused) throw new Error(JSON.stringify(errors ?? refused));
    return data as Data;
  };
}

const PROVIDER_SAVE = `mutation ($input: ProviderSaveInput!) {
  providerSave(input: $input) { ... on ProviderSaved { provider { id } } ... on Error { message } } }`;
const CREDENTIAL_SAVE = `mutation ($input: CredentialSaveInput!) {
  credentialSave(input: $input) { __typename ... on Error { message } } }`;
const ROUTE_SAVE = `mutation ($input: RouteSaveInput!) {
  routeSave(input: $input) { ... on RouteSaved { route { id revision } } ... on Error { message } } }`;
const ROUTE_PUBLISH = `mutation ($id: ID!, $revision: Int!) {
  routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename ... on Error { message } } }`;
