import { builder } from '../graphql/builder.ts';
import { contextFields, DisconnectBehavior } from '../graphql/call-context.ts';
import { Modality, MoneyInput, TargetInput, Task } from '../graphql/words.ts';

const Role = builder.enumType('Role', { values: ['SYSTEM', 'DEVELOPER', 'USER', 'ASSISTANT', 'TOOL'] as const });

const MediaSourceInput = builder.inputType('MediaSourceInput', {
  isOneOf: true,
  fields: (t) => ({
    url: t.string({ description: 'Fetched by the provider where it does that, otherwise by the gateway.' }),
    base64: t.string(),
    fileId: t.id({ description: 'A stored file, see fileCreate.' }),
  }),
});

const MIME_TYPE = 'e.g. image/png. Needed but for a stored file, which knows its own; given, it must be that.';

const MediaInput = builder.inputType('MediaInput', {
  fields: (t) => ({
    source: t.field({ type: MediaSourceInput, required: true }),
    mimeType: t.string({ description: MIME_TYPE }),
  }),
});

const FilePartInput = builder.inputType('FilePartInput', {
  fields: (t) => ({
    source: t.field({ type: MediaSourceInput, required: true }),
    mimeType: t.string({ description: MIME_TYPE }),
    filename: t.string(),
  }),
});

const ToolCallPartInput = builder.inputType('ToolCallPartInput', {
  fields: (t) => ({
    toolCallId: t.string({ required: true }),
    name: t.string({ required: true }),
    arguments: t.field({ type: 'JSON', required: true }),
    signature: t.string({ description: 'Opaque; as it came with the call.' }),
  }),
});

const ToolResultPieceInput = builder.inputType('ToolResultPieceInput', {
  isOneOf: true,
  fields: (t) => ({
    text: t.string(),
    image: t.field({ type: MediaInput }),
    audio: t.field({ type: MediaInput }),
    file: t.field({ type: FilePartInput }),
  }),
});

const ToolResultInput = builder.inputType('ToolResultInput', {
  isOneOf: true,
  fields: (t) => ({
    text: t.string(),
    json: t.field({ type: 'JSON' }),
    content: t.field({ type: [ToolResultPieceInput], description: 'With images or files among the words.' }),
  }),
});

const ToolResultPartInput = builder.inputType('ToolResultPartInput', {
  fields: (t) => ({
    toolCallId: t.string({ required: true }),
    result: t.field({ type: ToolResultInput, required: true }),
    isError: t.boolean({ defaultValue: false }),
  }),
});

const ReasoningPartInput = builder.inputType('ReasoningPartInput', {
  description: "Replays a provider's reasoning, so that a tool loop over several turns stays valid.",
  fields: (t) => ({
    text: t.string({ required: true }),
    signature: t.string({ description: 'Opaque; as it came.' }),
  }),
});

const ContentPartInput = builder.inputType('ContentPartInput', {
  isOneOf: true,
  fields: (t) => ({
    text: t.string(),
    image: t.field({ type: MediaInput }),
    audio: t.field({ type: MediaInput }),
    file: t.field({ type: FilePartInput }),
    toolCall: t.field({ type: ToolCallPartInput }),
    toolResult: t.field({ type: ToolResultPartInput }),
    reasoning: t.field({ type: ReasoningPartInput }),
  }),
});

const MessageInput = builder.inputType('MessageInput', {
  fields: (t) => ({
    role: t.field({ type: Role, required: true }),
    parts: t.field({ type: [ContentPartInput], required: true }),
    cacheHint: t.boolean({
      description: 'All up to here will be said again soon. Told to providers that keep what they are told to keep.',
    }),
  }),
});

const SamplingInput = builder.inputType('SamplingInput', {
  description: "Unset = the provider's default.",
  fields: (t) => ({
    temperature: t.float(),
    topP: t.float(),
    topK: t.int(),
    frequencyPenalty: t.float(),
    presencePenalty: t.float(),
    seed: t.field({ type: 'SafeInt' }),
    stop: t.stringList(),
    maxOutputTokens: t.int(),
    topLogprobs: t.int({
      description: 'Asks how likely each token of the answer was, and this many others in its place, up to 20.',
    }),
  }),
});

const JSONSchemaOutputInput = builder.inputType('JSONSchemaOutputInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    schema: t.field({ type: 'JSON', required: true, description: 'A JSON Schema whose root is an object.' }),
    repairAttempts: t.int({
      defaultValue: 1,
      description: 'Ask again this often, with what was wrong, when the answer does not fit. 0 to 5; each is paid for.',
    }),
  }),
});

