import type {
  JSONValue,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { seals } from '../core/affinity.ts';
import { invariant } from '../core/assert.ts';
import {
  type InputPart,
  type MediaPart,
  type MediaSource,
  type Message,
  type Role,
  textOfResult,
} from '../core/chat.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { CatalogueRow } from './catalogue-row.ts';
import { OPENROUTER } from './reasoning-details.ts';
import { providerOptionsOf } from './signature.ts';

/**
 * Our messages in the port's words. DEVELOPER becomes system: the packages choose the role a model knows.
 * Reasoning goes back only to the provider that signed it, as core/chat.ts promises; what nobody has sealed goes as plain
 * words to those who take thoughts.
 * @throws ValidationProblem naming the part, when a role cannot say such a thing
 */
export function promptOf(messages: readonly Message[], row: Asked): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = [];
  const toolNames = new Map<string, string>();
  for (let at = 0; at < messages.length; at++) {
    const { role, parts, cacheHint } = messages[at]!;
    for (let place = 0; place < parts.length; place++) {
      const part = parts[place]!;
      if (!sayable[role].includes(part.kind)) throw notSayable(role, part, at, place);
      if (part.kind === 'toolCall') toolNames.set(part.toolCallId, part.name);
    }
    const said = messageOf(role, parts, { row, toolNames, at });
    if (said) prompt.push(cacheHint ? { ...said, providerOptions: CACHE_HINTS } : said);
  }
  return prompt;
}

/** Each in its provider's own words; the others keep what they like without being told. */
const CACHE_HINTS: SharedV4ProviderOptions = {
  anthropic: { cacheControl: { type: 'ephemeral' } },
  bedrock: { cachePoint: { type: 'default' } },
  [OPENROUTER]: { cacheControl: { type: 'ephemeral' } },
};

/** What the asked provider takes of thoughts, and how it names files. */
type Asked = Pick<CatalogueRow, 'signedBy' | 'takesThoughts' | 'endings'>;
type Endings = NonNullable<Asked['endings']>;

interface Surroundings {
  readonly row: Asked;
  /** Of the calls so far: some providers match results by name. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** The message's place in the request, for problems. */
  readonly at: number;
}

const sayable: Readonly<Record<Role, readonly InputPart['kind'][]>> = {
  SYSTEM: ['text'],
  DEVELOPER: ['text'],
  USER: ['text', 'media'],
  ASSISTANT: ['text', 'media', 'reasoning', 'toolCall'],
  TOOL: ['toolResult'],
};

/** Null for one that has nothing to say to this provider. */
function messageOf(role: Role, parts: readonly InputPart[], around: Surroundings): LanguageModelV4Message | null {
  switch (role) {
    case 'SYSTEM':
    case 'DEVELOPER':
      return { role: 'system', content: parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n') };
    case 'USER':
      return { role: 'user', content: contentOf(parts, around, userPart) };
    case 'ASSISTANT': {
      const content = contentOf(parts, around, assistantPart);
      return content.length === 0 ? null : { role: 'assistant', content };
    }
    case 'TOOL':
      return { role: 'tool', content: contentOf(parts, around, toolPart) };
  }
}

function contentOf<Part>(
  parts: readonly InputPart[],
  around: Surroundings,
  partOf: (part: InputPart, around: Surroundings, place: number) => Part | null,
): Part[] {
  const content: Part[] = [];
  for (let place = 0; place < parts.length; place++) {
    const said = partOf(parts[place]!, around, place);
    if (said !== null) content.push(said);
  }
  return content;
}

type PartOf<R extends 'user' | 'assistant' | 'tool'> = Extract<LanguageModelV4Message, { role: R }>['content'][number];

function userPart(part: InputPart, { row, at }: Surroundings, place: number): PartOf<'user'> | null {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  return part.kind === 'media' ? fileOf(part, row.endings, `messages.${at}.parts.${place}`) : null;
}

function assistantPart(
  part: InputPart,
  { row: { signedBy, takesThoughts, endings }, at }: Surroundings,
  place: number,
): PartOf<'assistant'> | null {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'media':
      return fileOf(part, endings, `messages.${at}.parts.${place}`);
    case 'reasoning': {
      const providerOptions = providerOptionsOf(part.signature, signedBy);
      if (providerOptions) return { type: 'reasoning', text: part.text, providerOptions };
      const plain = part.signature === undefined || !seals(part.signature);
      return takesThoughts && plain && part.text !== '' ? { type: 'reasoning', text: part.text } : null;
    }
    case 'toolCall': {
      const providerOptions = providerOptionsOf(part.signature, signedBy);
      return {
        type: 'tool-call',
        toolCallId: part.toolCallId,
        toolName: part.name,
        input: part.arguments,
        ...(providerOptions && { providerOptions }),
      };
    }
    case 'toolResult':
      return null;
  }
}

