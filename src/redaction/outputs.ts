import type { OutputFormat, OutputPart } from '../core/chat.ts';
import { type ContentEvent, type Delta, deltaOf, textOfDelta } from '../core/event.ts';
import { jsonIn } from '../core/json.ts';
import type { Passage } from '../core/policy.ts';
import { json } from './inputs.ts';
import { escaped, PlainEscapes } from './json-text.ts';
import type { Rewriter } from './rewriter.ts';
import { type Rule, watchesFor } from './rules.ts';
import { inTurn, type Scrubber } from './scrub.ts';
import type { Unreadable } from './unreadable.ts';
import type { Vault } from './vault.ts';

/** A part on its way: what the provider said of it, and what was passed on. */
interface Passing {
  readonly scrubber: Scrubber;
  readonly like: Delta;
  said: string;
  passedOn: string;
}

/** An answer on its way to the caller: first what must not pass is taken out, then what was taken out is put back. */
export class Outputs {
  readonly #asJson: boolean;
  readonly #rules: readonly Rule[];
  readonly #rewriter: Rewriter;
  readonly #vault: Vault;
  readonly #unreadable: Unreadable;
  readonly #passing = new Map<number, Passing>();

  constructor(
    { kind: format }: OutputFormat,
    rules: readonly Rule[],
    rewriter: Rewriter,
    vault: Vault,
    unreadable: Unreadable,
  ) {
    this.#asJson = format !== 'text';
    this.#rules = rules;
    this.#rewriter = rewriter;
    this.#vault = vault;
    this.#unreadable = unreadable;
  }

  see(event: ContentEvent): readonly ContentEvent[] {
    switch (event.kind) {
      case 'textDelta':
      case 'reasoningDelta':
      case 'toolCallDelta':
        return this.#delta(event);
      case 'partFinished':
        return this.#finished(event);
      case 'answered': {
        const { answer } = event;
        if (answer.kind === 'IMAGE')
          for (const { mimeType } of answer.images) this.#unreadable.refuse('OUTPUT', mimeType);
        if (answer.kind === 'SPEECH') this.#unreadable.refuse('OUTPUT', answer.audio.mimeType);
        return [event];
      }
      case 'partStarted':
        return [event];
    }
  }

  reset(fromIndex: number): void {
    for (const index of this.#passing.keys()) if (index >= fromIndex) this.#passing.delete(index);
  }

  #delta(event: Delta): ContentEvent[] {
    let on = this.#passing.get(event.index);
    if (!on) {
      on = { scrubber: this.#scrubberOf(event.kind), like: event, said: '', passedOn: '' };
      this.#passing.set(event.index, on);
    }
    const text = textOfDelta(event);
    on.said += text;
    return passedOn(on, on.scrubber.push(text));
  }

  #finished(event: Extract<ContentEvent, { kind: 'partFinished' }>): ContentEvent[] {
    const on = this.#passing.get(event.index);
    const events = on ? passedOn(on, on.scrubber.end('')) : [];
    this.#passing.delete(event.index);
    const part = this.#part(event.part, on);
    events.push(part === event.part ? event : { ...event, part });
    return events;
  }

  #part(one: OutputPart, on: Passing | undefined): OutputPart {
    switch (one.kind) {
      case 'text': {
        const citations = one.citations.map(({ title, url }) => ({
          title: title && this.#plain(title),
          url: url && this.#plain(url),
        }));
        const text = this.#whole(one.text, 'textDelta', on);
        if (text === one.text && citations.length === 0) return one;
        const { logprobs, ...rest } = one;
        // The tokens of a text that was changed would spell out what is hidden.
        return { ...rest, text, citations, ...(logprobs && text === one.text && { logprobs }) };
      }
      case 'reasoning':
      case 'refusal':
        return { ...one, text: this.#whole(one.text, 'reasoningDelta', on) };
      case 'toolCall': {
        const rawArguments = this.#whole(one.rawArguments, 'toolCallDelta', on);
        if (rawArguments === one.rawArguments) return one;
        return { ...one, rawArguments, arguments: jsonIn(rawArguments) ?? null };
      }
      case 'unknown':
        return { ...one, raw: json(one.raw, (text) => this.#plain(text)) };
      case 'media':
        this.#unreadable.refuse('OUTPUT', one.mimeType);
        return one;
    }
  }

  /** What was streamed is not looked at twice, so that it is not counted twice. */
  #whole(said: string, kind: Delta['kind'], on: Passing | undefined): string {
    return on?.said === said ? on.passedOn : this.#scrubberOf(kind).end(said);
  }

  #plain(text: string): string {
    return this.#scrubber('OUTPUT', false).end(text);
  }

  #scrubberOf(kind: Delta['kind']): Scrubber {
    switch (kind) {
      case 'textDelta':
        return this.#scrubber('OUTPUT', this.#asJson);
      case 'reasoningDelta':
        return this.#scrubber('OUTPUT', false);
      case 'toolCallDelta':
        return this.#scrubber('TOOL_ARGUMENTS', true);
    }
  }

  #scrubber(passage: Passage, isJson: boolean): Scrubber {
    const watches = watchesFor(this.#rules, passage, 'OUTPUT');
    const clean = watches && this.#rewriter.scrubber(watches, 'OUTPUT', isJson);
    const read = clean && isJson ? inTurn(new PlainEscapes(), clean) : clean;
    return inTurn(read, this.#vault.restorer(isJson ? escaped : (text) => text));
  }
}

function passedOn(on: Passing, text: string): ContentEvent[] {
  if (text === '') return [];
  on.passedOn += text;
  return [deltaOf(on.like, text)];
}
