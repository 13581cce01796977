import type { Admission } from '../core/admission.ts';
import { type CompletionRequest, inputCharacters } from '../core/chat.ts';
import type { Candidate, ModelBook, ModelCard } from '../core/decision.ts';
import { quote } from '../core/money.ts';
import { estimateTokens } from '../core/usage.ts';
import type { RuleTarget } from './rules.ts';

/** How long an answer is taken to be at most when neither the caller nor the model says. */
const ASSUMED_OUTPUT_TOKENS = 4096;

type Reason = Candidate['reasons'][number];

/** Can this target take the request, why not, and what could it cost at most? */
export function evaluate(
  { enabled, ...target }: RuleTarget,
  request: CompletionRequest,
  admission: Admission,
  models: ModelBook,
): Candidate {
  const model = models.get(target.model) ?? withdrawn(target.model);
  const inputTokens = estimateTokens(inputCharacters(request));
  const obstacles = [
    ...switchedOff(enabled, model),
    ...denied(model, admission),
    ...tooLong(model, inputTokens, request.sampling.maxOutputTokens ?? 0),
    ...untakenMedia(model, request),
  ];
  const outputTokens = request.sampling.maxOutputTokens ?? model.maxOutputTokens ?? ASSUMED_OUTPUT_TOKENS;
  return {
    target,
    model,
    eligible: obstacles.length === 0,
    reasons: obstacles.length === 0 ? [{ code: 'OK', message: 'It can take the call.' }] : obstacles,
    estimatedCostNanos: quote(inputTokens, outputTokens, model.prices),
  };
}

function switchedOff(enabled: boolean, model: ModelCard): Reason[] {
  if (!enabled) return [{ code: 'DISABLED', message: 'The target is switched off in this version of the route.' }];
  if (model.providerId === '') return [{ code: 'DISABLED', message: 'No provider offers this model any more.' }];
  if (!model.enabled) return [{ code: 'DISABLED', message: `Provider ${model.providerSlug} is switched off.` }];
  if (model.hasCredential) return [];
  const fix = 'set its key in the environment or save one with credentialSave.';
  return [{ code: 'NO_CREDENTIAL', message: `Provider ${model.providerSlug} has no credential: ${fix}` }];
}

function denied({ name }: ModelCard, { allowedModels }: Admission): Reason[] {
  if (allowedModels === null || allowedModels.has(name)) return [];
  return [{ code: 'POLICY_DENIED', message: 'A policy does not allow this model here.' }];
}

function tooLong({ contextTokens }: ModelCard, inputTokens: number, outputTokens: number): Reason[] {
  if (contextTokens === null || inputTokens + outputTokens <= contextTokens) return [];
  const need = `about ${inputTokens} tokens of input and ${outputTokens} of output are asked for`;
  return [{ code: 'CONTEXT_TOO_SMALL', message: `It takes ${contextTokens} tokens, but ${need}.` }];
}

/** The first part of the request whose media the model's provider does not take. */
export function untaken({ takes }: ModelCard, { messages }: CompletionRequest): UntakenPart | null {
  if (!takes) return null;
  for (const [at, { parts }] of messages.entries()) {
    for (const [place, part] of parts.entries()) {
      if (part.kind !== 'media' || takes.some((type) => part.mimeType.toLowerCase().startsWith(type))) continue;
      return { path: `messages.${at}.parts.${place}`, mimeType: part.mimeType };
    }
  }
  return null;
}

export interface UntakenPart {
  readonly path: string;
  readonly mimeType: string;
}

function untakenMedia(model: ModelCard, request: CompletionRequest): Reason[] {
  const part = untaken(model, request);
  if (!part) return [];
  const message = `Models of provider ${model.providerSlug} take no ${part.mimeType}, which ${part.path} is.`;
  return [{ code: 'PART_NOT_SUPPORTED', message }];
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
