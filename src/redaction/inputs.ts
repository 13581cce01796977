import type { CompletionRequest, InputPart, Message, ToolDefinition } from '../core/chat.ts';
import type { Json } from '../core/json.ts';
import type { Passage } from '../core/policy.ts';
import { readableText } from '../core/readable.ts';
import type { Rewriter } from './rewriter.ts';
import { mayFind, type Rule, watchesFor } from './rules.ts';

type Media = Extract<InputPart, { kind: 'media' }>;
type ToolResult = Extract<InputPart, { kind: 'toolResult' }>['result'];

/** Everything of a request that goes to a provider, without what rules take out of it. */
export function createInputs(rules: readonly Rule[], rewriter: Rewriter, refuse: (mimeType: string) => void) {
  const text = (passage: Passage) => {
    const watches = watchesFor(rules, passage, 'INPUT');
    return (said: string) => (watches && mayFind(watches, said) ? rewriter.scrubber(watches, 'INPUT').end(said) : said);
  };

  /** What was looked at once is not counted again when the same call asks again. */
  const seen = new Map<object, object>();
  function once<Value extends object>(value: Value, look: (value: Value) => Value): Value {
    const known = seen.get(value) as Value | undefined;
    if (known) return known;
    const looked = look(value);
    seen.set(value, looked);
    return looked;
  }

  function redact(request: CompletionRequest): CompletionRequest {
    const said = text('INPUT');
    if (request.call?.kind === 'TRANSCRIPTION') refuse(request.call.mimeType);
    const { output, sampling } = request;
    const messages = mapped(request.messages, (message) => once(message, clean));
    const tools = mapped(request.tools, (tool) => once(tool, described));
    const unchanged = messages === request.messages && tools === request.tools;
    if (unchanged && output.kind !== 'schema' && !sampling.stop) return request;
    return {
      ...request,
      messages,
      tools,
      output: output.kind === 'schema' ? { ...output, schema: json(output.schema, said) } : output,
      sampling: sampling.stop ? { ...sampling, stop: sampling.stop.map(said) } : sampling,
    };
  }

  function described(tool: ToolDefinition): ToolDefinition {
    const said = text('INPUT');
    return { ...tool, description: said(tool.description), inputSchema: json(tool.inputSchema, said) };
  }

  function clean(message: Message): Message {
    const parts = mapped(message.parts, part);
    return parts === message.parts ? message : { ...message, parts };
  }

  function part(one: InputPart): InputPart {
    switch (one.kind) {
      case 'text':
      case 'reasoning': {
        const said = text('INPUT')(one.text);
        return said === one.text ? one : { ...one, text: said };
      }
      case 'toolCall':
        return { ...one, arguments: json(one.arguments, text('TOOL_ARGUMENTS')) };
      case 'toolResult':
        return { ...one, result: result(one.result) };
      case 'media':
        return media(one);
    }
  }

  function result(given: ToolResult): ToolResult {
    const said = text('TOOL_RESULTS');
    if ('text' in given) return { text: said(given.text) };
    if ('json' in given) return { json: json(given.json, said) };
    const content = given.content.map((part) =>
      part.kind === 'text' ? { ...part, text: said(part.text) } : media(part, 'TOOL_RESULTS'),
    );
    return { content };
  }

  function media(one: Media, passage: Passage = 'INPUT'): Media {
    const said = text(passage);
    const named = { ...one, ...(one.filename !== undefined && { filename: said(one.filename) }) };
    const words = readableText(one);
    if (words === null) {
      refuse(one.mimeType);
      return named;
    }
    const clean = said(words);
    return clean === words ? named : { ...named, source: { base64: Buffer.from(clean, 'utf8').toString('base64') } };
  }

  return { redact };
}

/** The list itself where nothing in it has become something else. */
function mapped<Item>(items: readonly Item[], into: (item: Item) => Item): readonly Item[] {
  const news = items.map(into);
  return news.every((item, place) => item === items[place]) ? items : news;
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

function withKey(key: string, value: string, said: (text: string) => string): string {
  if (key === '') return said(value);
  const lead = `${key}: "`;
  const clean = said(`${lead}${value}"`);
  // The key's own text is dealt with where it stands; when it was changed here too, the value is read by itself.
  return clean.startsWith(lead) && clean.endsWith('"') ? clean.slice(lead.length, -1) : said(value);
}
