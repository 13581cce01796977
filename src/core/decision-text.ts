import type { Candidate, Decision } from './decision.ts';
import { encodeJson, sizeOfJson } from './json.ts';
import { oncePer } from './once-per.ts';

/** A decision as `encodeJson` would write it, but for the order of fields. */
export function textOfDecision(decision: Decision): string {
  const { decided, basis } = partsOf(decision);
  if (!decision.basis) return `${decided}}`;
  return `${decided},"basis":${basis},"facts":${encodeJson(decision.basis.facts)}}}`;
}

/** The same without the facts that it went by. */
export function textWithoutFacts(decision: Decision): string {
  const { decided, basis } = partsOf(decision);
  return decision.basis ? `${decided},"basis":${basis}}}` : `${decided}}`;
}

/** About as many UTF-16 units as the text has, facts included. */
export function sizeOfDecision(decision: Decision): number {
  const { decided, basis } = partsOf(decision);
  return decided.length + basis.length + sizeOfJson(decision.basis?.facts);
}

/** The books keep facts beside a decision, the log of its run within: the rest is written once for both. */
const partsOf = oncePer(({ candidates, basis, ...rest }: Decision) => {
  const { facts: _facts, ...others } = basis ?? {};
  return { decided: `${opened(rest)},"candidates":${textOfCandidates(candidates)}`, basis: opened(others) };
});

/** As JSON without its last brace, for more fields. To take that from a text of several pieces would copy all of them. */
function opened(fields: object): string {
  return encodeJson(fields).slice(0, -1);
}

function textOfCandidates(candidates: readonly Candidate[]): string {
  let text = '[';
  for (const candidate of candidates) text += `${text === '[' ? '' : ','}${textOfCandidate(candidate)}`;
  return `${text}]`;
}

function textOfCandidate(candidate: Candidate): string {
  const { target, model } = candidate;
  const rest = opened({ ...candidate, target: undefined, model: undefined });
  return `${rest},"target":${textOnce(target)},"model":${textOnce(model)}}`;
}

/** Most of a decision is about targets and models, which stay the same from call to call. */
const textOnce = oncePer<object, string>(encodeJson);
