import type { OutputPart, TokenChance, TokenLogprob } from '../../core/chat.ts';

/** How likely the tokens of a text were, as OpenAI writes it down; null when nobody tells. */
export function logprobsBody(parts: readonly OutputPart[]) {
  const content: ReturnType<typeof tokenBody>[] = [];
  for (const part of parts) {
    if (part.kind !== 'text' || !part.logprobs) continue;
    for (const token of part.logprobs) content.push(tokenBody(token));
  }
  return content.length === 0 ? null : { content, refusal: null };
}

export function tokenBody({ top, ...chosen }: TokenLogprob) {
  return { ...chanceBody(chosen), top_logprobs: top.map(chanceBody) };
}

function chanceBody({ token, logprob, bytes }: TokenChance) {
  return { token, logprob, bytes };
}
