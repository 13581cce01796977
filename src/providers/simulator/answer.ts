import { createHash } from 'node:crypto';
import type { JSONSchema7, LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import type { Json } from '../../core/json.ts';
import { canonicalJson } from '../../core/json.ts';
import { estimateAll } from '../../core/token-estimate.ts';
import { type Chance, chanceOf } from './chance.ts';
import { exampleOf } from './example.ts';
import { proseOf } from './prose.ts';
import type { Script } from './script.ts';

/** All a simulated model will say, in the tokens it will say it in. */
export interface Answer {
  readonly id: string;
  readonly inputTokens: number;
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: readonly string[] }[];
  /** True when `maxOutputTokens` ended it. */
  readonly cut: boolean;
}

/** Pure: hangs on the model, the input and the script's seed alone, never on attempt, time or chance. */
export function answerTo(modelId: string, options: LanguageModelV4CallOptions, script: Script): Answer {
  const digest = createHash('sha256')
    .update(`${modelId}\n${script.seed ?? options.seed ?? 0}\n`)
    .update(canonicalJson([options.prompt, options.tools ?? [], options.responseFormat ?? null]))
    .digest('hex');
  const chance = chanceOf(digest);
  const id = `sim-${digest.slice(0, 16)}`;
  const asked = lastUserText(options);
  const budget = options.maxOutputTokens ?? Infinity;

  const reasoning = tokensOf(thoughtOf(options, asked, chance)).slice(0, budget);
  const tool = script.reply === undefined || isForced(options) ? toolFor(options, asked) : null;
  const said = tool ? '' : stopped(textOf(modelId, options, script, asked, chance), options.stopSequences ?? []);
  const text = tokensOf(said);
  const room = Math.max(0, budget - reasoning.length);
  const toolCalls = tool
    ? [{ id: `call_${id.slice(4)}`, name: tool.name, input: tokensOf(encoded(exampleOf(tool.inputSchema, chance))) }]
    : [];

  return {
    id,
    inputTokens: Math.max(1, estimateAll(promptTexts(options))),
    reasoning,
    text: text.slice(0, room),
    toolCalls,
    cut: text.length > room,
  };
}

/** About the size of real tokens: a word with the space before it, long words in pieces of six characters. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S{1,6}|\s+$/g) ?? [];
}

function textOf(
  modelId: string,
  { responseFormat }: LanguageModelV4CallOptions,
  { reply }: Script,
  asked: string,
  chance: Chance,
): string {
  if (reply !== undefined) return reply;
  if (responseFormat?.type === 'json') return encoded(exampleOf(responseFormat.schema ?? anyObject, chance));
  if (modelId === 'echo-1') return asked;
  return proseOf(asked, modelId === 'large-1' ? 6 : 2, chance);
}

const anyObject: JSONSchema7 = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] };

function encoded(value: Json): string {
  return JSON.stringify(value);
}

const SENTENCES_BY_EFFORT: Readonly<Record<string, number>> = {
  minimal: 1,
  low: 1,
  medium: 2,
  high: 4,
  xhigh: 6,
  max: 8,
};

function thoughtOf({ reasoning }: LanguageModelV4CallOptions, asked: string, chance: Chance): string {
  const sentences = SENTENCES_BY_EFFORT[reasoning ?? 'none'] ?? 0;
  return sentences === 0 ? '' : proseOf(asked, sentences, chance);
}

function stopped(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}

/** Results of tools are answered in words, as a model does; so is a question that no offered tool is about. */
function toolFor(options: LanguageModelV4CallOptions, asked: string): LanguageModelV4FunctionTool | null {
  const { tools = [], toolChoice } = options;
  const callable = tools.filter((tool) => tool.type === 'function');
  if (toolChoice?.type === 'none' || options.prompt.at(-1)?.role === 'tool') return null;
  if (toolChoice?.type === 'tool') return callable.find(({ name }) => name === toolChoice.toolName) ?? null;
  const wanted = new Set(wordsOf(asked));
  const ranked = callable
    .map((tool) => ({
      tool,
      score: wordsOf(`${tool.name} ${tool.description}`).filter((word) => wanted.has(word)).length,
    }))
    .sort((a, b) => b.score - a.score);
  const best = ranked[0];
  return best && (best.score > 0 || toolChoice?.type === 'required') ? best.tool : null;
}

function isForced({ toolChoice }: LanguageModelV4CallOptions): boolean {
  return toolChoice?.type === 'required' || toolChoice?.type === 'tool';
}

/** Words that mean something, without their plural. */
function wordsOf(text: string): string[] {
  const words =
    text
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? [];
  return [...new Set(words.map((word) => (word.length > 3 ? word.replace(/s$/, '') : word)))].filter(
    (word) => !smallWords.has(word),
  );
}

const smallWords = new Set(
  'the and for with this that from what which who how why are was were you your our its can could will would please get tell about into not has have does did all any use using'.split(
    ' ',
  ),
);

function lastUserText({ prompt }: LanguageModelV4CallOptions): string {
  const message = prompt.findLast(({ role }) => role === 'user');
  if (message?.role !== 'user') return '';
  return message.content.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n');
}

function promptTexts({ prompt, tools }: LanguageModelV4CallOptions): string[] {
  const texts = prompt.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.map((part) => ('text' in part ? part.text : JSON.stringify(part))),
  );
  return tools ? [...texts, JSON.stringify(tools)] : texts;
}
