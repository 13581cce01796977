import type { CompletionEvent } from '../core/event.ts';
import { Problem, Unauthenticated } from '../core/problem.ts';
import { inTurn, type Step } from '../core/turns.ts';
import { type EventStream, openEventStream } from './http/event-stream.ts';
import { bareName } from './model-name.ts';
import { headersOf, headerText, placeHeaders } from './receipt.ts';
import type { Run } from './run.ts';
import type { Visit } from './visit.ts';

/** The stream as one vendor's words for the events of one or more runs. */
export interface Delivery {
  /** Begins the answer, if it has not begun. */
  send(data: string, event?: string): Step;
  comment(text: string): Step;
  /** As the provider calls the model that is being asked. */
  model(): string;
}

export interface Wording<Said> {
  choice(run: Run, index: number, delivery: Delivery): Choice<Said>;
  /** After all of them have ended well. */
  ended?(delivery: Delivery): Promise<void>;
  /** The last event of a stream that broke. */
  failed(error: Problem | Unauthenticated): { readonly data: string; readonly event?: string };
  /** Of life, in silence; a comment where left out. */
  readonly sign?: string;
}

/** What is said of one run. */
export interface Choice<Said> {
  /** Goes before the first thing that is said. */
  beginning(): readonly Said[];
  read(event: CompletionEvent): readonly Said[];
  say(said: Said): Step;
  /** Hears what the run has come to, if anything has been said. */
  counted?(event: Extract<CompletionEvent, { kind: 'usageUpdated' }>): Step;
}

/** How long an answer without a first word may still become an error with a status of its own. */
const UNDECIDED_MS = 10_000;

/**
 * Streams runs to one listener. Until the first word a failure is thrown, for the vendor to answer with its status;
 * after it, or when the first word takes longer than 10 s, it is the stream's last event. Runs that are not followed to
 * their end are abandoned.
 */
export async function deliver<Said>(visit: Visit, runs: readonly Run[], wording: Wording<Said>): Promise<void> {
  const { response, runtime, signal } = visit;
  const first = runs[0]!;
  let stream: EventStream | null = null;
  let place: Record<string, string> = placeHeaders(null, null);
  let model = '';

  const begin = () => {
    stream ??= openEventStream(
      response,
      { ...headersOf(first), ...place, 'x-request-id': first.requestId, 'request-id': first.requestId },
      runtime.clock,
      wording.sign,
    );
    return stream;
  };
  const delivery: Delivery = {
    send: (data, event) => begin().send(data, event),
    comment: (text) => begin().comment(text),
    model: () => model,
  };
  const see = (event: CompletionEvent) => {
    if (event.kind === 'routeDecided') place = placeHeaders(event.decision, null);
    if (event.kind === 'attemptStarted') {
      place = { ...place, 'x-glidepath-model': headerText(event.attempt.model) };
      model = bareName(event.attempt.model);
    }
    if (event.kind === 'attemptSucceeded') model = event.attempt.responseModel ?? model;
  };
  const follow = (run: Run, index: number): Promise<void> => {
    const choice = wording.choice(run, index, delivery);
    let begun = false;
    return run.tell((event) => {
      see(event);
      const all = choice.read(event);
      if (event.kind === 'usageUpdated' && begun) return choice.counted?.(event);
      if (begun || all.length === 0) return inTurn(all, choice.say);
      begun = true;
      return inTurn([...choice.beginning(), ...all], choice.say);
    });
  };
  const decided = runtime.clock.after(UNDECIDED_MS, () => {
    if (signal.aborted) return;
    begin();
    response.flushHeaders();
  });
  try {
    await (runs.length === 1 ? follow(first, 0) : Promise.all(runs.map(follow)));
    if (!signal.aborted) await wording.ended?.(delivery);
  } catch (error) {
    for (const run of runs) run.abandon('the answer could not be passed on');
    if (!stream) throw error;
    const expected = error instanceof Problem || error instanceof Unauthenticated ? error : null;
    if (!expected) throw error;
    const { data, event } = wording.failed(expected);
    await (stream as EventStream).send(data, event);
  } finally {
    decided();
    (stream as EventStream | null)?.end();
  }
}
