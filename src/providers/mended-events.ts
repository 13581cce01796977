import { fieldsOf, jsonIn } from '../core/json.ts';
import { type Mending, namedEvents, tidyEventStreams } from './event-stream.ts';
import { NOT_SAID } from './mended-answer.ts';

/**
 * Packages hold the events of a stream to schemas and break at one that lacks a count, although the answer is whole. Here
 * such events are mended before their package reads them, as mended-answer.ts does with answers in one piece.
 */

type Event = Readonly<Record<string, unknown>>;

/** @returns the event as its package can read it; the same when nothing is wrong with it; null to leave it out */
export type MendEvent = (event: Event) => Event | null;

/**
 * @param about what an event must hold to be looked at: most are a few words of text
 * @param mend for one stream
 */
export function mendingOf(about: RegExp, mend: () => MendEvent): Mending {
  return () => {
    const mended = mend();
    return (data) => {
      const event = about.test(data) ? parsed(data) : null;
      if (!event) return data;
      const better = mended(event);
      if (better === event) return data;
      return better && JSON.stringify(better);
    };
  };
}

/** A fetch whose streams are mended, for formats whose events have names. */
export function mendedBy(mending: Mending, send: typeof fetch): typeof fetch {
  return tidyEventStreams(namedEvents, mending, send);
}

/** The event with another value in it. @param path the names of fields, from the outside */
export function changed(
  event: Event,
  [name = '', ...path]: readonly string[],
  change: (value: unknown) => unknown,
): Event {
  const inner = path.length === 0 ? change(event[name]) : changed(fieldsOf(event[name]), path, change);
  return { ...event, [name]: inner };
}

/** Usage with every count that its package demands; what was not said is a count that nobody takes for one. */
export const demanding =
  (...names: readonly string[]) =>
  (usage: unknown): Event => {
    const words = fieldsOf(usage);
    const silent = names.filter((name) => typeof words[name] !== 'number');
    return { ...words, ...Object.fromEntries(silent.map((name) => [name, NOT_SAID])) };
  };

/** The same where none at all may be said. */
export const demandingIfAny = (...names: readonly string[]) => {
  const demand = demanding(...names);
  return (usage: unknown): unknown => (usage == null ? usage : demand(usage));
};

const tokens = ['input_tokens', 'output_tokens'];

/** Anthropic's: its first event must count the input, its last the output. */
export const anthropicMending = mendingOf(/"message_(start|delta)"/, () => (event) => {
  if (event.type === 'message_start') return changed(event, ['message', 'usage'], demanding('input_tokens'));
  return event.type === 'message_delta' ? changed(event, ['usage'], demanding('output_tokens')) : event;
});

/** OpenAI's Responses API: usage has both counts, if there is any. */
export const responsesMending = mendingOf(
  /"usage" *: *\{/,
  () => (event) => ('response' in event ? changed(event, ['response', 'usage'], demandingIfAny(...tokens)) : event),
);

/** Bedrock's Converse API, whose payloads are mended in their frames (event-frames.ts): both counts, if there is any. */
export const converseMending = mendingOf(
  /"usage" *: *\{/,
  () => (event) => changed(event, ['usage'], demandingIfAny('inputTokens', 'outputTokens')),
);

function parsed(data: string): Event | null {
  const event = jsonIn(data);
  return event !== null && typeof event === 'object' ? (event as Event) : null;
}
