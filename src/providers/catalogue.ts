import type { CompletionRequest } from '../core/chat.ts';
import { anthropicModel } from './anthropic.ts';
import { azure, azureCall } from './azure.ts';
import { bedrockEmbeddingOptions, bedrockModel, bedrockOthers } from './bedrock.ts';
import { type CatalogueRow, type Connection, row, sdkSettings } from './catalogue-row.ts';
import { byReasoning, byThinking, upToHigh } from './chat/effort.ts';
import { openaiChat } from './chat/openai.ts';
import { detailedUnread } from './chat/unread.ts';
import { chatMessage } from './chat-message.ts';
import { COHERE, cohereModel, cohereUnread } from './cohere.ts';
import { mendedBy, responsesMending } from './mended-events.ts';
import { mistralModel, mistralUnread } from './mistral.ts';
import { COMPATIBLE, compatibleChat, compatibleProvider } from './openai-compatible.ts';
import { openaiFiles, openaiMedia } from './openai-files.ts';
import { OPENROUTER } from './reasoning-details.ts';
import { simulatedModel, simulatorModels } from './simulator/index.ts';
import { simulatedOthers } from './simulator/others.ts';
import type { Unread } from './unread.ts';
import { vertexModel } from './vertex.ts';
import { xaiModel, xaiUnread } from './xai.ts';

/** What every server that speaks OpenAI's chat format has in common. */
const compatible = {
  chat: compatibleChat,
  others: compatibleProvider,
  tellsLogprobs: true,
  signedBy: COMPATIBLE,
  takesThoughts: true,
} as const satisfies Partial<CatalogueRow>;

/** Speaks the chat format, and has nothing else in OpenAI's. */
const none = async () => ({});

/** Whether several tools may be called at once, by the name that OpenAI's packages have for it. */
const parallel = ({ parallelToolCalls }: CompletionRequest) =>
  parallelToolCalls === undefined ? {} : { parallelToolCalls };

/** What a stream of OpenAI's Responses API has said, as its last event says it again. */
const responsesUnread = {
  content: [
    {
      at: 'response.output.*',
      reads: {
        types: [
          ...['message', 'reasoning', 'function_call', 'custom_tool_call', 'image_generation_call', 'compaction'],
          ...['web_search_call', 'file_search_call', 'code_interpreter_call', 'computer_call', 'local_shell_call'],
          ...['shell_call', 'shell_call_output', 'apply_patch_call', 'mcp_call', 'mcp_list_tools'],
          ...['mcp_approval_request', 'tool_search_call', 'tool_search_output', 'program', 'program_output'],
        ],
      },
    },
  ],
  sources: [],
};

/** OpenAI's Responses API, its events mended. */
const mended = (connection: Connection) => ({
  ...connection,
  fetch: mendedBy(responsesMending, connection.fetch),
});

/** A message of OpenAI itself, whose package reads of a sound what is said in it, if it comes in one piece. */
const chatUnread: Unread = {
  content: [
    ...chatMessage('annotations', 'audio'),
    ...['choices.*.message.audio', 'choices.*.delta.audio'].map((at) => ({
      at,
      reads: { fields: ['id', 'data', 'transcript'] },
    })),
  ],
  sources: [],
  words: [{ kind: 'text', whole: null, pieces: 'choices.*.delta.audio.transcript' }],
  sounds: ['choices.*.message.audio.data', 'choices.*.delta.audio.data'],
};

/** OpenAI's own packages tell likelihoods when they are asked for at least one other token. */
const likelihoods = ({ sampling: { topLogprobs } }: CompletionRequest, least: number) =>
  topLogprobs === undefined ? {} : { logprobs: Math.max(topLogprobs, least) };

/** What OpenAI's chat format has words for. */
const chatMedia = ['image/', 'audio/wav', 'audio/mpeg', 'audio/mp3', 'application/pdf'] as const;

/** Servers of the chat format with models of everybody's behind them. */
const offersAll = { offers: ['AUDIO', 'IMAGE'], choosesVoices: true } as const satisfies Partial<CatalogueRow>;