function toolPart(part: InputPart, { row, toolNames, at }: Surroundings, place: number): PartOf<'tool'> | null {
  if (part.kind !== 'toolResult') return null;
  const toolName = toolNames.get(part.toolCallId);
  if (toolName === undefined) {
    throw ValidationProblem.at(
      `messages.${at}.parts.${place}.toolCallId`,
      'UNKNOWN_TOOL_CALL',
      `No message before this result calls a tool with the id '${part.toolCallId}'.`,
      [...toolNames.keys()],
    );
  }
  return {
    type: 'tool-result',
    toolCallId: part.toolCallId,
    toolName,
    output: resultOf(part, row.endings, `messages.${at}.parts.${place}`),
  };
}

function resultOf(
  { result, isError }: Extract<InputPart, { kind: 'toolResult' }>,
  endings: Endings | undefined,
  path: string,
): LanguageModelV4ToolResultOutput {
  if ('json' in result) return { type: isError ? 'error-json' : 'json', value: result.json as JSONValue };
  const words = textOfResult(result);
  // Without media it is text like any other: some packages would write the list down as JSON.
  if ('text' in result || result.content.every(({ kind }) => kind === 'text')) {
    return { type: isError ? 'error-text' : 'text', value: words };
  }
  const value = result.content.map((piece, index) =>
    piece.kind === 'text'
      ? { type: 'text' as const, text: piece.text }
      : fileOf(piece, endings, `${path}.toolResult.result.content.${index}`),
  );
  // The port has no failed result with media in it: the model is told in words.
  return { type: 'content', value: isError ? [{ type: 'text', text: 'The tool failed.' }, ...value] : value };
}

function fileOf(media: MediaPart, endings: Endings | undefined, path: string): LanguageModelV4FilePart {
  const { mimeType, source, filename = endings && nameBy(endings, mimeType) } = media;
  return {
    type: 'file',
    mediaType: mimeType,
    data: dataOf(source, path),
    ...(filename !== undefined && { filename }),
  };
}

function nameBy(endings: Endings, mimeType: string): string | undefined {
  const found = Object.entries(endings).find(([type]) => mimeType.startsWith(type));
  return found && `file.${found[1]}`;
}

function dataOf(source: MediaSource, path: string): LanguageModelV4FilePart['data'] {
  invariant(!('fileId' in source), 'a stored file is read before a provider is asked');
  if ('base64' in source) return { type: 'data', data: source.base64 };
  const url = URL.parse(source.url);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return { type: 'url', url };
  throw ValidationProblem.at(`${path}.source.url`, 'INVALID_URL', 'A media source is an http or https URL.');
}

function notSayable(role: Role, part: InputPart, at: number, place: number): ValidationProblem {
  return ValidationProblem.at(
    `messages.${at}.parts.${place}`,
    'PART_NOT_ALLOWED',
    `A ${role} message cannot hold a ${part.kind} part, only ${sayable[role].join(', ')}.`,
  );
}
