import type { CompletionRequest, InputPart, Message, ToolDefinition } from '../core/chat.ts';
import type { Json } from '../core/json.ts';
import type { Passage } from '../core/policy.ts';
import { readableText } from '../core/readable.ts';
import type { Rewriter } from './rewriter.ts';
import { mayFind, type Rule, watchesFor } from './rules.ts';
import type { Unreadable } from './unreadable.ts';

type Media = Extract<InputPart, { kind: 'media' }>;
type ToolResult = Extract<InputPart, { kind: 'toolResult' }>['result'];

/** Everything of a request that goes to a provider, without what rules take out of it. */
export class Inputs {
  readonly #rules: readonly Rule[];
  readonly #rewriter: Rewriter;
  readonly #unreadable: Unreadable;
  /**
   * What the call asked first, as it came and as it went on. Asking again, it says the same at the same places, which is
   * not looked at twice, so that it is not counted twice.
   */
  #first: { readonly asked: Said; readonly clean: Said } | null = null;

  constructor(rules: readonly Rule[], rewriter: Rewriter, unreadable: Unreadable) {
    this.#rules = rules;
    this.#rewriter = rewriter;
    this.#unreadable = unreadable;
  }

  redact(request: CompletionRequest): CompletionRequest {
    if (request.call?.kind === 'TRANSCRIPTION') this.#unreadable.refuse('INPUT', request.call.mimeType);
    const { output, sampling } = request;
    const { asked, clean } = this.#first ?? nothingSaid;
    const messages = mapped(request.messages, (message, place) =>
      message === asked.messages[place] ? clean.messages[place]! : this.#message(message),
    );
    const tools = mapped(request.tools, (tool, place) =>
      tool === asked.tools[place] ? clean.tools[place]! : this.#tool(tool),
    );
    this.#first ??= { asked: request, clean: { messages, tools } };
    const unchanged = messages === request.messages && tools === request.tools;
    if (unchanged && output.kind !== 'schema' && !sampling.stop) return request;
    const said = this.#of('INPUT');
    return {
      ...request,
      messages,
      tools,
      output: output.kind === 'schema' ? { ...output, schema: json(output.schema, said) } : output,
      sampling: sampling.stop ? { ...sampling, stop: sampling.stop.map(said) } : sampling,
    };
  }

  #of(passage: Passage): (text: string) => string {
    return (text) => this.#text(text, passage);
  }

  #text(text: string, passage: Passage): string {
    const watches = watchesFor(this.#rules, passage, 'INPUT');
    if (!watches || !mayFind(watches, text)) return text;
    return this.#rewriter.scrubber(watches, 'INPUT').end(text);
  }

  #tool(tool: ToolDefinition): ToolDefinition {
    const said = this.#of('INPUT');
    return { ...tool, description: said(tool.description), inputSchema: json(tool.inputSchema, said) };
  }

  #message(message: Message): Message {
    const parts = mapped(message.parts, (part) => this.#part(part));
    return parts === message.parts ? message : { ...message, parts };
  }

  #part(one: InputPart): InputPart {
    switch (one.kind) {
      case 'text':
      case 'reasoning': {
        const said = this.#text(one.text, 'INPUT');
        return said === one.text ? one : { ...one, text: said };
      }
      case 'toolCall':
        return { ...one, arguments: json(one.arguments, this.#of('TOOL_ARGUMENTS')) };
      case 'toolResult':
        return { ...one, result: this.#result(one.result) };
      case 'media':
        return this.#media(one);
    }
  }

  #result(given: ToolResult): ToolResult {
    const said = this.#of('TOOL_RESULTS');
    if ('text' in given) return { text: said(given.text) };
    if ('json' in given) return { json: json(given.json, said) };
    const content = given.content.map((part) =>
      part.kind === 'text' ? { ...part, text: said(part.text) } : this.#media(part, 'TOOL_RESULTS'),
    );
    return { content };
  }

  #media(one: Media, passage: Passage = 'INPUT'): Media {
    const said = this.#of(passage);
    const named = { ...one, ...(one.filename !== undefined && { filename: said(one.filename) }) };
    const words = readableText(one);
    if (words === null) {
      this.#unreadable.refuse('INPUT', one.mimeType, passage);
      return named;
    }
    const clean = said(words);
    return clean === words ? named : { ...named, source: { base64: Buffer.from(clean, 'utf8').toString('base64') } };
  }
}

/** What is looked at once. */
type Said = Pick<CompletionRequest, 'messages' | 'tools'>;

const nothingSaid = { asked: { messages: [], tools: [] }, clean: { messages: [], tools: [] } };

/** The list itself where nothing in it becomes something else. */
function mapped<Item>(items: readonly Item[], into: (item: Item, place: number) => Item): readonly Item[] {
  let changed: Item[] | null = null;
  for (let place = 0; place < items.length; place++) {
    const item = items[place]!;
    const made = into(item, place);
    if (made === item) continue;
    changed ??= [...items];
    changed[place] = made;
  }
  return changed ?? items;
}

/**
 * Every text in a value, keys included. A string is read together with its key, since `"password": "hunter2"` says
 * more than its two halves; numbers are read as they are written.
 */
export function json(value: Json, said: (text: string) => string, key = ''): Json {
  if (typeof value === 'string') return withKey(key, value, said);
  if (typeof value === 'number') {
    const text = String(value);
    const clean = said(text);
    return clean === text ? value : clean;
  }
  if (Array.isArray(value)) return value.map((item: Json) => json(item, said, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [said(name), json(item, said, name)]));
}

/** Of a key, its end: no finder looks further back for what a value may be, and a list is read with its key at each element. */
const LONGEST_KEY = 256;

function withKey(key: string, value: string, said: (text: string) => string): string {
  if (key === '') return said(value);
  const lead = `${key.slice(-LONGEST_KEY)}: "`;
  const clean = said(`${lead}${value}"`);
  // The key's own text is dealt with where it stands; when it was changed here too, the value is read by itself.
  return clean.startsWith(lead) && clean.endsWith('"') ? clean.slice(lead.length, -1) : said(value);
}
