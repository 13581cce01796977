import { invariant } from '../core/assert.ts';
import type { CallAnswer, CallKind, CallRequest, Segment } from '../core/call.ts';
import { type CallContextInput, callContextOf } from '../core/call-context.ts';
import { mediaType } from '../core/media.ts';
import { type InputIssue, ValidationProblem } from '../core/problem.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { contextFields, DisconnectBehavior } from '../graphql/call-context.ts';
import type { Context } from '../graphql/context.ts';
import {
  BudgetStanding,
  Cost,
  Model,
  RateLimitStanding,
  RoutingDecision,
  TargetInput,
  Timing,
  Usage,
} from '../graphql/words.ts';
import type { CallDone } from './index.ts';
import { checked, recordingOf } from './inputs.ts';
import { type KeptMedia, keepMedia } from './keep.ts';

type Done<Kind extends CallKind> = Omit<CallDone, 'answer'> & { readonly answer: Extract<CallAnswer, { kind: Kind }> };

/** What every answer has besides what was asked for. */
const CallReceipt = builder.interfaceRef<Omit<CallDone, 'answer'>>('CallReceipt').implement({
  description: 'What a call cost, and why it went where it went. Its history is `request(id: requestId)`.',
  fields: (t) => ({
    id: t.exposeID('id'),
    // Nullable like the one of errors, which stand beside it in every result.
    requestId: t.exposeID('requestId', { nullable: true, description: 'For `request(id)`.' }),
    model: t.field({
      type: Model,
      nullable: true,
      description: 'The model that answered; null when the answer came from the cache.',
      resolve: async ({ model, organizationId }, _args, { rooms }) =>
        model === null ? null : (await rooms.models.book(organizationId)).get(model),
    }),
    usage: t.expose('usage', { type: Usage }),
    cost: t.expose('cost', { type: Cost }),
    rateLimits: t.field({
      type: [RateLimitStanding],
      description:
        'What was left of the rate limits it fell under; the first is the one that further calls meet first.',
      nullable: true,
      resolve: ({ rates }) => rates && [...rates],
    }),
    budgets: t.field({
      type: [BudgetStanding],
      description:
        'What was left of the budgets that paid; the first is the one that further calls meet first. Null when it is not known any more.',
      nullable: true,
      resolve: ({ budgets }) => budgets && [...budgets],
    }),
    timing: t.expose('timing', { type: Timing }),
    decision: t.expose('decision', { type: RoutingDecision }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True when idempotencyKey matched an earlier call and nothing was sent to a provider.',
    }),
  }),
});

const interfaces = [CallReceipt];
const failures = [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'RateLimitedError',
  'AgentStoppedError',
  'ContentTooLargeError',
  'PolicyBlockedError',
  'BudgetExceededError',
  'NoEligibleTargetError',
  'ProviderError',
  'CancelledError',
  'UnavailableError',
  'InternalError',
] as const;

/** What every question may say besides what it asks. */
const common = (t: Parameters<typeof contextFields>[0]) => ({
  target: t.field({ type: TargetInput, required: true }),
  ...contextFields(t),
  onDisconnect: t.field({
    type: DisconnectBehavior,
    description:
      'Left out: CONTINUE with an idempotencyKey; without one nobody can come back for the answer, so the call is ' +
      'cancelled at once, as it is by CANCEL and CANCEL_AFTER_GRACE.',
  }),
});

interface Common extends CallContextInput {
  readonly target: { readonly route?: string | undefined; readonly model?: string | undefined };
  readonly onDisconnect?: (typeof DisconnectBehavior)['$inferType'] | null | undefined;
}

async function call<Kind extends CallKind>(
  { rooms, caller, trace, signal }: Context,
  input: Common,
  request: Extract<CallRequest, { kind: Kind }>,
): Promise<Done<Kind>> {
  const { target, idempotencyKey = null, onDisconnect = null } = input;
  const issues: InputIssue[] = [];
  const context = callContextOf(input, (path, code, message, suggestions = []) => {
    issues.push({ path: path.split('.'), code, message, suggestions });
  });
  if (issues.length > 0) throw new ValidationProblem(issues);
  const done = await rooms.calls.call(
    caller,
    {
      ...context,
      target: target.route != null ? { route: target.route } : { model: target.model! },
      request: checked(request),
      idempotencyKey,
      onDisconnect,
      trace,
    },
    signal,
  );
  invariant(done.answer.kind === request.kind, 'an answer is of the kind that was asked for');
  return done as Done<Kind>;
}

