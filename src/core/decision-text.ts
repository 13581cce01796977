import { hash } from 'node:crypto';
import type { Candidate, Decision } from './decision.ts';
import { encodeJson, sizeOfJson } from './json.ts';
import { oncePer } from './once-per.ts';

/** A model as it was when something was decided: most of a decision, and the same from call to call. */
export interface DecisionPart {
  /** SHA-256 of the text, as base64url. */
  readonly digest: string;
  /** As `encodeJson` would write it. */
  readonly text: string;
}

/** A decision as `encodeJson` would write it, but for the order of fields. */
export function textOfDecision(decision: Decision): string {
  const { basis } = piecesOf(decision);
  const decided = textOfCandidates(decision, ({ text }) => text);
  if (!decision.basis) return `${decided}}`;
  return `${decided},"basis":${basis},"facts":${encodeJson(decision.basis.facts)}}}`;
}

/** The same for the books: without the facts that it went by, and with the digests of its models where these would stand. */
export function textByParts(decision: Decision): { readonly text: string; readonly parts: readonly DecisionPart[] } {
  const { basis, candidates } = piecesOf(decision);
  const decided = textOfCandidates(decision, ({ digest }) => `"${digest}"`);
  return {
    text: decision.basis ? `${decided},"basis":${basis}}}` : `${decided}}`,
    parts: candidates.map(({ model }) => model),
  };
}

/** About as many UTF-16 units as the whole text has, facts included. */
export function sizeOfDecision(decision: Decision): number {
  const { rest, candidates, basis } = piecesOf(decision);
  let size = rest.length + basis.length + sizeOfJson(decision.basis?.facts);
  for (const { own, model } of candidates) size += own.length + model.text.length;
  return size;
}

/** Up to where the basis would follow. */
function textOfCandidates(decision: Decision, said: (part: DecisionPart) => string): string {
  const { rest, candidates } = piecesOf(decision);
  let text = '';
  for (const { own, model } of candidates) text += `${text === '' ? '' : ','}${own},"model":${said(model)}}`;
  return `${rest},"candidates":[${text}]`;
}

/** The log of its run has a decision in one way, the books in another: what they share is written once. */
const piecesOf = oncePer(({ candidates, basis, ...rest }: Decision) => {
  const { facts: _facts, ...others } = basis ?? {};
  return { rest: opened(rest), candidates: candidates.map(pieceOf), basis: opened(others) };
});

function pieceOf(candidate: Candidate) {
  const rest = opened({ ...candidate, target: undefined, model: undefined });
  return { own: `${rest},"target":${textOnce(candidate.target)}`, model: partOf(candidate.model) };
}

/** As JSON without its last brace, for more fields. To take that from a text of several pieces would copy all of them. */
function opened(fields: object): string {
  return encodeJson(fields).slice(0, -1);
}

/** Targets stay the same as well, but for those of calls that name a model: these have another id each minute. */
const textOnce = oncePer<object, string>(encodeJson);

const partOf = oncePer<object, DecisionPart>((model) => {
  const text = encodeJson(model);
  return { digest: hash('sha256', text, 'base64url'), text };
});
