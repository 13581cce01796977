import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FactsFile } from './told-facts.ts';

/**
 * Writes facts.json from the data of models.dev (MIT), of which there is one file:
 *
 *   curl https://models.dev/api.json > api.json; npm run models:facts -- api.json
 */
interface Listed {
  readonly tool_call?: boolean;
  readonly structured_output?: boolean;
  readonly reasoning?: boolean;
  readonly limit?: { readonly context?: number; readonly output?: number };
  readonly modalities?: { readonly input?: readonly string[]; readonly output?: readonly string[] };
}

/** Its names of providers, by ours of price books. */
const books: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  google: 'google',
  aws: 'amazon-bedrock',
  mistral: 'mistral',
  cohere: 'cohere',
  groq: 'groq',
  deepseek: 'deepseek',
  'x-ai': 'xai',
  together: 'togetherai',
  fireworks: 'fireworks-ai',
  cerebras: 'cerebras',
  perplexity: 'perplexity',
  openrouter: 'openrouter',
  zai: 'zai',
};

const [file] = process.argv.slice(2);
if (!file) throw new Error('usage: npm run models:facts -- api.json');
const listed = JSON.parse(await readFile(file, 'utf8')) as Record<
  string,
  { models: Record<string, Listed> } | undefined
>;

const facts: FactsFile = Object.fromEntries(
  Object.entries(books).map(([book, name]) => [
    book,
    Object.fromEntries(Object.entries(listed[name]?.models ?? {}).map(([id, model]) => [id, factsOf(model)])),
  ]),
);
await writeFile(resolve(import.meta.dirname, 'facts.json'), `${lines(facts)}\n`);

function factsOf({ limit, modalities, tool_call, structured_output, reasoning }: Listed): FactsFile[string][string] {
  const features = [
    ...(tool_call ? (['TOOLS'] as const) : []),
    ...(structured_output ? (['STRUCTURED_OUTPUT'] as const) : []),
    ...(reasoning ? (['REASONING'] as const) : []),
  ];
  return {
    contextTokens: limit?.context || null,
    maxOutputTokens: limit?.output || null,
    input: kindsOf(modalities?.input),
    output: kindsOf(modalities?.output),
    features,
  };
}

/** A film is a file here, and a PDF too. */
function kindsOf(names: readonly string[] = []): ('TEXT' | 'IMAGE' | 'AUDIO' | 'FILE')[] {
  const kinds = { text: 'TEXT', image: 'IMAGE', audio: 'AUDIO', pdf: 'FILE', video: 'FILE' } as const;
  return [...new Set(names.flatMap((name) => (name in kinds ? [kinds[name as keyof typeof kinds]] : [])))];
}

/** A model a line, so that a difference between two of these files can be read. */
function lines(file: FactsFile): string {
  const book = (models: FactsFile[string]) =>
    Object.entries(models)
      .map(([id, model]) => `    ${JSON.stringify(id)}: ${JSON.stringify(model)}`)
      .join(',\n');
  return `{\n${Object.entries(file)
    .map(([name, models]) => `  ${JSON.stringify(name)}: {\n${book(models)}\n  }`)
    .join(',\n')}\n}`;
}