const field = { authScopes: { scope: 'COMPLETIONS_WRITE' }, complexity: 10 } as const;

// ---------------------------------------------------------------- embeddings

const VectorEncoding = builder.enumType('VectorEncoding', { values: ['FLOAT', 'BASE64_FLOAT32'] as const });

const EmbeddingInput = builder.inputType('EmbeddingInput', {
  fields: (t) => ({
    ...common(t),
    inputs: t.stringList({ required: true }),
    dimensions: t.int({ description: 'Shorter vectors, from models that can.' }),
    encoding: t.field({ type: VectorEncoding, defaultValue: 'FLOAT' }),
  }),
});

interface PlacedVector {
  readonly index: number;
  readonly vector: readonly number[];
  readonly encoding: 'FLOAT' | 'BASE64_FLOAT32';
}

const Embedding = builder.objectRef<PlacedVector>('Embedding').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    vector: t.floatList({
      nullable: true,
      description: 'Present when encoding is FLOAT.',
      resolve: ({ encoding, vector }) => (encoding === 'FLOAT' ? [...vector] : null),
    }),
    vectorBase64: t.string({
      nullable: true,
      description: 'Present when encoding is BASE64_FLOAT32, little-endian; about 4x smaller.',
      resolve: ({ encoding, vector }) =>
        encoding === 'FLOAT' ? null : Buffer.from(new Float32Array(vector).buffer).toString('base64'),
    }),
  }),
});

const EmbeddingBatch = builder
  .objectRef<Done<'EMBEDDING'> & { readonly encoding: PlacedVector['encoding'] }>('EmbeddingBatch')
  .implement({
    interfaces,
    fields: (t) => ({
      dimensions: t.int({ resolve: ({ answer }) => answer.vectors[0]?.length ?? 0 }),
      embeddings: t.field({
        type: [Embedding],
        description: 'One for each input, in their order.',
        resolve: ({ answer, encoding }) => answer.vectors.map((vector, index) => ({ index, vector, encoding })),
      }),
    }),
  });

const EmbeddingResult = resultUnion('EmbeddingResult', EmbeddingBatch, [...failures]);