/** What OpenAI's own models have in common wherever they are asked in its chat format. */
const chat = {
  takes: chatMedia,
  offers: ['AUDIO'],
  choosesVoices: true,
  fetches: ['image/'],
  tellsLogprobs: true,
  untaken: ['topK'],
  unread: chatUnread,
  options: (request) => {
    const options = { ...parallel(request), ...likelihoods(request, 0) };
    return { openai: options, azure: options };
  },
} as const satisfies Partial<CatalogueRow>;

/** What OpenAI's Responses API has in common wherever it is served. */
const responses = {
  takes: ['image/', 'application/pdf'],
  takesFrom: { TOOL: ['image/', 'application/pdf'], ASSISTANT: [] },
  // It has no such fields; the package would leave them out.
  untaken: ['topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'stop'],
  unread: responsesUnread,
  // Nothing is left lying at the provider: reasoning travels encrypted with the conversation instead. Which files are
  // taken is said above, and not by the package.
  options: (request) => {
    const options = { store: false, passThroughUnsupportedFiles: true, ...parallel(request) };
    const told = { ...options, ...likelihoods(request, 1) };
    return { openai: told, azure: told, xai: options };
  },
} as const satisfies Partial<CatalogueRow>;

const geminiUnread = {
  content: [
    {
      at: 'candidates.*.content.parts.*',
      reads: {
        fields: [
          ...['text', 'thought', 'thoughtSignature', 'functionCall', 'inlineData', 'toolCall', 'toolResponse'],
          ...['executableCode', 'codeExecutionResult'],
        ],
      },
    },
  ],
  sources: ['candidates.*.citationMetadata.citationSources.*', 'candidates.*.citationMetadata.citations.*'],
};

const converseReads = { fields: ['text', 'toolUse', 'reasoningContent', 'citation', 'citationsContent'] };
const converseUnread = {
  content: ['output.message.content.*', 'contentBlockStart.start', 'contentBlockDelta.delta'].map((at) => ({
    at,
    reads: converseReads,
  })),
  sources: ['output.message.content.*.citationsContent.citations.*', 'contentBlockDelta.delta.citation'],
};

/** The documents of Bedrock's Converse API, and its pictures and films. */
const converseMedia = [
  ...['image/', 'video/', 'text/plain', 'text/csv', 'text/html', 'text/markdown', 'application/pdf'],
  ...['application/msword', 'application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.'],
] as const;

const everyMedia = ['image/', 'audio/', 'video/', 'text/', 'application/pdf'] as const;

/** No training unless one opts in; what is kept against abuse is kept for days. */
const says = (source: string) => ({ trainsOnInputs: false, zeroRetention: false, source });
const openaiSays = says('developers.openai.com/api/docs/guides/your-data, as of 2026-04-07');
const azureSays = says('learn.microsoft.com/legal/cognitive-services/openai/data-privacy, read 2026-11-26');
const anthropicSays = says('Commercial Terms of Service of 2025-06-17, by conductatlas.com, read 2026-11-26');
const bedrockSays = says('AWS Service Terms, by conductatlas.com, read 2026-11-26');

const resource = {
  name: 'resource',
  environment: 'AZURE_RESOURCE_NAME',
  description: 'The name of the Azure OpenAI resource, as in https://NAME.openai.azure.com',
} as const;

/**
 * Every kind of provider, one row each. A new one is a row here: it gets its schema enum value, the contract suite
 * and its place on first start from it. The port is `LanguageModelV4` of @ai-sdk/provider.
 */
export const catalogue = [
  row({
    kind: 'simulator',
    slug: 'sim',
    dataHandling: { trainsOnInputs: false, zeroRetention: true, source: 'It runs in the gateway.' },
    displayName: 'Simulator',
    takes: null,
    needs: [],
    anyModel: false,
    models: simulatorModels,
    seeded: { large: 'large-1', small: 'small-1' },
    model: async ({ runtime }, modelId) => simulatedModel(modelId, runtime.clock),
    others: async () => simulatedOthers,
    options: (request, attempt) => ({ simulator: { ...request.simulation, attempt } }),
  }),
  row({
    kind: 'openai',
    dataHandling: openaiSays,
    displayName: 'OpenAI',
    secretNames: ['OPENAI_API_KEY'],
    baseUrl: 'https://api.openai.com/v1',
    priceBook: 'openai',
    seeded: { large: 'gpt-6-sol', small: 'gpt-6-luna' },
    model: async (connection, modelId) =>
      (await import('@ai-sdk/openai')).createOpenAI(sdkSettings(mended(connection))).responses(modelId),
    others: async (connection) => (await import('@ai-sdk/openai')).createOpenAI(sdkSettings(connection)),
    ...responses,
    takes: openaiMedia,
    takesFrom: { TOOL: openaiMedia, ASSISTANT: [] },
    fetchesFromTools: ['image/'],
    endings: openaiFiles,
    tellsLogprobs: true,
    signedBy: 'openai',
    signsForAccount: true,
  }),
  row({
    kind: 'openai-chat',
    dataHandling: openaiSays,
    displayName: 'OpenAI, by its older Chat Completions API',
    baseUrl: 'https://api.openai.com/v1',
    priceBook: 'openai',
    ...chat,
    chat: openaiChat(compatibleChat.call),
    model: async (connection, modelId) =>
      (await import('@ai-sdk/openai')).createOpenAI(sdkSettings(connection)).chat(modelId),
    others: async (connection) => (await import('@ai-sdk/openai')).createOpenAI(sdkSettings(connection)),
  }),
  row({
    kind: 'azure',
    dataHandling: azureSays,
    displayName: 'Azure OpenAI',
    modelList: { path: '/v1/models', header: (secret) => ({ 'api-key': secret }) },
    secretNames: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
    baseUrl: 'https://{resource}.openai.azure.com/openai',
    settings: [resource],
    priceBook: 'azure',
    model: async (connection, modelId) => (await azure(mended(connection))).responses(modelId),
    others: azure,
    ...responses,
    tellsLogprobs: true,
    signedBy: 'azure',
    signsForAccount: true,
  }),
  row({
    kind: 'azure-chat',
    dataHandling: azureSays,
    displayName: 'Azure OpenAI, by its older Chat Completions API',
    modelList: { path: '/v1/models', header: (secret) => ({ 'api-key': secret }) },
    baseUrl: 'https://{resource}.openai.azure.com/openai',
    settings: [resource],
    priceBook: 'azure',
    ...chat,
    chat: openaiChat(azureCall),
    model: async (connection, modelId) => (await azure(connection)).chat(modelId),
    others: azure,
  }),
  row({
    kind: 'anthropic',
    dataHandling: anthropicSays,
    displayName: 'Anthropic',
    modelList: { path: '/models', header: (secret) => ({ 'x-api-key': secret }) },
    takes: ['image/', 'application/pdf', 'text/plain'],
    takesFrom: { TOOL: ['image/', 'application/pdf'], ASSISTANT: [] },
    fetchesFromTools: ['image/', 'application/pdf'],
    secretNames: ['ANTHROPIC_API_KEY'],
    baseUrl: 'https://api.anthropic.com/v1',
    priceBook: 'anthropic',
    seeded: { large: 'claude-sonnet-5', small: 'claude-haiku-4-5' },
    // The Messages API has no such fields; the package would leave them out.
    untaken: ['seed', 'presencePenalty', 'frequencyPenalty'],
    model: (connection, modelId) => anthropicModel(sdkSettings(connection), modelId),
    options: ({ parallelToolCalls }) =>
      parallelToolCalls === false ? { anthropic: { disableParallelToolUse: true } } : {},
    signedBy: 'anthropic',
  }),
  row({
    kind: 'google',
    displayName: 'Google Gemini',
    modelList: { path: '/models', header: (secret) => ({ 'x-goog-api-key': secret }) },
    takes: everyMedia,
    takesFrom: { TOOL: everyMedia, ASSISTANT: everyMedia },
    offers: ['AUDIO', 'IMAGE'],
    secretNames: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    priceBook: 'google',
    seeded: { large: 'gemini-3.8-flash', small: 'gemini-3.5-flash-lite' },
    model: async (connection, modelId) =>
      (await import('@ai-sdk/google')).createGoogle(sdkSettings(connection))(modelId),
    others: async (connection) => (await import('@ai-sdk/google')).createGoogle(sdkSettings(connection)),
    options: geminiOptions,
    unread: geminiUnread,
    signedBy: 'google',
  }),
  row({
    kind: 'google-vertex',
    displayName: 'Google Vertex AI',
    modelList: null,
    takes: everyMedia,
    takesFrom: { TOOL: everyMedia, ASSISTANT: everyMedia },
    offers: ['AUDIO', 'IMAGE'],
    secretNames: ['GOOGLE_VERTEX_CREDENTIALS'],
    secretFields: { required: ['client_email', 'private_key'], orKey: false },
    baseUrl:
      'https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/google',
    settings: [
      {
        name: 'project',
        environment: 'GOOGLE_VERTEX_PROJECT',
        description: 'The Google Cloud project, like my-project',
      },
      { name: 'location', environment: 'GOOGLE_VERTEX_LOCATION', description: 'A region like europe-west4, or global' },
    ],
    priceBook: 'google',
    model: vertexModel,
    options: geminiOptions,
    unread: geminiUnread,
    signedBy: 'google',
  }),
  row({
    kind: 'amazon-bedrock',
    dataHandling: bedrockSays,
    displayName: 'Amazon Bedrock',
    modelList: null,
    takes: converseMedia,
    takesFrom: { TOOL: converseMedia, ASSISTANT: [] },
    secretNames: ['AWS_BEARER_TOKEN_BEDROCK'],
    secretFields: { required: ['accessKeyId', 'secretAccessKey'], orKey: true },
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    settings: [{ name: 'region', environment: 'AWS_REGION', description: 'An AWS region like us-east-1' }],
    priceBook: 'aws',
    // The Converse API has no such fields; the package would leave them out.
    untaken: ['seed', 'presencePenalty', 'frequencyPenalty'],
    model: bedrockModel,
    unread: converseUnread,
    others: bedrockOthers,
    embeddingOptions: bedrockEmbeddingOptions,
    signedBy: 'amazonBedrock',
  }),
  row({
    kind: 'mistral',
    displayName: 'Mistral',
    takes: ['image/', 'application/pdf'],
    secretNames: ['MISTRAL_API_KEY'],
    baseUrl: 'https://api.mistral.ai/v1',
    priceBook: 'mistral',
    options: (request) => ({ mistral: parallel(request) }),
    unread: mistralUnread,
    untaken: ['topK'],
    model: mistralModel,
    others: async (connection) => (await import('@ai-sdk/mistral')).createMistral(sdkSettings(connection)),
  }),
  row({
    kind: 'cohere',
    displayName: 'Cohere',
    modelList: null,
    takes: ['image/', 'text/', 'application/json'],
    secretNames: ['COHERE_API_KEY', 'CO_API_KEY'],
    baseUrl: 'https://api.cohere.com/v2',
    priceBook: 'cohere',
    model: cohereModel,
    others: async (connection) => (await import('@ai-sdk/cohere')).createCohere(sdkSettings(connection)),
    embeddingOptions: (dimensions) => ({ cohere: { outputDimension: dimensions } }),
    unread: cohereUnread,
    signedBy: COHERE,
  }),
  row({
    kind: 'groq',
    displayName: 'Groq',
    secretNames: ['GROQ_API_KEY'],
    baseUrl: 'https://api.groq.com/openai/v1',
    priceBook: 'groq',
    fetches: ['image/'],
    ...compatible,
    chat: { ...compatibleChat, effort: upToHigh },
    others: async (connection) => (await import('@ai-sdk/groq')).createGroq(sdkSettings(connection)),
  }),
  row({
    kind: 'deepseek',
    displayName: 'DeepSeek',
    takes: [],
    // It knows JSON mode, and no schemas.
    schemas: 'INSTRUCTED',
    secretNames: ['DEEPSEEK_API_KEY'],
    baseUrl: 'https://api.deepseek.com',
    priceBook: 'deepseek',
    ...compatible,
    chat: { ...compatibleChat, effort: byThinking },
    others: none,
  }),
  row({
    kind: 'xai',
    displayName: 'xAI',
    secretNames: ['XAI_API_KEY'],
    baseUrl: 'https://api.x.ai/v1',
    priceBook: 'x-ai',
    model: xaiModel,
    others: async (connection) => (await import('@ai-sdk/xai')).createXai(sdkSettings(connection)),
    ...responses,
    unread: xaiUnread,
    // Other files it takes by their addresses only.
    takes: ['image/'],
    takesFrom: { TOOL: ['image/'], ASSISTANT: [] },
    signedBy: 'xai',
    signsForAccount: true,
  }),
  row({
    kind: 'together',
    displayName: 'Together AI',
    secretNames: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY'],
    baseUrl: 'https://api.together.xyz/v1',
    priceBook: 'together',
    fetches: ['image/'],
    ...compatible,
    chat: { ...compatibleChat, effort: byReasoning },
  }),
  row({
    kind: 'fireworks',
    displayName: 'Fireworks AI',
    secretNames: ['FIREWORKS_API_KEY'],
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    priceBook: 'fireworks',
    fetches: ['image/'],
    ...compatible,
  }),
  row({
    kind: 'cerebras',
    displayName: 'Cerebras',
    takes: [],
    secretNames: ['CEREBRAS_API_KEY'],
    baseUrl: 'https://api.cerebras.ai/v1',
    priceBook: 'cerebras',
    ...compatible,
    chat: { ...compatibleChat, effort: upToHigh },
    others: none,
  }),
  // Perplexity is to have ended Sonar's chat completions, which is what this row asks, on 2026-09-27: so say the releases of
  // @ai-sdk/perplexity of that day and TrueFoundry, who read it on docs.perplexity.ai/docs/agent-api/migrate-from-sonar.
  // Stored copies of that page (undated) say that they remain supported. Not tried here: no key.
  row({
    kind: 'perplexity',
    displayName: 'Perplexity',
    modelList: null,
    takes: ['image/', 'application/pdf'],
    secretNames: ['PERPLEXITY_API_KEY'],
    baseUrl: 'https://api.perplexity.ai',
    priceBook: 'perplexity',
    fetches: ['image/'],
    ...compatible,
    others: none,
  }),
  row({
    kind: 'openrouter',
    displayName: 'OpenRouter',
    takes: chatMedia,
    ...offersAll,
    secretNames: ['OPENROUTER_API_KEY'],
    baseUrl: 'https://openrouter.ai/api/v1',
    priceBook: 'openrouter',
    fetches: ['image/'],
    ...compatible,
    chat: { ...compatibleChat, unread: detailedUnread },
    signedBy: OPENROUTER,
  }),
  row({
    kind: 'huggingface',
    displayName: 'Hugging Face',
    secretNames: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
    baseUrl: 'https://router.huggingface.co/v1',
    ...compatible,
  }),
  row({
    kind: 'zai',
    displayName: 'Z.ai',
    // It knows JSON mode, and no schemas.
    schemas: 'INSTRUCTED',
    secretNames: ['ZAI_API_KEY'],
    baseUrl: 'https://api.z.ai/api/paas/v4',
    priceBook: 'zai',
    fetches: ['image/'],
    ...compatible,
    chat: { ...compatibleChat, effort: byThinking },
    others: none,
  }),
  row({
    kind: 'ollama',
    displayName: 'Ollama',
    // A server of one's own: it needs no key, and the operator's leave to be reached (GLIDEPATH_EGRESS_ALLOW).
    needs: [],
    baseUrl: 'http://127.0.0.1:11434/v1',
    ...compatible,
    joinsTraces: true,
  }),
  row({
    kind: 'openai-compatible',
    displayName: 'OpenAI-compatible',
    takes: chatMedia,
    ...offersAll,
    // Which variable holds its key is said by its credential: there may be many such providers.
    needs: ['baseUrl'],
    ...compatible,
    joinsTraces: true,
  }),
] as const satisfies readonly CatalogueRow[];

export type ProviderKind = (typeof catalogue)[number]['kind'];

export const providerKinds = catalogue.map(({ kind }) => kind) as readonly ProviderKind[];

/** @throws Error for a kind that is not in the catalogue: rows are only written with known ones. */
export function rowOf(kind: string): CatalogueRow {
  const row = catalogue.find((candidate) => candidate.kind === kind);
  if (!row) throw new Error(`no provider kind '${kind}' in the catalogue`);
  return row;
}

/** Gemini keeps its thoughts to itself unless asked, and answers with words alone. */
function geminiOptions({ reasoningEffort, modalities }: CompletionRequest) {
  return {
    google: {
      ...(reasoningEffort && reasoningEffort !== 'NONE' && { thinkingConfig: { includeThoughts: true } }),
      ...(modalities && { responseModalities: [...modalities] }),
    },
  };
}

export type { CatalogueRow, Connection };
