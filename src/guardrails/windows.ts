import type { GuardrailDemand } from '../core/admission.ts';
import type { ContentEvent } from '../core/event.ts';
import { type Demand, type Passage, type PolicyVerdict, reads } from '../core/policy.ts';
import { type Found, forbiddenFound, metSoFar } from './checks.ts';
import { spokenIn } from './spoken.ts';

/** An answer on its way past rules that let it pass while it is given. */
export interface Passing {
  /** What may be passed on now, in order; a promise while webhooks are waited for. */
  see(event: ContentEvent, signal: AbortSignal): Passed | Promise<Passed>;
  /** The answer is thrown away from this part on. */
  reset(fromIndex: number): void;
  /** What is still held, for when the whole answer has been looked at. */
  rest(): readonly ContentEvent[];
}

export interface Passed {
  readonly events: readonly ContentEvent[];
  /** The verdicts of rules that stop the answer: nothing more of it may be passed on then. */
  readonly stop: readonly PolicyVerdict[];
}

/** How a rule is asked about a stretch of text, and what its answer comes to. */
export interface Asking {
  webhook(
    config: GuardrailDemand,
    text: string,
    signal: AbortSignal,
  ): Promise<{ readonly found: Found | null; readonly errored: boolean }>;
  verdict(demand: Demand<GuardrailDemand>, found: Found | null, errored: boolean): PolicyVerdict;
}

/**
 * What one rule reads of the answer, by characters from its beginning:
 *
 *     0      base          clear                    length
 *     | cut  | looked back | held: a finding may    |
 *     | off  | at          | have begun in it       |
 *
 * Every finding of up to `windowCharacters` that begins before `clear` would have been seen.
 */
interface Reader {
  readonly demand: Demand<GuardrailDemand>;
  readonly window: number;
  text: string;
  base: number;
  clear: number;
  /** The length at which it is looked again. */
  lookAt: number;
}

interface Held {
  readonly event: ContentEvent;
  /** For each reader, how long its text was when this had been said. */
  readonly ends: readonly number[];
}

/** So that a stream is not looked at for each token. */
const WORTH_A_LOOK = 16;
/** Of what is held: something that has begun and does not end is not read again for every word. */
const WORTH_ANOTHER = 4;

