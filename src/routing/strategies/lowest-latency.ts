import { byScore, type Contender, type Rank } from './rank.ts';

/** The answer whose time is compared: what a chat answers with on average (Azure's 2023 trace: 211 tokens). */
const TYPICAL_OUTPUT_TOKENS = 200;

/**
 * The shortest time to a typical answer: observed time to the first token, and the observed pace behind it. Who was
 * not seen lately is tried next, one call at a time: otherwise nobody would ever learn that it is fast. Score: ms.
 */
export const lowestLatency: Rank = (contenders) => byScore(contenders, expectedMs);

function expectedMs({ observed: { ttftMs, tokensPerSecond, inFlight } }: Contender): number {
  if (ttftMs === null) return inFlight === 0 ? 0 : Number.MAX_VALUE;
  return ttftMs + (tokensPerSecond === null ? 0 : (TYPICAL_OUTPUT_TOKENS / tokensPerSecond) * 1000);
}
