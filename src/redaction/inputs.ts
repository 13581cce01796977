import type { CompletionRequest, InputPart, Message } from '../core/chat.ts';
import type { Json } from '../core/json.ts';
import { type Passage, type PolicyVerdict, reads, verdictOf } from '../core/policy.ts';
import type { Rewriter } from './rewriter.ts';
import type { Rule } from './rules.ts';
import { scrubbed } from './scrub.ts';

/** Everything of a request that goes to a provider, without what rules take out of it. */
export function createInputs(rules: readonly Rule[], rewriter: Rewriter, unreadable: PolicyVerdict[]) {
  const text = (passage: Passage) => (said: string) => {
    const scrubber = rewriter.scrubber(rules, passage, 'INPUT');
    return scrubber && said !== '' ? scrubbed(scrubber, said) : said;
  };

  function redact(request: CompletionRequest): CompletionRequest {
    const said = text('INPUT');
    if (request.call?.kind === 'TRANSCRIPTION') refuse(request.call.mimeType);
    return {
      ...request,
      messages: request.messages.map((message): Message => ({ ...message, parts: message.parts.map(part) })),
      tools: request.tools.map((tool) => ({
        ...tool,
        description: said(tool.description),
        inputSchema: json(tool.inputSchema, said),
      })),
      output:
        request.output.kind === 'schema'
          ? { ...request.output, schema: json(request.output.schema, said) }
          : request.output,
      sampling: request.sampling.stop
        ? { ...request.sampling, stop: request.sampling.stop.map(said) }
        : request.sampling,
    };
  }

  function part(one: InputPart): InputPart {
    switch (one.kind) {
      case 'text':
      case 'reasoning':
        return { ...one, text: text('INPUT')(one.text) };
      case 'toolCall':
        return { ...one, arguments: json(one.arguments, text('TOOL_ARGUMENTS')) };
      case 'toolResult': {
        const said = text('TOOL_RESULTS');
        const result = 'text' in one.result ? { text: said(one.result.text) } : { json: json(one.result.json, said) };
        return { ...one, result };
      }
      case 'media':
        return media(one);
    }
  }

  function media(one: Extract<InputPart, { kind: 'media' }>): InputPart {
    const said = text('INPUT');
    const named = { ...one, ...(one.filename !== undefined && { filename: said(one.filename) }) };
    const words = 'base64' in one.source && isText(one.mimeType) ? decoded(one.source.base64) : null;
    if (words === null) {
      refuse(one.mimeType);
      return named;
    }
    const clean = said(words);
    return clean === words ? named : { ...named, source: { base64: Buffer.from(clean, 'utf8').toString('base64') } };
  }

  /** What nobody can read may be anything: each rule says what becomes of it. */
  function refuse(mimeType: string): void {
    for (const { demand } of rules) {
      const { direction, whenUnreadable } = demand.config;
      if (whenUnreadable === 'ALLOW' || !reads(direction, 'INPUT', 'INPUT')) continue;
      if (
        unreadable.some(
          ({ policyId, ruleIndex }) => policyId === demand.source.policyId && ruleIndex === demand.source.ruleIndex,
        )
      )
        continue;
      const message = `A part of type ${mimeType.slice(0, 100)} cannot be read, so nobody knows what is in it.`;
      unreadable.push(
        verdictOf(demand.source, { outcome: 'BLOCKED', direction, message, findings: { UNREADABLE: 1 } }),
      );
    }
  }

  return { redact };
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

const TEXTUAL =
  /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|csv|javascript|x-ndjson|sql|toml|rtf)\b|.*\+(?:json|xml)\b)/i;

export function isText(mimeType: string): boolean {
  return TEXTUAL.test(mimeType);
}

/** Null when it is no UTF-8: then nobody knows what a provider would read in it. */
export function decoded(base64: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}
