import { randomUUID } from 'node:crypto';
import type { FaultHouse } from './house.ts';

/** What a cancel came to: from the call until the fault provider saw its socket close. */
export interface CancelTime {
  /** C1: nothing had been said. C2: something had. */
  readonly id: 'C1' | 'C2';
  readonly closed: boolean;
  readonly tookMs: number;
}

/** After this a socket counts as left open. */
const PATIENCE_MS = 5000;

/** Starts runs that would hang for ever (S7, S8), cancels each, and waits for the provider's socket to close. */
export async function cancelTimes(house: FaultHouse, each: number): Promise<CancelTime[]> {
  const gone = new Map<string, (at: number) => void>();
  house.provider.onGone((id, at) => gone.get(id)?.(at));
  const times: CancelTime[] = [];
  for (const [id, fault] of [
    ['C1', 'S7'],
    ['C2', 'S8'],
  ] as const) {
    for (let n = 0; n < each; n++) {
      const before = house.provider.asked(fault);
      const run = await start(house, `faulty/${fault}.cancelled-${randomUUID()}`);
      while (house.provider.asked(fault) === before) await pause(5);
      const { promise, resolve } = Promise.withResolvers<number | null>();
      gone.set(fault, resolve);
      const timer = setTimeout(() => resolve(null), PATIENCE_MS);
      const cancelledAt = performance.now();
      await house.ask('mutation ($id: ID!) { completionCancel(id: $id) { __typename } }', { id: run });
      const closedAt = await promise;
      clearTimeout(timer);
      times.push({ id, closed: closedAt !== null, tookMs: (closedAt ?? Number.NaN) - cancelledAt });
    }
  }
  return times;
}

async function start(house: FaultHouse, model: string): Promise<string> {
  const { completionCreate } = await house.ask<{ completionCreate: { completion: { id: string } } }>(
    `mutation ($input: CompletionInput!) {
      completionCreate(input: $input, waitMs: 0) { ... on CompletionAccepted { completion { id } } ... on Error { message } } }`,
    { input: { target: { model }, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }] } },
  );
  return completionCreate.completion.id;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
