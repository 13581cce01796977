import type { Pieces } from './call.ts';
import { type Meter, pieceMeasures } from './measures.ts';
import { amount, type Nanos, type PriceSheet } from './money.ts';
import { noUsage } from './usage.ts';

/** What the worst case must count with, beside text. */
export interface QuoteOptions extends Pieces {
  /** Whether part of `inputTokens` may be audio, which can cost many times what text costs. Default false. */
  readonly audioInput?: boolean;
}

const inputMeters: readonly Meter[] = ['INPUT_TOKEN', 'CACHE_WRITE_TOKEN', 'CACHE_WRITE_1H_TOKEN', 'IMAGE_INPUT_TOKEN'];
const audioMeters: readonly Meter[] = [...inputMeters, 'AUDIO_INPUT_TOKEN'];
const outputMeters: readonly Meter[] = ['OUTPUT_TOKEN', 'REASONING_TOKEN', 'AUDIO_OUTPUT_TOKEN', 'IMAGE_OUTPUT_TOKEN'];
const requestMeters: readonly Meter[] = ['REQUEST'];

/** Of sound, at most: Gemini's 32 (ai.google.dev/gemini-api/docs/audio); OpenAI's are 10. */
const TOKENS_PER_SECOND = 32;

const textOnly: QuoteOptions = {};
const noCosts: readonly Nanos[] = [];

/**
 * The worst the call can cost: all of the input at the dearest input price, `maxOutputTokens` of output at the dearest
 * output price, whatever the service tier. The input is an estimate, so a context tier counts as reachable when the
 * input may be twice as long as it looks. Audio counts as input tokens where it is not sold by the second.
 * @param options what the call comes to in pieces, for where it is not sold by the token; see costOf
 * @returns null when nobody knows: no sheet, or input or output to pay for without any price
 */
export function quote(
  inputTokens: number,
  maxOutputTokens: number,
  sheet: PriceSheet | null,
  options: QuoteOptions = textOnly,
): Nanos | null {
  if (!sheet) return null;
  const audioTokens = (options.audioSeconds ?? 0) * TOKENS_PER_SECOND;
  const longest = (inputTokens + audioTokens) * 2;
  const pieceCosts = options === textOnly ? noCosts : pieceCostsOf(sheet, options, longest);
  const byPiece = pieceCosts.length > 0 ? 0n : null;
  const text = dearest(sheet, options.audioInput ? audioMeters : inputMeters, inputTokens, longest) ?? byPiece;
  const audio = byPiece ?? dearest(sheet, audioMeters, audioTokens, longest);
  const output = dearest(sheet, outputMeters, maxOutputTokens, longest) ?? byPiece;
  const request = dearest(sheet, requestMeters, 1, longest) ?? 0n;
  if (text === null || audio === null || output === null) return null;
  return pieceCosts.reduce((sum, cost) => sum + cost, text + audio + output + request);
}

function pieceCostsOf(sheet: PriceSheet, pieces: Pieces, longest: number): Nanos[] {
  return pieceMeasures.flatMap(({ meter, quantity }) => {
    const count = quantity({ ...noUsage, ...pieces });
    return count === 0 ? [] : (dearest(sheet, [meter], count, longest) ?? []);
  });
}

/** At the dearest price of these meters that an input of up to `longest` tokens reaches; null when there is none. */
function dearest({ prices }: PriceSheet, meters: readonly Meter[], quantity: number, longest: number): Nanos | null {
  if (quantity === 0) return 0n;
  let most: Nanos | null = null;
  for (const { meter, nanosPerUnit, per, fromInputTokens } of prices) {
    if (fromInputTokens > longest || !meters.includes(meter)) continue;
    const cost = amount(quantity, nanosPerUnit, per);
    if (most === null || cost > most) most = cost;
  }
  return most;
}
