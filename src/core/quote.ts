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
const outputMeters: readonly Meter[] = ['OUTPUT_TOKEN', 'REASONING_TOKEN', 'AUDIO_OUTPUT_TOKEN', 'IMAGE_OUTPUT_TOKEN'];

/** Of sound, at most: Gemini's 32 (ai.google.dev/gemini-api/docs/audio); OpenAI's are 10. */
const TOKENS_PER_SECOND = 32;

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
  { audioInput = false, ...pieces }: QuoteOptions = {},
): Nanos | null {
  if (!sheet) return null;
  const audioTokens = (pieces.audioSeconds ?? 0) * TOKENS_PER_SECOND;
  const reachable = sheet.prices.filter(({ fromInputTokens }) => fromInputTokens <= (inputTokens + audioTokens) * 2);
  const dearest = (meters: readonly Meter[], quantity: number): Nanos | null => {
    const prices = reachable.filter(({ meter }) => meters.includes(meter));
    if (prices.length === 0) return quantity === 0 ? 0n : null;
    return prices.map(({ nanosPerUnit, per }) => amount(quantity, nanosPerUnit, per)).reduce((a, b) => (a > b ? a : b));
  };
  const pieceCosts = pieceMeasures.flatMap(({ meter, quantity }) => {
    const count = quantity({ ...noUsage, ...pieces });
    return count === 0 ? [] : (dearest([meter], count) ?? []);
  });
  const byPiece = pieceCosts.length > 0 ? 0n : null;
  const audioMeters: readonly Meter[] = [...inputMeters, 'AUDIO_INPUT_TOKEN'];
  const text = dearest(audioInput ? audioMeters : inputMeters, inputTokens) ?? byPiece;
  const audio = byPiece ?? dearest(audioMeters, audioTokens);
  const output = dearest(outputMeters, maxOutputTokens) ?? byPiece;
  const request = dearest(['REQUEST'], 1) ?? 0n;
  if (text === null || audio === null || output === null) return null;
  return pieceCosts.reduce((sum, cost) => sum + cost, text + audio + output + request);
}
