import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type ContentHouse, modelOf, openContentHouse } from '../content/house.ts';
import { subscribe, user } from '../support/completions.ts';
import { type Family, families } from './wires.ts';

/** USD for a million: a token of input is 1,000 nanos, a cached one 100, one of output 4,000. */
const PRICES = { INPUT_TOKEN: '1', CACHE_READ_TOKEN: '0.1', OUTPUT_TOKEN: '4' };

/** A gateway with a provider of each family, whose prices are known, and a route that asks for answers in one piece. */
export async function openPricedHouse(): Promise<ContentHouse> {
  const house = await openContentHouse();
  for (const { kind } of families) {
    const model = `${kind}/${modelOf(kind)}`;
    for (const [meter, amount] of Object.entries(PRICES)) {
      await house.gateway.ask(
        'mutation ($input: PriceSetInput!) { priceSet(input: $input) { __typename ... on Error { message } } }',
        { input: { model, meter, amount, validFrom: '2020-01-01T00:00:00Z' } },
      );
    }
    await routeTo(house, kind, model);
  }
  return house;
}

async function routeTo({ gateway }: ContentHouse, kind: string, model: string): Promise<void> {
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string; revision: number } } }>(
    'mutation ($input: RouteSaveInput!) { routeSave(input: $input) { ... on RouteSaved { route { id revision } } } }',
    { input: { slug: `whole-${kind}`, name: kind, rules: [{ name: 'all', targets: [{ model, streaming: false }] }] } },
  );
  await gateway.ask(
    'mutation ($id: ID!, $revision: Int!) { routePublish(id: $id, version: 1, expectedRevision: $revision) { __typename } }',
    routeSave.route,
  );
}

const question = { messages: [user('Say hello.')], endUser: 'caller' };
export const toModel = ({ kind }: Family) => ({ target: { model: `${kind}/${modelOf(kind)}` }, ...question });
export const inOnePiece = ({ kind }: Family) => ({ target: { route: `whole-${kind}` }, ...question });

export interface Bill {
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number; readonly source: string };
  readonly cost: {
    readonly complete: boolean;
    readonly total: { readonly nanos: string };
    readonly lines: readonly { readonly meter: string; readonly quantity: number; readonly source: string }[];
  };
}

const BILL =
  'usage { inputTokens outputTokens source } cost { complete total { nanos } lines { meter quantity source } }';

/** Asks, and is answered "The capital is London." */
export async function asked({ gateway }: ContentHouse, input: object): Promise<Bill> {
  const { completionCreate } = await gateway.ask<{
    completionCreate: { message?: string; completion?: Bill & { text: string } };
  }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) {
      ... on CompletionAccepted { completion { text ${BILL} } } ... on Error { message } } }`,
    { input },
  );
  const { completion, message } = completionCreate;
  if (!completion) throw new Error(message);
  expect(completion.text).toBe('The capital is London.');
  return completion;
}

export interface StreamedEvent {
  readonly __typename: string;
  readonly requestId?: string;
  readonly completionId: string;
  readonly completion?: Bill & { readonly status: string };
  readonly error?: { readonly code: string; readonly message: string };
}

const STREAM = `subscription ($input: CompletionInput!) { completionStream(input: $input) { __typename completionId
  ... on CompletionStarted { requestId } ... on CompletionFinished { completion { status ${BILL} } }
  ... on CompletionFailed { error { code message } completion { status ${BILL} } } } }`;

/** All events, or those until `enough` says so: then the caller leaves. */
export async function streamed(
  { gateway }: ContentHouse,
  input: object,
  enough: (event: StreamedEvent) => Promise<boolean> | boolean = () => false,
): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  const variables = { input: { ...input, idempotencyKey: randomUUID() } };
  for await (const event of subscribe<StreamedEvent>(gateway, STREAM, variables, 'completionStream')) {
    events.push(event);
    if (await enough(event)) break;
  }
  return events;
}

/** What the books say of a call, once they have it. */
export async function booked({ gateway }: ContentHouse, requestId: string): Promise<Bill & { status: string }> {
  const { request } = await gateway.ask<{ request: Bill & { status: string } }>(
    `query ($id: ID!) { request(id: $id) { status ${BILL} } }`,
    { id: requestId },
  );
  return request;
}

export interface Charged {
  readonly lines: readonly (readonly [meter: string, quantity: number, source: string])[];
  readonly nanos: number;
  readonly source: string;
}

/** Meter, quantity, and whose word it is; then the nanos of it all. */
export function charged({ usage, cost }: Bill): Charged {
  expect(cost.complete).toBe(true);
  const lines = cost.lines.map(({ meter, quantity, source }) => [meter, quantity, source] as const);
  return { lines, nanos: Number(cost.total.nanos), source: usage.source };
}
