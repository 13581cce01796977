import type { Candidate, Decision, ModelCard } from './decision.ts';
import { encodeJson, withFields } from './json.ts';

const cards = new WeakMap<ModelCard, string>();

/**
 * A decision as `encodeJson` would write it, but for the order of fields. Most of it is about models, whose cards stay the
 * same for a minute: each is written once.
 */
export function textOfDecision({ candidates, ...rest }: Decision): string {
  return withFields(encodeJson(rest), { candidates: `[${candidates.map(textOfCandidate).join(',')}]` });
}

function textOfCandidate({ model, ...rest }: Candidate): string {
  return withFields(encodeJson(rest), { model: textOfCard(model) });
}

function textOfCard(card: ModelCard): string {
  const known = cards.get(card);
  if (known !== undefined) return known;
  const text = encodeJson(card);
  cards.set(card, text);
  return text;
}
