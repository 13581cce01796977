/**
 * Every way in which a provider, or a client, is known to go wrong or to be odd but right, by id. `provoke` says how it
 * is met: by the matrix, in the forms it has (an event stream, a whole answer), or by tests elsewhere that carry its id.
 */
export type Known =
  | { readonly forms: readonly ('streamed' | 'whole')[] }
  /** Relative to `test/`. */
  | { readonly tests: string };

const both: Known = { forms: ['streamed', 'whole'] };
/** Only an event stream can go wrong in this way. */
const streamed: Known = { forms: ['streamed'] };
const numbered = (letter: string, from: number, to: number, known: Known): Record<string, Known> =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, at) => [`${letter}${from + at}`, known]));

export const known: Readonly<Record<string, Known>> = {
  // Transport: names, connections, TLS, headers, lengths, encodings.
  ...numbered('T', 1, 17, both),
  // Bodies of a 200: not what they claim, empty, without usage, refusals, tool calls.
  ...numbered('B', 1, 15, both),
  // Statuses that say no: limits, money, overload, keys, names.
  ...numbered('H', 1, 17, both),
  // Streams: errors within, cuts, silence, ends, usage, line ends, encodings, sizes, tool calls.
  ...numbered('S', 1, 30, streamed),
  S3: both,
  S6: both,
  S8: both,
  S27: both,
  // Clients that go away, read slowly, close one half, or vanish with the last word.
  C1: { tests: 'faults/faults.test.ts' },
  C2: { tests: 'faults/faults.test.ts' },
  C3: { tests: 'faults/clients.test.ts' },
  C4: { tests: 'faults/clients.test.ts' },
  C5: { tests: 'faults/clients.test.ts' },
  // Money: more tokens than allowed, unknown and changing prices, dearer models, steps of context.
  G1: both,
  G2: { tests: 'budgets/cap.test.ts' },
  G3: { tests: 'budgets/prices.test.ts' },
  G4: both,
  G5: { tests: 'budgets/prices.test.ts' },
};
