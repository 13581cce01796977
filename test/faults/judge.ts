import type { Seen } from './doors.ts';
import type { Cell } from './house.ts';
import { type Ending, endingOf, type Fault, type Mode } from './table.ts';
import { isVendorDoor, type VendorDoor } from './vendor-doors.ts';
import { FALLBACK, GOOD } from './wire.ts';

/**
 * What a caller got. The first three are right where they are expected; the rest never are.
 * - answer: the provider's own answer, whole
 * - rescued: the fallback's answer, whole
 * - error: a typed error
 * - TRUNCATED: part of an answer as if it were one
 * - GARBAGE: something else as if it were an answer
 * - HANG: nothing, long after every clock has run out
 * - CRASH: no typed end: a broken connection, an internal error
 */
export type Outcome = 'answer' | 'rescued' | 'error' | 'TRUNCATED' | 'GARBAGE' | 'HANG' | 'CRASH';

export function outcomeOf(fault: Fault, seen: Pick<Seen, 'text' | 'code' | 'crash'> | null): Outcome {
  if (seen === null) return 'HANG';
  if (seen.crash !== null || seen.code === 'INTERNAL') return 'CRASH';
  if (seen.code !== null) return 'error';
  if (seen.text === FALLBACK) return 'rescued';
  const whole = fault.text ?? GOOD;
  if (seen.text === whole && fault.ends === 'answers') return 'answer';
  return whole.startsWith(seen.text) && seen.text !== whole ? 'TRUNCATED' : 'GARBAGE';
}

export function expectedOf(fault: Fault, mode: Mode, withFallback: boolean): Outcome {
  const ending = endingOf(fault, mode);
  if (ending === 'answers') return 'answer';
  return withFallback && ending !== 'refuses' ? 'rescued' : 'error';
}

/** Everything that is wrong with one cell of the matrix; nothing when it is as it should be. */
export function complaintsOf({ fault, mode, withFallback, door }: Cell, seen: Seen | null): string[] {
  const outcome = outcomeOf(fault, seen);
  const expected = expectedOf(fault, mode, withFallback);
  const complaints: string[] = [];
  if (outcome !== expected && !(isVendorDoor(door) && cannotTakeBack(door, expected, outcome, seen))) {
    complaints.push(`${expected} was expected, ${outcome} came: ${said(seen)}`);
  }
  if (!seen || outcome === 'CRASH') return complaints;
  if (!isVendorDoor(door)) complaints.push(...oddities(fault, endingOf(fault, mode), outcome, seen));
  if (/sk-SECRET|127\.0\.0\.1|<html/.test(seen.message)) complaints.push(`the message tells too much: ${seen.message}`);
  return complaints;
}

/** Where GraphQL says OutputReset, the vendors' streams can only end with an error. */
function cannotTakeBack(door: VendorDoor, expected: Outcome, outcome: Outcome, seen: Seen | null): boolean {
  return expected === 'rescued' && outcome === 'error' && door.endsWith('-stream') && seen?.text !== '';
}

/** What only GraphQL has words for. */
function oddities(fault: Fault, ending: Ending, outcome: Outcome, seen: Seen): string[] {
  const complaints: string[] = [];
  if (outcome === 'error' && (seen.code === 'INCOMPLETE') !== (ending === 'breaks')) {
    complaints.push(`${ending === 'breaks' ? 'INCOMPLETE' : 'another code'} was expected, ${seen.code} came`);
  }
  if (ending === 'fails' && seen.reset) complaints.push('text was shown and taken back, though none was good');
  if (outcome === 'answer' && fault.usage && seen.usageSource !== fault.usage) {
    complaints.push(`usage should be ${fault.usage}, is ${seen.usageSource}`);
  }
  if (outcome === 'answer' && fault.finishReason && seen.finishReason !== fault.finishReason) {
    complaints.push(`finish reason should be ${fault.finishReason}, is ${seen.finishReason}`);
  }
  if (outcome === 'answer' && fault.calls && seen.toolCalls && seen.toolCalls.join() !== fault.calls.join()) {
    complaints.push(`tools should be ${fault.calls.join()}, are ${seen.toolCalls.join()}`);
  }
  return complaints;
}

function said(seen: Seen | null): string {
  if (!seen) return 'nothing';
  const { text, code, message, crash } = seen;
  return crash ?? (code ? `${code}: ${message}` : `'${text.slice(0, 80)}'`);
}
