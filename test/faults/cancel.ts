import { randomUUID } from 'node:crypto';
import { askThrough, type DoorName, doors } from './doors.ts';
import type { FaultHouse } from './house.ts';

/** What an end before the end came to: until the fault provider saw its socket close. */
export interface CloseTime {
  /** C1: nothing had been said. C2: something had. */
  readonly id: 'C1' | 'C2';
  /** Who ended it: `completionCancel`, or a caller of `onDisconnect: CANCEL` who went away without a word. */
  readonly by: 'completionCancel' | DoorName;
  readonly closed: boolean;
  readonly tookMs: number;
}

/** After this a socket counts as left open. */
const PATIENCE_MS = 5000;
const HANGING = { C1: 'S7', C2: 'S8' } as const;

/** Starts runs that would hang for ever (S7, S8), ends each in every way, and waits for the provider's socket to close. */
export async function closeTimes(house: FaultHouse, each: number): Promise<CloseTime[]> {
  const gone = new Map<string, (at: number) => void>();
  house.provider.onGone((id, at) => gone.get(id)?.(at));
  const times: CloseTime[] = [];
  for (const id of ['C1', 'C2'] as const) {
    for (const by of ['completionCancel', ...doors] as const) {
      for (let n = 0; n < each; n++) {
        const fault = HANGING[id];
        const before = house.provider.asked(fault);
        const end = by === 'completionCancel' ? await cancelling(house, fault) : leaving(house, by, fault);
        while (house.provider.asked(fault) === before) await pause(2);
        if (id === 'C2') await pause(20);
        const { promise, resolve } = Promise.withResolvers<number | null>();
        gone.set(fault, resolve);
        const timer = setTimeout(() => resolve(null), PATIENCE_MS);
        const endedAt = performance.now();
        await end();
        const closedAt = await promise;
        clearTimeout(timer);
        times.push({ id, by, closed: closedAt !== null, tookMs: (closedAt ?? Number.NaN) - endedAt });
      }
    }
  }
  return times;
}

async function cancelling(house: FaultHouse, fault: string): Promise<() => Promise<unknown>> {
  const { completionCreate } = await house.ask<{ completionCreate: { completion: { id: string } } }>(
    `mutation ($input: CompletionInput!) {
      completionCreate(input: $input, waitMs: 0) { ... on CompletionAccepted { completion { id } } ... on Error { message } } }`,
    { input: inputFor(fault) },
  );
  const { id } = completionCreate.completion;
  return () => house.ask('mutation ($id: ID!) { completionCancel(id: $id) { __typename } }', { id });
}

function leaving(house: FaultHouse, door: DoorName, fault: string): () => Promise<unknown> {
  const patience = new AbortController();
  const asked = askThrough(door, house, { ...inputFor(fault), onDisconnect: 'CANCEL' }, patience.signal);
  return () => {
    patience.abort();
    return asked;
  };
}

/** A deployment of its own, so that no breaker hears of it. */
function inputFor(fault: string): object {
  const target = { model: `faulty/${fault}.ended-${randomUUID()}` };
  return { target, messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }], idempotencyKey: randomUUID() };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
