/**
 * What one call consumed, in the words of OpenTelemetry GenAI.
 * `inputTokens` includes cached tokens, `outputTokens` includes reasoning tokens; the others are parts of these two.
 */
export interface Usage extends UsageDetails {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly source: UsageSource;
}

/** What only some calls have. Left out means none. */
export interface UsageDetails {
  /** Part of `cacheWriteTokens`: kept for an hour, which costs more than the usual five minutes. */
  readonly cacheWrite1hTokens?: number;
  /** Part of `inputTokens`, cached ones included. */
  readonly inputAudioTokens?: number;
  /** Part of `cacheReadTokens` and of `inputAudioTokens`. */
  readonly cacheReadAudioTokens?: number;
  readonly inputImageTokens?: number;
  /** Parts of `inputTokens` and `outputTokens` that the provider does not charge. */
  readonly freeInputTokens?: number;
  readonly freeOutputTokens?: number;
  /** Part of `outputTokens`, like `outputImageTokens`. */
  readonly outputAudioTokens?: number;
  readonly outputImageTokens?: number;
  /** Images made, whether or not they are sold by the piece. */
  readonly images?: number;
  /** Of the images: 1024x1024 for instance. Prices may depend on it, see `costOf`. */
  readonly imageSize?: string;
  /** Of sound that was listened to, in whole seconds, rounded up. */
  readonly audioSeconds?: number;
  /** Of text that was spoken. */
  readonly characters?: number;
  /** Searches of up to a hundred documents each, which rankings are sold by. */
  readonly searches?: number;
  /** Read from sources the provider looked up, beside input and output. */
  readonly citationTokens?: number;
  /** Uses of tools that the provider runs and charges for, web searches mostly. */
  readonly toolCalls?: number;
  /** How the provider says it served the call: `flex`, `priority`, `batch` …; see `specialTier`. */
  readonly serviceTier?: string;
  /** How much was looked up before answering: low, medium, high. The fee for a request may depend on it. */
  readonly searchContext?: string;
  /** Who says how long a sound was, or how many searches a ranking took; the gateway where it is left out. */
  readonly pieceSource?: QuantitySource;
  /** Where the two halves come from, when `source` is MIXED. */
  readonly inputSource?: QuantitySource;
  readonly outputSource?: QuantitySource;
}

/** PROVIDER: reported. ESTIMATED: counted by the gateway, because a stream broke or nothing was reported. */
export type UsageSource = 'PROVIDER' | 'ESTIMATED' | 'MIXED' | 'NONE';

/** Who says how much it was. COUNTED is what the gateway knows exactly: calls, images. ESTIMATED are tokens it guessed. */
export type QuantitySource = 'REPORTED' | 'COUNTED' | 'ESTIMATED';

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  source: 'NONE',
};

/** The details that are counts: they add up. */
export const countedDetails = [
  'cacheWrite1hTokens',
  'inputAudioTokens',
  'cacheReadAudioTokens',
  'inputImageTokens',
  'freeInputTokens',
  'freeOutputTokens',
  'outputAudioTokens',
  'outputImageTokens',
  'images',
  'audioSeconds',
  'characters',
  'searches',
  'citationTokens',
  'toolCalls',
] as const satisfies readonly (keyof UsageDetails)[];

export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens;
}

/** A service tier is one call's, like a size: a sum has none, unless all of it was served the same way. */
export function addUsage(a: Usage, b: Usage): Usage {
  const counts: { [name in (typeof countedDetails)[number]]?: number } = {};
  for (const name of countedDetails) {
    const sum = (a[name] ?? 0) + (b[name] ?? 0);
    if (sum !== 0) counts[name] = sum;
  }
  const tier = a.source === 'NONE' || a.serviceTier === b.serviceTier ? b.serviceTier : undefined;
  const size = a.images === undefined || a.imageSize === b.imageSize ? b.imageSize : undefined;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    source: mixed(a.source, b.source),
    ...counts,
    ...(tier !== undefined && { serviceTier: tier }),
    ...(size !== undefined && { imageSize: size }),
  };
}

