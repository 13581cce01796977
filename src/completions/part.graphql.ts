import type { TokenLogprob as Logprob, OutputPart, TokenChance } from '../core/chat.ts';
import { builder } from '../graphql/builder.ts';
import { InputIssue } from '../graphql/errors.ts';

/** A part and its place in the answer. */
export interface PlacedPart {
  readonly index: number;
  readonly part: OutputPart;
}

type Placed<Kind extends OutputPart['kind']> = Extract<OutputPart, { kind: Kind }> & {
  readonly kind: Kind;
  readonly index: number;
};

const Citation = builder.objectRef<{ title: string | null; url: string | null }>('Citation').implement({
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true }),
    url: t.exposeString('url', { nullable: true }),
  }),
});

const chance = {
  token: 'As the provider writes it.',
  bytes: 'UTF-8, since a token may be a piece of a character; null when the provider does not say.',
};

const TokenAlternative = builder.objectRef<TokenChance>('TokenAlternative').implement({
  fields: (t) => ({
    token: t.exposeString('token', { description: chance.token }),
    logprob: t.exposeFloat('logprob'),
    bytes: t.intList({ nullable: true, description: chance.bytes, resolve: ({ bytes }) => bytes && [...bytes] }),
  }),
});

const TokenLogprob = builder.objectRef<Logprob>('TokenLogprob').implement({
  description: 'How likely one token of an answer was, as a natural logarithm.',
  fields: (t) => ({
    token: t.exposeString('token', { description: chance.token }),
    logprob: t.exposeFloat('logprob'),
    bytes: t.intList({ nullable: true, description: chance.bytes, resolve: ({ bytes }) => bytes && [...bytes] }),
    top: t.field({
      type: [TokenAlternative],
      description: 'What else might have stood there, the likeliest first.',
      resolve: ({ top }) => [...top],
    }),
  }),
});

const TextPart = builder.objectRef<Placed<'text'>>('TextPart').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    text: t.exposeString('text'),
    citations: t.field({ type: [Citation], resolve: ({ citations }) => [...citations] }),
    logprobs: t.field({
      type: [TokenLogprob],
      nullable: true,
      description:
        "With `sampling.topLogprobs`; of an answer's last text. Null where the text is not the model's own any more, since a rule has changed it.",
      resolve: ({ logprobs }) => (logprobs ? [...logprobs] : null),
    }),
  }),
});

const ReasoningPart = builder.objectRef<Placed<'reasoning'>>('ReasoningPart').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    text: t.exposeString('text', { description: 'Empty when the provider gives only an encrypted form.' }),
    signature: t.string({
      nullable: true,
      description: 'Opaque; send it back unchanged.',
      resolve: ({ signature }) => signature ?? null,
    }),
  }),
});

export const ToolCallPart = builder.objectRef<Placed<'toolCall'>>('ToolCallPart').implement({
  fields: (t) => ({
    index: t.exposeInt('index'),
    toolCallId: t.exposeString('toolCallId'),
    name: t.exposeString('name'),
    arguments: t.expose('arguments', {
      type: 'JSON',
      nullable: true,
      description: 'Null when the model did not write valid JSON; see rawArguments.',
    }),
    rawArguments: t.exposeString('rawArguments'),
    issues: t.field({
      type: [InputIssue],
      description: "Where the arguments are no JSON, or do not fit the tool's schema.",
      resolve: ({ issues }) => [...(issues ?? [])],
    }),
    signature: t.string({
      nullable: true,
      description: 'Opaque; send it back unchanged with the call.',
      resolve: ({ signature }) => signature ?? null,
    }),
  }),
});

const MediaPart = builder.objectRef<Placed<'media'>>('MediaPart').implement({
  description: 'An image, a sound or a file that the model made.',
  fields: (t) => ({
    index: t.exposeInt('index'),
    mimeType: t.exposeString('mimeType'),
    base64: t.exposeString('base64'),
  }),
});

const RefusalPart = builder.objectRef<Placed<'refusal'>>('RefusalPart').implement({
  description: 'The model would not. Its words may have been streamed as text before.',
  fields: (t) => ({
    index: t.exposeInt('index'),
    text: t.exposeString('text'),
    category: t.exposeString('category', { nullable: true, description: "The provider's word for why." }),
  }),
});

const UnknownPart = builder.objectRef<Placed<'unknown'>>('UnknownPart').implement({
  description: 'Something this version does not model: kept instead of dropped.',
  fields: (t) => ({
    index: t.exposeInt('index'),
    provider: t.exposeString('provider'),
    raw: t.expose('raw', { type: 'JSON', nullable: true }),
  }),
});

const typeOf = {
  text: TextPart,
  reasoning: ReasoningPart,
  toolCall: ToolCallPart,
  media: MediaPart,
  refusal: RefusalPart,
  unknown: UnknownPart,
};

export const ContentPart = builder.unionType('ContentPart', {
  types: [TextPart, ReasoningPart, ToolCallPart, MediaPart, RefusalPart, UnknownPart],
  resolveType: (part) => typeOf[part.kind],
});

/** The form the types above are backed by. */
export function placed({ index, part }: PlacedPart): Placed<OutputPart['kind']> {
  return { ...part, index } as Placed<OutputPart['kind']>;
}
