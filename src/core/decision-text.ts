import type { Candidate, Decision, ModelCard } from './decision.ts';
import { encodeJson, withFields } from './json.ts';
import { oncePer } from './once-per.ts';

/**
 * A decision as `encodeJson` would write it, but for the order of fields. Most of it is about models, whose cards stay the
 * same for a minute: each is written once.
 */
export function textOfDecision({ candidates, ...rest }: Omit<Decision, 'basis'> & { readonly basis?: object }): string {
  return withFields(encodeJson(rest), { candidates: `[${candidates.map(textOfCandidate).join(',')}]` });
}

function textOfCandidate({ model, ...rest }: Candidate): string {
  return withFields(encodeJson(rest), { model: textOfCard(model) });
}

const textOfCard = oncePer<ModelCard, string>(encodeJson);
