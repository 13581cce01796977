import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { authority } from './certificate.ts';
import { type DoorName, doors } from './doors.ts';
import { type FaultProvider, startFaultProvider } from './provider.ts';
import { endingOf, type Fault, faults, type Mode, type Place } from './table.ts';

/** A gateway somewhere, and a key with every scope. */
export interface Door {
  readonly url: string;
  readonly key: string;
}

/** One fault, met in one way. Each cell has a deployment of its own, so that no breaker spares it the fault. */
export interface Cell {
  readonly fault: Fault;
  readonly mode: Mode;
  readonly withFallback: boolean;
  readonly door: DoorName;
}

export interface FaultHouse extends Door {
  readonly provider: FaultProvider;
  ask: Asking;
  close(): Promise<void>;
}

/** Of targets that hang: of its first word, or of the silence after it. */
export const CLOCK_MS = 400;

export function cellsOf(chosen: readonly Fault[] = faults, through: readonly DoorName[] = doors): Cell[] {
  return chosen.flatMap((fault) =>
    (['streamed', 'whole'] as const)
      .filter((mode) => fault[mode])
      .flatMap((mode) =>
        [true, false].flatMap((withFallback) => through.map((door) => ({ fault, mode, withFallback, door }))),
      ),
  );
}

/** The published route of a cell. */
export function routeOf({ fault, mode, withFallback, door }: Cell): string {
  return `${fault.id}-${mode}-${withFallback ? 'rescued' : 'alone'}-${door}`.toLowerCase();
}

/**
 * Sets a gateway up for faults: a fault provider, a provider row for each place where one can be, and a published route
 * for each cell, with a healthy model behind the faulty one or without.
 */
export async function openFaultHouse(door: Door, cells: readonly Cell[]): Promise<FaultHouse> {
  const provider = await startFaultProvider();
  const ask = asking(door);
  const base = `http://127.0.0.1:${provider.port}`;
  // For the time of the tests the process trusts their authority, as it does those of the system.
  setDefaultCACertificates([...getCACertificates('default'), authority]);
  const places = { faulty: `${base}/v1`, healthy: `${base}/v1`, ...placesOf(provider) };
  for (const [slug, baseUrl] of Object.entries(places)) {
    await ask(PROVIDER_SAVE, { input: { slug, kind: 'OPENAI_COMPATIBLE', baseUrl } });
  }
  for (let at = 0; at < cells.length; at += 10) {
    await Promise.all(cells.slice(at, at + 10).map((cell) => prepare(ask, base, cell)));
  }
  return { ...door, provider, ask, close: provider.close };
}

/** Base URLs. */
export function placesOf({ port, closedPort, tlsPorts }: FaultProvider): Readonly<Record<Place, string>> {
  return {
    closed: `http://127.0.0.1:${closedPort}/v1`,
    'unknown-name': 'http://nobody.invalid/v1',
    'self-signed': `https://127.0.0.1:${tlsPorts.selfSigned}/v1`,
    tls: `https://127.0.0.1:${tlsPorts.trusted}/v1`,
    'tls-other-name': `https://127.0.0.1:${tlsPorts.named}/v1`,
    'tls-expired': `https://127.0.0.1:${tlsPorts.expired}/v1`,
    'tls-on-plain': `https://127.0.0.1:${port}/v1`,
  };
}

async function prepare(ask: Asking, base: string, cell: Cell): Promise<void> {
  const { fault, mode, withFallback } = cell;
  const streaming = mode === 'streamed';
  // Only what hangs needs a short clock; on a busy machine it would take for late what breaks or answers by itself.
  const clock = endingOf(fault, mode) === 'breaks' ? 'idleTimeoutMs' : 'ttftTimeoutMs';
  const clocks = fault.hangs ? { [clock]: CLOCK_MS } : {};
  const faulty = { model: await modelOf(ask, base, cell), ...clocks, streaming };
  const targets = withFallback ? [faulty, { model: 'healthy/healthy', streaming }] : [faulty];
  const slug = routeOf(cell);
  const { routeSave } = await ask<{ routeSave: { route: { id: string; revision: number } } }>(ROUTE_SAVE, {
    input: { slug, name: slug, rules: [{ name: 'all', targets }] },
  });
  await ask(ROUTE_PUBLISH, { id: routeSave.route.id, revision: routeSave.route.revision });
}

/** Where names are free, the model's name says the fault; elsewhere a provider is made whose address does. */
async function modelOf(ask: Asking, base: string, cell: Cell): Promise<string> {
  const { id, at } = cell.fault;
  const slug = routeOf(cell);
  if (at !== 'anthropic' && at !== 'google') return `${at ?? 'faulty'}/${id}.${slug}`;
  const { providerSave } = await ask<{ providerSave: { provider: { id: string } } }>(PROVIDER_SAVE, {
    input: { slug, kind: at.toUpperCase(), baseUrl: `${base}/fault/${id}` },
  });
  const secret = { value: 'not-a-real-key-0000' };
  await ask(CREDENTIAL_SAVE, { input: { provider: providerSave.provider.id, label: 'test', secret } });
  return `${slug}/${at === 'anthropic' ? 'claude-haiku-4-5' : 'gemini-2.5-flash'}`;
}

// ---------------------------------------------------------------- GraphQL

export type Asking = <Data>(document: string, variables?: object) => Promise<Data>;

/** Throws what a write is refused with. */
export function asking({ url, key }: Door): Asking {
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