export function createPassing(demands: readonly Demand<GuardrailDemand>[], asking: Asking): Passing {
  const readers = demands.map((demand): Reader => {
    const window = demand.config.windowCharacters ?? 0;
    return { demand, window, text: '', base: 0, clear: 0, lookAt: 0 };
  });
  /** What was streamed of each part. */
  const streamed = new Map<number, string>();
  let held: Held[] = [];

  /** @returns the readers' lengths after it */
  function hear(event: ContentEvent): number[] {
    const { texts, unreadable } = saidIn(event, streamed);
    return readers.map((reader) => {
      const { direction, whenUnreadable } = reader.demand.config;
      for (const { passage, text } of texts) if (reads(direction, passage, 'OUTPUT')) reader.text += text;
      // The look at the whole answer will say so.
      if (unreadable && whenUnreadable === 'BLOCK' && reads(direction, 'OUTPUT', 'OUTPUT'))
        return Number.POSITIVE_INFINITY;
      return lengthOf(reader);
    });
  }

  function look(reader: Reader, signal: AbortSignal): PolicyVerdict | Promise<PolicyVerdict> {
    const { demand, text, base, clear } = reader;
    if (demand.config.check !== 'WEBHOOK') {
      const { certain, open } = metSoFar(demand.config, text, clear - base);
      return looked(reader, open, certain.length > 0 ? forbiddenFound(certain) : null, false);
    }
    return asking
      .webhook(demand.config, text, signal)
      .then(({ found, errored }) => looked(reader, null, found, errored));
  }

  /** @param open where in the text something begins that is not certain yet */
  function looked(reader: Reader, open: number | null, found: Found | null, errored: boolean): PolicyVerdict {
    const { demand, window, text, base, clear } = reader;
    const verdict = asking.verdict(demand, found, errored);
    if (verdict.outcome === 'BLOCKED') return verdict;
    const length = lengthOf(reader);
    reader.clear = Math.max(clear, Math.min(length - window, open === null ? length : base + open));
    // One character tells whether a word begins; a webhook sees what is new together with what was before.
    const keep = Math.max(base, reader.clear - (demand.config.check === 'WEBHOOK' ? window : 1));
    reader.text = text.slice(keep - base);
    reader.base = keep;
    const step = demand.config.check === 'WEBHOOK' ? window : WORTH_A_LOOK;
    reader.lookAt = length + Math.max(step, Math.floor((length - reader.clear) / WORTH_ANOTHER));
    return verdict;
  }

  function passed(verdicts: readonly PolicyVerdict[]): Passed {
    const stop = verdicts.filter(({ outcome }) => outcome === 'BLOCKED');
    return { events: stop.length > 0 ? [] : free(), stop };
  }

  function free(): ContentEvent[] {
    const stays = held.findIndex(({ ends }) => ends.some((end, place) => end > readers[place]!.clear));
    return held.splice(0, stays < 0 ? held.length : stays).map(({ event }) => event);
  }

  return {
    see(event, signal) {
      held.push({ event, ends: hear(event) });
      const due = readers.filter((reader) => lengthOf(reader) > reader.window && lengthOf(reader) >= reader.lookAt);
      const verdicts = due.map((reader) => look(reader, signal));
      return areHere(verdicts) ? passed(verdicts) : Promise.all(verdicts).then(passed);
    },
    reset(fromIndex) {
      for (const index of [...streamed.keys()]) if (index >= fromIndex) streamed.delete(index);
      for (const reader of readers) Object.assign(reader, { text: '', base: 0, clear: 0, lookAt: 0 });
      held = held
        .filter(({ event }) => 'index' in event && event.index < fromIndex)
        .map(({ event }) => ({ event, ends: hear(event) }));
    },
    rest: () => held.splice(0).map(({ event }) => event),
  };
}

function areHere(verdicts: readonly (PolicyVerdict | Promise<PolicyVerdict>)[]): verdicts is readonly PolicyVerdict[] {
  return verdicts.every((verdict) => !(verdict instanceof Promise));
}

function lengthOf({ base, text }: Reader): number {
  return base + text.length;
}

interface Said {
  readonly texts: readonly { readonly passage: Passage; readonly text: string }[];
  readonly unreadable: boolean;
}

/** What an event adds to what was said; a part that was streamed adds nothing by its end, unless that says something else. */
function saidIn(event: ContentEvent, streamed: Map<number, string>): Said {
  const adds = (passage: Passage, index: number, text: string): Said => {
    streamed.set(index, (streamed.get(index) ?? '') + text);
    return { texts: [{ passage, text }], unreadable: false };
  };
  switch (event.kind) {
    case 'partStarted': {
      streamed.set(event.index, '');
      const between = { texts: [{ passage: 'OUTPUT' as const, text: '\n' }], unreadable: false };
      return event.part === 'toolCall' ? adds('TOOL_ARGUMENTS', event.index, `${event.toolName ?? ''}\n`) : between;
    }
    case 'textDelta':
    case 'reasoningDelta':
      return adds('OUTPUT', event.index, event.text);
    case 'toolCallDelta':
      return adds('TOOL_ARGUMENTS', event.index, event.argumentsDelta);
    case 'partFinished':
    case 'answered': {
      const { texts, unreadable } = spokenIn([event]);
      const known = 'index' in event ? streamed.get(event.index) : undefined;
      const news = texts
        .filter(({ text }) => text !== known)
        .map(({ passage, text }) => ({ passage, text: `\n${text}` }));
      return { texts: news, unreadable: unreadable.length > 0 };
    }
  }
}
