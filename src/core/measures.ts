import type { QuantitySource, Usage } from './usage.ts';

/** What can have a price. One list for the price table, the cost lines and the schema's enum. */
export const meters = [
  'INPUT_TOKEN',
  'OUTPUT_TOKEN',
  'REASONING_TOKEN',
  'CACHE_READ_TOKEN',
  'CACHE_WRITE_TOKEN',
  'CACHE_WRITE_1H_TOKEN',
  'AUDIO_INPUT_TOKEN',
  'AUDIO_CACHE_READ_TOKEN',
  'AUDIO_OUTPUT_TOKEN',
  'IMAGE_INPUT_TOKEN',
  'IMAGE_OUTPUT_TOKEN',
  'CITATION_TOKEN',
  'IMAGE',
  'AUDIO_SECOND',
  'CHARACTER',
  'SEARCH',
  'REQUEST',
  'TOOL_CALL',
] as const;
export type Meter = (typeof meters)[number];

/** How much of a meter a call has used, by whose word, and what it is made of. */
export interface Measure {
  readonly meter: Meter;
  readonly quantity: (usage: Usage) => number;
  readonly source: (usage: Usage) => QuantitySource;
  /** Parts that may have a price of their own; without one they cost what the whole costs. */
  readonly parts: readonly Measure[];
  /** What its price depends on besides: the service tier, if nothing else is said. */
  readonly tierOf?: (usage: Usage) => string | undefined;
}

/** What is sold by the piece by some, and by these tokens by others. */
export interface PieceMeasure extends Measure {
  readonly insteadOf: Meter;
}

/** What is measured, and which is a part of which. */
export const measures: readonly Measure[] = [
  inputs('INPUT_TOKEN', ({ inputTokens, freeInputTokens = 0 }) => inputTokens - freeInputTokens, [
    inputs('CACHE_READ_TOKEN', ({ cacheReadTokens }) => cacheReadTokens, [
      inputs('AUDIO_CACHE_READ_TOKEN', ({ cacheReadAudioTokens }) => cacheReadAudioTokens ?? 0),
    ]),
    inputs('CACHE_WRITE_TOKEN', ({ cacheWriteTokens }) => cacheWriteTokens, [
      inputs('CACHE_WRITE_1H_TOKEN', ({ cacheWrite1hTokens }) => cacheWrite1hTokens ?? 0),
    ]),
    inputs('AUDIO_INPUT_TOKEN', ({ inputAudioTokens, cacheReadAudioTokens }) =>
      Math.max(0, (inputAudioTokens ?? 0) - (cacheReadAudioTokens ?? 0)),
    ),
    inputs('IMAGE_INPUT_TOKEN', ({ inputImageTokens }) => inputImageTokens ?? 0),
  ]),
  outputs('OUTPUT_TOKEN', ({ outputTokens, freeOutputTokens = 0 }) => outputTokens - freeOutputTokens, [
    outputs('REASONING_TOKEN', ({ reasoningTokens }) => reasoningTokens),
    outputs('AUDIO_OUTPUT_TOKEN', ({ outputAudioTokens }) => outputAudioTokens ?? 0),
    outputs('IMAGE_OUTPUT_TOKEN', ({ outputImageTokens }) => outputImageTokens ?? 0),
  ]),
];

export const pieceMeasures: readonly PieceMeasure[] = [
  {
    ...apart('IMAGE', ({ images }) => images ?? 0, counted),
    insteadOf: 'OUTPUT_TOKEN',
    tierOf: ({ imageSize }) => imageSize,
  },
  { ...apart('AUDIO_SECOND', ({ audioSeconds }) => audioSeconds ?? 0, saidOrCounted), insteadOf: 'INPUT_TOKEN' },
  { ...apart('CHARACTER', ({ characters }) => characters ?? 0, counted), insteadOf: 'OUTPUT_TOKEN' },
  { ...apart('SEARCH', ({ searches }) => searches ?? 0, saidOrCounted), insteadOf: 'INPUT_TOKEN' },
];

/** Of tools that the provider runs. */
export const toolMeasure: Measure = apart('TOOL_CALL', ({ toolCalls }) => toolCalls ?? 0, reported);

const consumed: readonly Measure[] = [...measures, ...pieceMeasures, toolMeasure];

/** What costs something on top at some providers, and nothing at the others. */
export const extraMeasures: readonly Measure[] = [
  apart('CITATION_TOKEN', ({ citationTokens }) => citationTokens ?? 0, reported),
  {
    ...apart('REQUEST', (usage) => (consumed.some(({ quantity }) => quantity(usage) > 0) ? 1 : 0), counted),
    tierOf: ({ searchContext, serviceTier }) => searchContext ?? serviceTier,
  },
];

function inputs(meter: Meter, quantity: Measure['quantity'], parts: readonly Measure[] = []): Measure {
  return { meter, quantity, source: (usage) => usage.inputSource ?? sourceOf(usage), parts };
}

function outputs(meter: Meter, quantity: Measure['quantity'], parts: readonly Measure[] = []): Measure {
  return { meter, quantity, source: (usage) => usage.outputSource ?? sourceOf(usage), parts };
}

/** What is no part of input or output. */
function apart(meter: Meter, quantity: Measure['quantity'], source: Measure['source']): Measure {
  return { meter, quantity, source, parts: [] };
}

/** Nobody but the provider could know. */
function reported(): QuantitySource {
  return 'REPORTED';
}

function counted(): QuantitySource {
  return 'COUNTED';
}

function saidOrCounted({ pieceSource }: Usage): QuantitySource {
  return pieceSource ?? 'COUNTED';
}

function sourceOf({ source }: Usage): QuantitySource {
  return source === 'PROVIDER' ? 'REPORTED' : 'ESTIMATED';
}
