import { bodyFaults } from './table/bodies.ts';
import { httpFaults } from './table/http-errors.ts';
import { streamFaults } from './table/streams.ts';
import { transportFaults } from './table/transport.ts';
import type { Script } from './wire.ts';

/**
 * One way in which a provider goes wrong, or is odd but right. The part of `id` before the first hyphen is the family
 * (T transport, B bodies, H refusals, S streams, G money); what follows the hyphen is a variant.
 */
export interface Fault {
  readonly id: string;
  readonly title: string;
  /** What is sent when a stream was asked for, and when a whole answer was; left out, the fault knows no such form. */
  readonly streamed?: Script;
  readonly whole?: Script;
  readonly ends: Ending;
  /** Never ends by itself: one of our clocks has to end it. */
  readonly hangs?: true;
  /** Of a good answer; `GOOD` unless said. */
  readonly text?: string;
  readonly usage?: 'PROVIDER' | 'ESTIMATED' | 'MIXED';
  readonly finishReason?: string;
  /** Tools that are called, each with its arguments. */
  readonly calls?: readonly string[];
  /** How often the provider may be asked in one request, at most. Left out: the target's attempts. */
  readonly maxAsked?: number;
  /** Another place than the port for chat models. */
  readonly at?: Place | 'anthropic' | 'google';
}

/** Where a provider can be, beside the port for chat models. */
export type Place =
  | 'closed'
  | 'unknown-name'
  | 'self-signed'
  | 'tls'
  | 'tls-other-name'
  | 'tls-expired'
  | 'tls-on-plain';

/**
 * - answers: it is an answer, and must be passed on as such
 * - fails: before anything was said: a typed error, or the fallback's answer as if nothing had been
 * - breaks: after something was said: a typed error, or `OutputReset` and the fallback's answer
 * - refuses: the request itself was refused: a typed error, whatever the fallback
 */
export type Ending = 'answers' | 'fails' | 'breaks' | 'refuses';

export type Mode = 'streamed' | 'whole';

export const faults: readonly Fault[] = [...transportFaults, ...bodyFaults, ...httpFaults, ...streamFaults];

/** A whole answer says nothing before its end, so in that mode nothing can break that has begun. */
export function endingOf(fault: Fault, mode: Mode): Ending {
  return mode === 'whole' && fault.ends === 'breaks' ? 'fails' : fault.ends;
}
