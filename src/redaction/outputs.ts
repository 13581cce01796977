import type { OutputFormat, OutputPart } from '../core/chat.ts';
import { type ContentEvent, type Delta, deltaOf, textOfDelta } from '../core/event.ts';
import { jsonIn } from '../core/json.ts';
import type { Passage } from '../core/policy.ts';
import { json } from './inputs.ts';
import { escaped, plainEscapes } from './json-text.ts';
import type { Rewriter } from './rewriter.ts';
import { type Rule, watchesFor } from './rules.ts';
import { inTurn, type Scrubber } from './scrub.ts';
import type { Vault } from './vault.ts';

/** A part on its way: what the provider said of it, and what was passed on. */
interface Passing {
  readonly scrubber: Scrubber;
  said: string;
  passedOn: string;
}

/** An answer on its way to the caller: first what must not pass is taken out, then what was taken out is put back. */
export function createOutputs(
  { kind: format }: OutputFormat,
  rules: readonly Rule[],
  rewriter: Rewriter,
  vault: Vault,
  /** Hears of parts that nobody can read. */
  unreadable: (mimeType: string) => void,
) {
  const passing = new Map<number, Passing & { readonly like: Delta }>();
  const asJson = format !== 'text';

  function scrubber(passage: Passage, isJson: boolean): Scrubber {
    const watches = watchesFor(rules, passage, 'OUTPUT');
    const putBack = vault.restorer(isJson ? escaped : (text) => text);
    return inTurn([
      ...(isJson && watches ? [plainEscapes()] : []),
      ...(watches ? [rewriter.scrubber(watches, 'OUTPUT', isJson)] : []),
      ...(putBack ? [putBack] : []),
    ]);
  }

  const ofText = () => scrubber('OUTPUT', asJson);
  const ofThought = () => scrubber('OUTPUT', false);
  const ofArguments = () => scrubber('TOOL_ARGUMENTS', true);
  const makers = { textDelta: ofText, reasoningDelta: ofThought, toolCallDelta: ofArguments };
  const plain = (text: string) => ofThought().end(text);

  function delta(event: Delta): ContentEvent[] {
    const known = passing.get(event.index);
    const on = known ?? { scrubber: makers[event.kind](), said: '', passedOn: '', like: event };
    if (!known) passing.set(event.index, on);
    const text = textOfDelta(event);
    on.said += text;
    return passedOn(on, on.scrubber.push(text));
  }

  function passedOn(on: Passing & { readonly like: Delta }, text: string): ContentEvent[] {
    if (text === '') return [];
    on.passedOn += text;
    return [deltaOf(on.like, text)];
  }

  function finished(event: Extract<ContentEvent, { kind: 'partFinished' }>): ContentEvent[] {
    const on = passing.get(event.index);
    passing.delete(event.index);
    const last = on ? passedOn(on, on.scrubber.end('')) : [];
    /** What was streamed is not looked at twice, so that it is not counted twice. */
    const whole = (said: string, make: () => Scrubber) => (on?.said === said ? on.passedOn : make().end(said));
    return [...last, { ...event, part: part(event.part, whole) }];
  }

  function part(one: OutputPart, whole: (said: string, make: () => Scrubber) => string): OutputPart {
    switch (one.kind) {
      case 'text': {
        const citations = one.citations.map(({ title, url }) => ({
          title: title && plain(title),
          url: url && plain(url),
        }));
        const { logprobs, ...rest } = one;
        const text = whole(one.text, ofText);
        // The tokens of a text that was changed would spell out what is hidden.
        return { ...rest, text, citations, ...(logprobs && text === one.text && { logprobs }) };
      }
      case 'reasoning':
        return { ...one, text: whole(one.text, ofThought) };
      case 'refusal':
        return { ...one, text: whole(one.text, ofThought) };
      case 'toolCall': {
        const rawArguments = whole(one.rawArguments, ofArguments);
        if (rawArguments === one.rawArguments) return one;
        return { ...one, rawArguments, arguments: jsonIn(rawArguments) ?? null };
      }
      case 'unknown':
        return { ...one, raw: json(one.raw, plain) };
      case 'media':
        unreadable(one.mimeType);
        return one;
    }
  }

  return {
    see(event: ContentEvent): readonly ContentEvent[] {
      switch (event.kind) {
        case 'textDelta':
        case 'reasoningDelta':
        case 'toolCallDelta':
          return delta(event);
        case 'partFinished':
          return finished(event);
        case 'answered': {
          const { answer } = event;
          if (answer.kind === 'IMAGE') for (const { mimeType } of answer.images) unreadable(mimeType);
          if (answer.kind === 'SPEECH') unreadable(answer.audio.mimeType);
          return [event];
        }
        case 'partStarted':
          return [event];
      }
    },
    reset(fromIndex: number): void {
      for (const index of [...passing.keys()]) if (index >= fromIndex) passing.delete(index);
    },
  };
}
