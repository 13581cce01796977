import { ConnectionError } from './errors.ts';
import type { RunEventFragment } from './generated/graphql.ts';
import { type RetryOptions, untilNextAttempt } from './retry.ts';

/** An event of a run. Heartbeats stay inside: they only tell that the connection is alive. */
export type StreamEvent = Exclude<RunEventFragment, { readonly __typename: 'Heartbeat' }>;

/** How far a reader has come in the log of a run. */
export interface Place {
  /** The completion's, once it is known. */
  id: string | null;
  lastSeq: number;
}

/**
 * The events of one run after `place`, each once and in order, up to the one that ends the run, over as many connections
 * as it takes. Attempts are counted from the last event on: what moves forward is not given up.
 * @param connect opens a connection that goes on from `place`
 * @throws GlidepathError that no further attempt can mend, the signal's reason
 */
export async function* resumed(
  connect: () => AsyncIterable<RunEventFragment>,
  place: Place,
  options: RetryOptions,
): AsyncGenerator<StreamEvent, void> {
  const { lastSeq: seenBefore } = place;
  let over = false;
  for (let failures = 0; ; ) {
    try {
      for await (const event of connect()) {
        place.id ??= event.completionId;
        if (event.__typename === 'Heartbeat' || event.seq <= place.lastSeq) continue;
        place.lastSeq = event.seq;
        failures = 0;
        over = isLast(event);
        yield event;
        // Read on all the same: a connection that is left at its very end cannot be used again.
      }
      // Whoever goes on from the last event of a run has nothing more to see.
      if (over || (place.lastSeq > 0 && place.lastSeq === seenBefore)) return;
      throw new ConnectionError('The stream was completed before the completion was.');
    } catch (error) {
      if (over) return;
      await untilNextAttempt(error, ++failures, options);
    }
  }
}

export function isLast({ __typename: type }: StreamEvent): boolean {
  return type === 'CompletionFinished' || type === 'CompletionFailed';
}
