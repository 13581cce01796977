import { randomUUID } from 'node:crypto';
import { askThrough, type Seen } from './doors.ts';
import { type Cell, type FaultHouse, routeOf } from './house.ts';
import { complaintsOf, type Outcome, outcomeOf } from './judge.ts';

export interface Met extends Cell {
  readonly seen: Seen | null;
  readonly outcome: Outcome;
  readonly complaints: readonly string[];
}

/** Long after the clock of a target, asked twice, and its fallback, on a machine with much else to do. */
const PATIENCE_MS = 20_000;

/** Meets every cell, `lanes` at a time. */
export async function meet(house: FaultHouse, cells: readonly Cell[], lanes = 8): Promise<Met[]> {
  const met: Met[] = [];
  const left = cells.entries();
  const lane = async () => {
    for (const [, cell] of left) met.push(await meetOne(house, cell));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return met;
}

async function meetOne(house: FaultHouse, cell: Cell): Promise<Met> {
  const { fault, door } = cell;
  const input = () => ({
    idempotencyKey: randomUUID(),
    target: { route: routeOf(cell) },
    messages: [{ role: 'USER', parts: [{ text: 'What is the capital?' }] }],
  });
  const ask = () => askThrough(door, house, input(), AbortSignal.timeout(PATIENCE_MS));
  let seen = await ask();
  // A machine with too much to do may let the gateway's own database wait; that says nothing about the fault.
  for (let again = 0; again < 3 && isBusy(seen); again++) seen = await ask();
  return { ...cell, seen, outcome: outcomeOf(fault, seen), complaints: complaintsOf(cell, seen) };
}

export function nameOf({ fault, mode, withFallback, door }: Cell): string {
  return `${fault.id} ${mode} ${withFallback ? 'with' : 'without'} fallback, ${door}: ${fault.title}`;
}

function isBusy(seen: Seen | null): boolean {
  return seen?.code === 'UNAVAILABLE' || seen?.crash?.includes('"UNAVAILABLE"') === true;
}
