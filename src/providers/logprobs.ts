import type { CompletionRequest, TokenChance, TokenLogprob } from '../core/chat.ts';
import { fieldsOf } from '../core/json.ts';

/** Hears how likely tokens were, as the answer came, and tells it of its last text; undefined when nobody asked. */
export function likelihoods({ sampling: { topLogprobs } }: CompletionRequest) {
  if (topLogprobs === undefined) return undefined;
  const tokens: TokenLogprob[] = [];
  return {
    hear: (raw: unknown) => {
      for (const token of logprobsIn(raw)) tokens.push(token);
    },
    of: (text: string) => spelling(tokens, text, topLogprobs),
  };
}

/**
 * How likely tokens were, in a piece of an answer as it came or in a whole one, in either of OpenAI's formats. The
 * packages pass them on without the bytes of a token, and without those a character in several tokens is none.
 */
function logprobsIn(raw: unknown): readonly TokenLogprob[] {
  const { choices, type, logprobs, output } = fieldsOf(raw);
  const told = [
    fieldsOf(fieldsOf(listOf(choices)[0]).logprobs).content,
    type === 'response.output_text.delta' ? logprobs : null,
    ...listOf(output).flatMap((item) => listOf(fieldsOf(item).content).map((part) => fieldsOf(part).logprobs)),
  ];
  return told.flatMap(listOf).map(logprobOf);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function logprobOf(told: unknown): TokenLogprob {
  const { top_logprobs } = fieldsOf(told);
  return { ...chanceOf(told), top: listOf(top_logprobs).map(chanceOf) };
}

function chanceOf(told: unknown): TokenChance {
  const { token, logprob, bytes } = fieldsOf(told);
  return { token: String(token), logprob: Number(logprob), bytes: Array.isArray(bytes) ? (bytes as number[]) : null };
}

/** The last of the tokens, as far as they spell `text`; undefined when they do not. @param top how many others to keep */
function spelling(tokens: readonly TokenLogprob[], text: string, top: number): readonly TokenLogprob[] | undefined {
  const wanted = Buffer.from(text, 'utf8');
  const pieces: Buffer[] = [];
  let from = tokens.length;
  for (let length = 0; from > 0 && length < wanted.length; length += pieces.at(-1)!.length) {
    const token = tokens[--from]!;
    pieces.push(token.bytes ? Buffer.from(token.bytes) : Buffer.from(token.token, 'utf8'));
  }
  if (tokens.length === 0 || !Buffer.concat(pieces.toReversed()).equals(wanted)) return undefined;
  return tokens.slice(from).map((token) => ({ ...token, top: token.top.slice(0, top) }));
}