builder.mutationField('embeddingCreate', (t) =>
  t.field({
    ...field,
    type: EmbeddingResult,
    args: { input: t.arg({ type: EmbeddingInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { inputs, dimensions = null, encoding } = input;
      const done = await call(context, input, { kind: 'EMBEDDING', inputs, dimensions });
      return { ...done, encoding: encoding ?? 'FLOAT' };
    },
  }),
);

// ---------------------------------------------------------------- images

const ImageSizeInput = builder.inputType('ImageSizeInput', {
  fields: (t) => ({ widthPx: t.int({ required: true }), heightPx: t.int({ required: true }) }),
});

const ImageGenerationInput = builder.inputType('ImageGenerationInput', {
  fields: (t) => ({
    ...common(t),
    prompt: t.string({ required: true }),
    count: t.int({ defaultValue: 1 }),
    size: t.field({ type: ImageSizeInput }),
    seed: t.field({ type: 'SafeInt' }),
    store: storing(t),
  }),
});

const GeneratedMedia = builder.objectRef<KeptMedia>('GeneratedMedia').implement({
  fields: (t) => ({
    mimeType: t.exposeString('mimeType'),
    base64: t.exposeString('base64'),
    fileId: t.exposeID('fileId', { nullable: true, description: 'With `store`: under which it is kept, see file.' }),
    notStored: t.exposeString('notStored', {
      nullable: true,
      description: 'With `store`: why it could not be kept. The answer is paid for, so it is given all the same.',
    }),
  }),
});

const storing = (t: Parameters<typeof contextFields>[0]) =>
  t.boolean({ defaultValue: false, description: 'Keep what was made as files. Needs the scope FILES_WRITE.' });

const ImageGeneration = builder
  .objectRef<Done<'IMAGE'> & { readonly kept: readonly KeptMedia[] }>('ImageGeneration')
  .implement({
    interfaces,
    fields: (t) => ({ images: t.field({ type: [GeneratedMedia], resolve: ({ kept }) => [...kept] }) }),
  });

const ImageGenerationResult = resultUnion('ImageGenerationResult', ImageGeneration, [...failures]);

builder.mutationField('imageGenerate', (t) =>
  t.field({
    ...field,
    type: ImageGenerationResult,
    args: { input: t.arg({ type: ImageGenerationInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { prompt, count, size = null, seed = null } = input;
      const keep = keepMedia(context, input.store ?? false);
      const done = await call(context, input, { kind: 'IMAGE', prompt, count: count ?? 1, size, seed });
      return { ...done, kept: await keep(done.id, done.answer.images) };
    },
  }),
);

// ---------------------------------------------------------------- speech and transcription

const SpeechInput = builder.inputType('SpeechInput', {
  fields: (t) => ({
    ...common(t),
    text: t.string({ required: true }),
    voice: t.string({ description: "In the provider's words." }),
    format: t.string({ description: 'mp3, wav, opus …, as the provider has it.' }),
    instructions: t.string({ description: 'How to say it, for models that listen.' }),
    speed: t.float(),
    store: storing(t),
  }),
});

const Speech = builder.objectRef<Done<'SPEECH'> & { readonly kept: KeptMedia }>('Speech').implement({
  interfaces,
  fields: (t) => ({ audio: t.expose('kept', { type: GeneratedMedia }) }),
});

const SpeechResult = resultUnion('SpeechResult', Speech, [...failures]);

builder.mutationField('speechCreate', (t) =>
  t.field({
    ...field,
    type: SpeechResult,
    args: { input: t.arg({ type: SpeechInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { text, voice = null, format = null, instructions = null, speed = null } = input;
      const keep = keepMedia(context, input.store ?? false);
      const done = await call(context, input, { kind: 'SPEECH', text, voice, format, instructions, speed });
      const [kept] = await keep(done.id, [done.answer.audio]);
      return { ...done, kept: kept! };
    },
  }),
);

const TranscriptionInput = builder.inputType('TranscriptionInput', {
  fields: (t) => ({
    ...common(t),
    base64: t.string({ description: 'The audio, about 6 MB in one message; larger ones by fileId, up to 25 MB.' }),
    fileId: t.id({ description: 'A stored file, see fileCreate; this or base64.' }),
    mimeType: t.string({ required: true, description: 'e.g. audio/wav.' }),
  }),
});

const TranscriptionSegment = builder.objectRef<Segment>('TranscriptionSegment').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    startSeconds: t.exposeFloat('startSeconds'),
    endSeconds: t.exposeFloat('endSeconds'),
  }),
});

const Transcription = builder.objectRef<Done<'TRANSCRIPTION'>>('Transcription').implement({
  interfaces,
  fields: (t) => ({
    text: t.string({ resolve: ({ answer }) => answer.text }),
    language: t.string({ nullable: true, resolve: ({ answer }) => answer.language }),
    durationSeconds: t.float({ nullable: true, resolve: ({ answer }) => answer.durationSeconds }),
    segments: t.field({ type: [TranscriptionSegment], resolve: ({ answer }) => [...answer.segments] }),
  }),
});

const TranscriptionResult = resultUnion('TranscriptionResult', Transcription, [...failures]);

builder.mutationField('transcriptionCreate', (t) =>
  t.field({
    ...field,
    type: TranscriptionResult,
    args: { input: t.arg({ type: TranscriptionInput, required: true }) },
    resolve: (_root, { input }, context) =>
      call(context, input, { kind: 'TRANSCRIPTION', mimeType: mediaType(input.mimeType), source: recordingOf(input) }),
  }),
);

// ---------------------------------------------------------------- ranking

const RerankInput = builder.inputType('RerankInput', {
  fields: (t) => ({
    ...common(t),
    query: t.string({ required: true }),
    documents: t.stringList({ required: true }),
    topN: t.int({ description: 'Only the best of them.' }),
  }),
});

const RankedDocument = builder.objectRef<{ index: number; score: number }>('RankedDocument').implement({
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in `documents`.' }),
    score: t.exposeFloat('score', { description: 'Comparable within one answer only.' }),
  }),
});

const Ranking = builder.objectRef<Done<'RERANK'>>('Ranking').implement({
  interfaces,
  fields: (t) => ({
    results: t.field({
      type: [RankedDocument],
      description: 'Best first.',
      resolve: ({ answer }) => [...answer.ranking],
    }),
  }),
});

const RerankResult = resultUnion('RerankResult', Ranking, [...failures]);

builder.mutationField('rerank', (t) =>
  t.field({
    ...field,
    type: RerankResult,
    description: 'Orders documents by how well they answer a query.',
    args: { input: t.arg({ type: RerankInput, required: true }) },
    resolve: (_root, { input }, context) => {
      const { query, documents, topN = null } = input;
      return call(context, input, { kind: 'RERANK', query, documents, topN });
    },
  }),
);