function mixed(a: UsageSource, b: UsageSource): UsageSource {
  if (a === 'NONE') return b;
  if (b === 'NONE') return a;
  return a === b ? a : 'MIXED';
}

const details: ReadonlySet<keyof UsageDetails> = new Set([
  ...countedDetails,
  ...(['imageSize', 'searchContext', 'serviceTier', 'pieceSource', 'inputSource', 'outputSource'] as const),
]);

/** The details alone, as they are stored beside the columns. */
export function detailsOf(usage: OrUndefined<UsageDetails>): UsageDetails {
  return definedOf(usage, details);
}

type OrUndefined<T> = { readonly [name in keyof T]: T[name] | undefined };

/**
 * @param names which of them; left out, all. A call has few details: to look for each that it might have takes longer than
 * to look at those that it has.
 */
function definedOf<T extends object>(all: OrUndefined<T>, names?: ReadonlySet<keyof T>): Partial<T> {
  const defined: Partial<T> = {};
  for (const name in all) {
    const value = all[name];
    if (value !== undefined && (!names || names.has(name))) defined[name] = value;
  }
  return defined;
}

/** A service tier as prices know it; undefined for the names that providers give their ordinary way of serving. */
export function specialTier(tier: string | null | undefined): string | undefined {
  const name = tier?.trim().toLowerCase();
  return !name || ['default', 'standard', 'auto', 'on_demand'].includes(name) ? undefined : name;
}

/** One word of a provider about a call's usage; what it does not say is undefined, and an explicit zero is zero. */
export interface UsageReport extends UsageDetails {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  /** Input and output together, where the provider says that too. */
  readonly totalTokens?: number | undefined;
}

/**
 * What a call is charged for, from all that its provider said about it, in order.
 *
 * Usage may come in the last piece of a stream, in every piece, twice, in halves (input first, output later) or never:
 * the last word on each count holds, and nothing is ever added up. What was never said is `guess`ed. When the parts say
 * more than the whole, or input and output say less than the total, the larger one is charged, since the books must not
 * show less than the bill, and that half counts as estimated.
 */
export function settledUsage(reports: readonly UsageReport[], guess: Usage): Usage {
  const said: UsageReport = {};
  for (const report of reports) Object.assign(said, definedOf(report));
  const { cacheReadTokens = 0, cacheWrite1hTokens = 0 } = said;
  const reasoningTokens = said.reasoningTokens ?? (said.outputTokens === undefined ? guess.reasoningTokens : 0);
  const cacheWriteTokens = Math.max(said.cacheWriteTokens ?? 0, cacheWrite1hTokens);
  const inputTokens = Math.max(said.inputTokens ?? guess.inputTokens, cacheReadTokens + cacheWriteTokens);
  const output = Math.max(said.outputTokens ?? guess.outputTokens, reasoningTokens);
  // What the total has and the two have not is taken for output: thoughts are what providers forget to count in.
  const both = said.inputTokens !== undefined && said.outputTokens !== undefined;
  const outputTokens = both ? Math.max(output, (said.totalTokens ?? 0) - inputTokens) : output;
  const sources = {
    inputSource: said.inputTokens === inputTokens ? ('REPORTED' as const) : ('ESTIMATED' as const),
    outputSource: said.outputTokens === outputTokens ? ('REPORTED' as const) : ('ESTIMATED' as const),
  };
  const { inputSource, outputSource } = sources;
  const source = inputSource !== outputSource ? 'MIXED' : inputSource === 'REPORTED' ? 'PROVIDER' : 'ESTIMATED';
  return {
    ...detailsOf({ ...said, serviceTier: specialTier(said.serviceTier) }),
    inputTokens,
    outputTokens,
    reasoningTokens,
    cacheReadTokens,
    cacheWriteTokens,
    source,
    ...(source === 'MIXED' && sources),
  };
}
