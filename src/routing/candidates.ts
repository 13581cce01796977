import type { Modality } from '../core/chat.ts';
import type {
  Candidate,
  EligibilityCode,
  EligibilityReason,
  MediaFact,
  ModelBook,
  ModelCard,
} from '../core/decision.ts';
import { quote } from '../core/quote.ts';
import type { KnownFacts } from './guesses.ts';
import type { ReadyTarget } from './ready.ts';

/** How long an answer is taken to be at most when neither the caller nor the model says. */
const ASSUMED_OUTPUT_TOKENS = 4096;

/** What decides, besides the call, who may take it. */
export interface Grounds {
  readonly models: ModelBook;
  /** Why policies keep a model out, for people; null when they do not, and when there are none. */
  readonly deniedBy: ((model: ModelCard) => string | null) | null;
  /** What is wrong with a deployment just now: breakers, limits, budgets. */
  readonly obstacleOf: (model: ModelCard) => EligibilityReason | null;
}

/** Can this target take the call, why not, and what could it cost at most? Every obstacle is named, not only the first. */
export function evaluate({ target, enabled }: ReadyTarget, facts: KnownFacts, grounds: Grounds): Candidate {
  const model = grounds.models.get(target.model) ?? withdrawn(target.model);
  const obstacles: EligibilityReason[] = [];
  const note = (obstacle: EligibilityReason | null) => obstacle && obstacles.push(obstacle);
  note(switchedOff(enabled, model));
  note(denied(model, grounds.deniedBy));
  note(incapable(model, facts));
  note(silent(model, facts));
  note(unreadable(model, facts));
  note(tooLong(model, facts));
  note(untakenMedia(model, facts));
  note(grounds.obstacleOf(model));
  const outputTokens = facts.maxOutputTokens ?? model.maxOutputTokens ?? ASSUMED_OUTPUT_TOKENS;
  return {
    target,
    model,
    eligible: obstacles.length === 0,
    reasons: obstacles.length === 0 ? fine : obstacles,
    estimatedCostNanos: quote(facts.inputTokens, outputTokens, model.prices, facts.call?.pieces),
  };
}

/** Codes that depend on the moment and not on the call: a replay takes them from the record. */
export const momentary: ReadonlySet<EligibilityCode> = new Set([
  'UNHEALTHY',
  'COOLING_DOWN',
  'OVER_BUDGET',
  'RATE_LIMITED',
]);

const fine: readonly EligibilityReason[] = [{ code: 'OK', message: 'It can take the call.' }];

function switchedOff(enabled: boolean, model: ModelCard): EligibilityReason | null {
  if (!enabled) return { code: 'DISABLED', message: 'The target is switched off in this version of the route.' };
  if (model.providerId === '') return { code: 'DISABLED', message: 'No provider offers this model any more.' };
  if (!model.enabled) return { code: 'DISABLED', message: `${model.name} or its provider is switched off.` };
  if (model.hasCredential) return null;
  const fix = 'set its key in the environment or save one with credentialSave.';
  return { code: 'NO_CREDENTIAL', message: `Provider ${model.providerSlug} has no credential: ${fix}` };
}

function denied(model: ModelCard, deniedBy: Grounds['deniedBy']): EligibilityReason | null {
  const message = deniedBy?.(model) ?? null;
  return message === null ? null : { code: 'POLICY_DENIED', message };
}

/** An answer that must fit a schema is asked for in words where the model knows none, so that rules nobody out. */
function incapable({ features }: ModelCard, { hasTools }: KnownFacts): EligibilityReason | null {
  if (!hasTools || features?.TOOLS !== false) return null;
  return { code: 'MISSING_FEATURE', message: 'It is said to call no tools; if it does, add it with modelSave.' };
}

/** What the answer is to hold that this model does not answer with, or its provider cannot be asked for; null: nothing. */
export function ungiven({ gives, offers = [] }: ModelCard, { answerModalities }: KnownFacts): Modality | null {
  if (!answerModalities) return null;
  const isUngiven = (modality: Modality) =>
    modality !== 'TEXT' && !(offers.includes(modality) && (gives?.includes(modality) ?? true));
  return answerModalities.find(isUngiven) ?? null;
}

function silent(model: ModelCard, facts: KnownFacts): EligibilityReason | null {
  const modality = ungiven(model, facts);
  return modality && { code: 'MISSING_FEATURE', message: `It cannot be asked to answer with ${modality}.` };
}

/** Declared by what the call brings back, so it holds for the first candidate and every fallback alike. */
function unreadable({ signedBy = null, accounts }: ModelCard, facts: KnownFacts): EligibilityReason | null {
  const { signer, account = null } = facts;
  if (signer === null) return null;
  if (signer !== signedBy) {
    const message = `The turn under way holds reasoning that ${signer} signed and nobody else can read.`;
    return { code: 'AFFINITY_REQUIRED', message };
  }
  if (account === null || !accounts || accounts.includes(account)) return null;
  const message = `The turn under way holds reasoning that ${signer} sealed for the account of another credential.`;
  return { code: 'AFFINITY_REQUIRED', message };
}

/** A context is one conversation's; the texts of other calls are read one by one. */
function tooLong({ contextTokens }: ModelCard, facts: KnownFacts): EligibilityReason | null {
  if (facts.call) return null;
  const { inputTokens, maxOutputTokens } = facts;
  const outputTokens = maxOutputTokens ?? 0;
  if (contextTokens === null || inputTokens + outputTokens <= contextTokens) return null;
  const need = `about ${inputTokens} tokens of input and ${outputTokens} of output are asked for`;
  return { code: 'CONTEXT_TOO_SMALL', message: `It takes ${contextTokens} tokens, but ${need}.` };
}

/** The first part of the call whose media the model's provider does not take. What tools give back can be shown anew. */
export function untaken({ takes, takesBack }: ModelCard, { media }: KnownFacts): MediaFact | null {
  if (media.length === 0) return null;
  const isUntaken = ({ mimeType, from }: MediaFact) => {
    const taken = from === 'ASSISTANT' ? (takesBack ?? takes) : takes;
    return taken !== undefined && !taken.some((type) => mimeType.toLowerCase().startsWith(type));
  };
  return media.find(isUntaken) ?? null;
}

/** How to say whose a medium is. */
export const origins = { TOOL: ' in the result of a tool', ASSISTANT: ' as said by the assistant' } as const;

function untakenMedia(model: ModelCard, facts: KnownFacts): EligibilityReason | null {
  const part = untaken(model, facts);
  if (!part) return null;
  const where = part.from ? origins[part.from] : '';
  const message = `Models of provider ${model.providerSlug} take no ${part.mimeType}${where}, which ${part.path} is.`;
  return { code: 'PART_NOT_SUPPORTED', message };
}

/** Stands for a model that was there when the route was saved and whose provider has been renamed or changed since. */
function withdrawn(name: string): ModelCard {
  const [providerSlug = '', ...rest] = name.split('/');
  return {
    name,
    providerId: '',
    providerSlug,
    providerKind: '',
    modelId: rest.join('/'),
    contextTokens: null,
    maxOutputTokens: null,
    enabled: false,
    hasCredential: false,
    prices: null,
  };
}