const OutputFormatInput = builder.inputType('OutputFormatInput', {
  isOneOf: true,
  fields: (t) => ({
    text: t.boolean({ description: 'Only true makes sense.' }),
    jsonObject: t.boolean({ description: 'Any JSON. Only true makes sense.' }),
    jsonSchema: t.field({ type: JSONSchemaOutputInput }),
  }),
});

const SpokenAnswerInput = builder.inputType('SpokenAnswerInput', {
  description: "Unset = the provider's default.",
  fields: (t) => ({
    voice: t.string({ description: 'As the provider calls it, e.g. alloy.' }),
    format: t.string({
      description: 'wav, mp3, pcm16 …, as the provider calls it. OpenAI streams pcm16 only: others come in one piece.',
    }),
  }),
});

const InlineToolInput = builder.inputType('InlineToolInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    description: t.string({ required: true }),
    inputSchema: t.field({ type: 'JSON', required: true }),
    strict: t.boolean({ defaultValue: false, description: 'Ask the provider to hold the arguments to the schema.' }),
  }),
});

const ToolChoiceMode = builder.enumType('ToolChoiceMode', { values: ['AUTO', 'NONE', 'REQUIRED'] as const });

const ToolChoiceInput = builder.inputType('ToolChoiceInput', {
  isOneOf: true,
  fields: (t) => ({
    mode: t.field({ type: ToolChoiceMode }),
    tool: t.string({ description: 'Call exactly this tool.' }),
  }),
});

const ToolUseInput = builder.inputType('ToolUseInput', {
  fields: (t) => ({
    inline: t.field({ type: [InlineToolInput], required: true, description: 'Tools known only to this call.' }),
    choice: t.field({ type: ToolChoiceInput }),
    parallel: t.boolean({
      description: 'False asks for one call at a time, of providers that can be asked for that. Unset = as they like.',
    }),
  }),
});

const ReasoningEffort = builder.enumType('ReasoningEffort', {
  values: ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'MAX'] as const,
});

const ReasoningInput = builder.inputType('ReasoningInput', {
  fields: (t) => ({ effort: t.field({ type: ReasoningEffort, required: true }) }),
});

const RunLimitsInput = builder.inputType('RunLimitsInput', {
  fields: (t) => ({
    timeoutMs: t.int({ description: 'Give up after this long, all attempts included. 600000 at most.' }),
    maxCost: t.field({ type: MoneyInput, description: 'Refuse when the worst case of the call is dearer.' }),
  }),
});

const SimulatedFailure = builder.enumType('SimulatedFailure', {
  values: ['PROVIDER_ERROR', 'PROVIDER_OVERLOADED', 'RATE_LIMITED', 'PROVIDER_TIMEOUT'] as const,
});

const SimulationInput = builder.inputType('SimulationInput', {
  description: 'A script for simulator models: the same script and input give the same answer. Others ignore it.',
  fields: (t) => ({
    seed: t.int(),
    latencyMs: t.int({ description: 'Until the first token.' }),
    tokensPerSecond: t.float(),
    failWith: t.field({ type: SimulatedFailure }),
    failFirstAttempts: t.int({ description: 'Fail only this many attempts of the call; all of them when unset.' }),
    breakStreamAfterTokens: t.int({ description: 'Cut the stream off without an end.' }),
    reply: t.string({ description: 'Say this.' }),
  }),
});

const DebugInput = builder.inputType('DebugInput', {
  description: 'Needs the scope COMPLETIONS_DEBUG.',
  fields: (t) => ({ simulate: t.field({ type: SimulationInput }) }),
});

export const CompletionInput = builder.inputType('CompletionInput', {
  fields: (t) => ({
    ...contextFields(t),
    target: t.field({ type: TargetInput, required: true }),
    messages: t.field({ type: [MessageInput], required: true }),
    sampling: t.field({ type: SamplingInput }),
    output: t.field({ type: OutputFormatInput }),
    modalities: t.field({
      type: [Modality],
      description:
        'What the answer is to be made of; TEXT when unset. AUDIO and IMAGE come as MediaPart, what is said in a sound ' +
        'as TextPart where the model tells it. Models that cannot be asked for it are passed over.',
    }),
    audio: t.field({ type: SpokenAnswerInput, description: 'With AUDIO among the modalities.' }),
    tools: t.field({ type: ToolUseInput }),
    reasoning: t.field({ type: ReasoningInput }),
    limits: t.field({ type: RunLimitsInput }),
    task: t.field({ type: Task, description: 'What it is about, for rules that go by it; guessed when left out.' }),
    debug: t.field({ type: DebugInput }),
    onDisconnect: t.field({ type: DisconnectBehavior, defaultValue: 'CONTINUE' }),
  }),
});

export type CompletionInputShape = typeof CompletionInput.$inferInput;
